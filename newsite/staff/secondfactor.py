"""The second factor of a member of staff: an authenticator app, passkeys, and recovery codes for when both are lost.

The tables, the arithmetic and the protocol are those of allauth.mfa. Added here: secrets are encrypted, and a code
counts once however many processes are asked at the same time.
"""

import ipaddress
import json
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit

from allauth.core.internal.cryptokit import compare_user_code
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.base.internal.flows import delete_dangling_recovery_codes
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.mfa.utils import decrypt, is_mfa_enabled
from allauth.mfa.webauthn.internal import auth as webauthn
from cryptography.exceptions import InvalidSignature
from cryptography.fernet import InvalidToken
from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest
from django.utils import timezone

from newsite.staff import cipher, log, sessions

Type = Authenticator.Type
# What the libraries raise for a passkey's answer that is forged or broken.
MALFORMED = (ValueError, TypeError, LookupError, AttributeError, AssertionError, RuntimeError, ValidationError)
MAX_LENGTH = 20_000  # characters of a passkey's answer; attestations with certificates have some thousand
KEPT = ("id", "rawId", "type", "response")  # of a passkey's answer: all that later logins need


class Adapter(DefaultMFAAdapter):
    """What allauth asks the site."""

    def get_totp_issuer(self) -> str:
        return str(settings.SITE_NAME)

    def get_totp_label(self, user: Any) -> str:
        return str(user.get_username())

    def _get_site_name(self) -> str:
        return str(settings.SITE_NAME)

    def encrypt(self, text: str) -> str:
        return cipher.encrypted(text)

    def decrypt(self, encrypted_text: str) -> str:
        return cipher.decrypted(encrypted_text)


class WrongCode(ValidationError):
    """What was given as the second factor is not right, or has been used."""

    def __init__(self) -> None:
        super().__init__("This is not right, or it was used before. Each code counts once.", code="wrong_code")


def has_one(user: User) -> bool:
    """Whether somebody is asked for a second factor."""
    return bool(is_mfa_enabled(user, [Type.TOTP, Type.WEBAUTHN]))


def is_owed(user: User) -> bool:
    """Whether somebody must set up a second factor before they can do anything else."""
    return settings.STAFF_MFA == "required" and not has_one(user)


def of(user: User) -> list[Authenticator]:
    """What somebody has set up, oldest first."""
    return list(Authenticator.objects.filter(user=user).order_by("pk"))


def called(factor: Authenticator) -> str:
    """What somebody has set up, in words."""
    if factor.type == Type.WEBAUTHN:
        return f"passkey “{factor.data['name']}”"
    return "authenticator app" if factor.type == Type.TOTP else "recovery codes"


def codes_left(user: User) -> int:
    """How many recovery codes somebody still has."""
    found = Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).first()
    try:
        return len(RecoveryCodes(found).get_unused_codes()) if found else 0
    except InvalidToken:  # they were kept with a key that is gone
        return 0


def new_secret() -> str:
    """A secret for an authenticator app, in base 32 as apps read it."""
    return str(totp.generate_totp_secret())


def app_url(user: User, secret: str) -> str:
    """The address that an authenticator app reads from the QR code."""
    return str(Adapter().build_totp_url(user, secret))


@transaction.atomic
def add_app(*, user: User, secret: str, code: str, here: str | None = None) -> list[str]:
    """Set up an authenticator app, in place of an earlier one; returns the recovery codes if there were none before.
    All sessions but the one with the key `here` end.

    Raises WrongCode when the app does not show this code.
    """
    User.objects.select_for_update().get(pk=user.pk)  # who sends the form twice sets it up one after the other
    step = _step_of(secret, code, after=0)
    Authenticator.objects.filter(user=user, type=Type.TOTP).delete()
    app = totp.TOTP.activate(user, secret).instance
    _use(app, step)
    log.note("Set up an authenticator app as second factor.", by=user)
    return _is_set_up(user, here)


@transaction.atomic
def add_passkey(*, user: User, name: str, credential: str, here: str | None = None) -> list[str]:
    """Set up a passkey that a browser has just made, of which it told in JSON; returns the recovery codes if there were
    none before. All sessions but the one with the key `here` end.

    Raises WrongCode for an answer that is not to our question, or of a passkey with which nobody could log in.
    """
    User.objects.select_for_update().get(pk=user.pk)
    try:
        registration = webauthn.parse_registration_response(json.loads(credential))
        made = webauthn.complete_registration(dict(registration)).credential_data
        assert made is not None
        with suppress(InvalidSignature):  # what a key says that can verify; others raise what is malformed
            made.public_key.verify(b"", b"")
    except MALFORMED as error:
        raise WrongCode from error
    webauthn.WebAuthn.add(user, name, {part: value for part, value in dict(registration).items() if part in KEPT})
    log.note(f"Set up a passkey as second factor: {name}.", by=user)
    return _is_set_up(user, here)


@transaction.atomic
def new_recovery_codes(user: User) -> list[str]:
    """Ten recovery codes, in place of earlier ones."""
    Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).delete()
    log.note("Made new recovery codes.", by=user)
    return list(RecoveryCodes.activate(user).get_unused_codes())


@transaction.atomic
def remove(authenticators: list[Authenticator], *, user: User, by: User) -> None:
    """Take away what somebody has set up; recovery codes go with the last of the others."""
    for authenticator in authenticators:
        authenticator.delete()
        log.note(f"Second factor removed: {called(authenticator)}.", by=by, about=user)
    delete_dangling_recovery_codes(user)


@transaction.atomic
def check_code(*, user: User, code: str) -> str:
    """Use up a code of somebody's app or one of their recovery codes; returns in words which it was.

    Raises WrongCode.
    """
    for factor in Authenticator.objects.select_for_update().filter(user=user).exclude(type=Type.WEBAUTHN):
        try:
            if factor.type == Type.TOTP:
                _use(factor, _step_of(decrypt(factor.data["secret"]), code, factor.data["step"]))
                return "a code"
            if RecoveryCodes(factor).validate_code(code):
                factor.record_usage()
                return "a recovery code"
        except (WrongCode, InvalidToken):  # InvalidToken: it was kept with a key that is gone
            continue
    raise WrongCode


def check_passkey(*, user: User, credential: str) -> str:
    """Check a passkey's answer to the question of this session, in JSON; returns in words what it was.

    Raises WrongCode.
    """
    try:
        answer = dict(webauthn.parse_authentication_response(json.loads(credential)))
        webauthn.complete_authentication(user, answer).record_usage()
    except MALFORMED as error:
        raise WrongCode from error
    return "a passkey"


def ask_passkey(user: User, request: HttpRequest) -> str:
    """The question to somebody's passkeys, for the script of the page; empty where none could answer."""
    if not can_have_passkeys(request) or not is_mfa_enabled(user, [Type.WEBAUTHN]):
        return ""
    return json.dumps(webauthn.begin_authentication(user))


def offer_passkey(user: User, request: HttpRequest) -> str:
    """What a browser needs to make a passkey, for the script of the page; empty where browsers make none."""
    return json.dumps(webauthn.begin_registration(user, passwordless=False)) if can_have_passkeys(request) else ""


def can_have_passkeys(request: HttpRequest) -> bool:
    """Whether the site is reached by a name: passkeys belong to one, never to a bare address."""
    try:
        ipaddress.ip_address(urlsplit(f"//{request.get_host()}").hostname or "")
    except ValueError:
        return True
    return False


def _step_of(secret: str, code: str, after: int) -> int:
    """The half minute to which a code belongs, one after the last that was used. Raises WrongCode."""
    for step in totp.yield_hotp_counters_from_time():
        if step > after and compare_user_code(
            actual=code, expected=totp.format_hotp_value(totp.hotp_value(secret, step))
        ):
            return int(step)
    raise WrongCode


def _use(app: Authenticator, step: int) -> None:
    app.data["step"] = step
    app.last_used_at = timezone.now()
    app.save(update_fields=["data", "last_used_at"])


def _is_set_up(user: User, here: str | None) -> list[str]:
    """The recovery codes, if there are none yet. Sessions that began without the new factor end: whoever has them may
    be why it is set up."""
    sessions.end_others(user, here=here)
    if Authenticator.objects.filter(user=user, type=Type.RECOVERY_CODES).exists():
        return []
    return list(RecoveryCodes.activate(user).get_unused_codes())
