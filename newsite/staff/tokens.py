"""Tokens with which programs use the API in the name of a member of staff: `Authorization: Token …`."""

import datetime
import hashlib
import secrets
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from rest_framework.authentication import BaseAuthentication
from rest_framework.exceptions import AuthenticationFailed, PermissionDenied
from rest_framework.request import Request

from newsite.models import StaffToken
from newsite.staff import log, secondfactor

SCHEME = "Token"
SEEN_EVERY = datetime.timedelta(hours=1)


def create(*, user: User, name: str, by: User) -> tuple[StaffToken, str]:
    """A new token of a member of staff; what the program sends can be read here and never again."""
    key = secrets.token_urlsafe(32)
    with transaction.atomic():
        token = StaffToken.objects.create(user=user, name=name, hash=_hash(key))
        log.note(f"API token made: {name}.", by=by, about=user)
    return token, key


def revoke(token: StaffToken, *, by: User) -> None:
    """End a token: from now on it opens nothing."""
    with transaction.atomic():
        token.delete()
        log.note(f"API token revoked: {token.name}.", by=by, about=token.user)


class TokenAuthentication(BaseAuthentication):
    """Who calls the API: a member of staff by their token. Who sends none, or another scheme, is a reader."""

    def authenticate(self, request: Request) -> tuple[User, StaffToken] | None:
        scheme, _, key = request.META.get("HTTP_AUTHORIZATION", "").strip().partition(" ")
        if scheme.lower() != SCHEME.lower():
            return None
        token = StaffToken.objects.filter(hash=_hash(key.strip())).select_related("user").first()
        if token is None or not (token.user.is_active and token.user.is_staff):
            raise AuthenticationFailed("This token is not known, or is not in use any more.")
        if secondfactor.is_owed(token.user):
            raise PermissionDenied(f"{token.user} must set up a second factor in the newsroom before this token works.")
        _seen(token)
        return token.user, token

    def authenticate_header(self, request: Request) -> str:
        """With it, who is not known is answered with 401 instead of 403."""
        return SCHEME


class TokenScheme(OpenApiAuthenticationExtension):  # type: ignore[no-untyped-call]
    """The token in the schema of the API."""

    target_class = TokenAuthentication
    name = "staffToken"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {
            "type": "apiKey",
            "in": "header",
            "name": "Authorization",
            "description": f"`{SCHEME} …`: for members of staff.",
        }


def _hash(key: str) -> str:
    """Plain SHA-256: a key has 256 random bits, so there is nothing to guess that a slow hash would protect."""
    return hashlib.sha256(key.encode()).hexdigest()


def _seen(token: StaffToken) -> None:
    now = timezone.now()
    if token.last_used_at is None or token.last_used_at < now - SEEN_EVERY:
        StaffToken.objects.filter(pk=token.pk).update(last_used_at=now)
