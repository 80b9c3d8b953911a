"""Pages on which members of staff keep their access: the second factor, and where they are logged in.

Whoever finds a browser unlocked must not be able to stay: what adds or removes a factor asks for the password, as do a
new password and a new token. What superusers do to accounts of others, beside taking away a factor, asks for no more.
"""

from cryptography.fernet import InvalidToken
from django import forms
from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.views.decorators.debug import sensitive_post_parameters
from qrcode.image.svg import SvgPathImage
from qrcode.main import make

from newsite.staff import cipher, frame, secondfactor, sessions
from newsite.staff.frame import user_of
from newsite.staff.password import PasswordForm

SECRET = "newsite.secret"  # noqa: S105 - where the session has that of an app that is being set up


class AppForm(PasswordForm):
    """The first code that an authenticator app shows."""

    code = forms.CharField(
        label="Code that the app shows",
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric"}),
    )
    field_order = ("code", "password")


class PasskeyForm(PasswordForm):
    """A passkey that the browser has made, and a name to know it by."""

    name = forms.CharField(label="Name of the passkey", max_length=60, help_text="such as “key ring” or “my phone”")
    credential = forms.CharField(
        max_length=secondfactor.MAX_LENGTH,
        widget=forms.HiddenInput,
        error_messages={"required": "No passkey was made. That needs JavaScript."},
    )
    field_order = ("name", "password", "credential")


def overview(request: HttpRequest) -> HttpResponse:
    """What somebody has set up, and what they can."""
    user = user_of(request)
    return frame.answer(
        request,
        "second_factor.html",
        "Second factor",
        factors=[(factor, secondfactor.called(factor)) for factor in secondfactor.of(user)],
        codes_left=secondfactor.codes_left(user),
        has_one=secondfactor.has_one(user),
        is_owed=secondfactor.is_owed(user),
        can_have_passkeys=secondfactor.can_have_passkeys(request),
    )


@sensitive_post_parameters()
def app(request: HttpRequest) -> HttpResponse:
    """Set up an authenticator app: its secret as QR code and in letters, then a code as proof."""
    user = user_of(request)
    secret = _secret(request)
    form = AppForm(request)
    if form.is_bound and form.is_valid():
        try:
            codes = secondfactor.add_app(
                user=user, secret=secret, code=form.cleaned_data["code"], here=request.session.session_key
            )
        except secondfactor.WrongCode as wrong:
            form.add_error("code", wrong)
        else:
            del request.session[SECRET]
            return _is_set_up(request, codes)
    picture = make(secondfactor.app_url(user, secret), image_factory=SvgPathImage).to_string(encoding="unicode")  # type: ignore[no-untyped-call]
    return frame.answer(
        request, "second_factor_app.html", "Authenticator app", form=form, secret=secret, picture=picture
    )


@sensitive_post_parameters()
def passkey(request: HttpRequest) -> HttpResponse:
    """Set up a passkey, which needs a script: the browser makes it."""
    user = user_of(request)
    form = PasskeyForm(request)
    if form.is_bound and form.is_valid():
        made = {name: form.cleaned_data[name] for name in ("name", "credential")}
        try:
            codes = secondfactor.add_passkey(user=user, **made, here=request.session.session_key)
            return _is_set_up(request, codes)
        except secondfactor.WrongCode:
            form.add_error(None, "The passkey was not made for this page. Please try again.")
    offer = secondfactor.offer_passkey(user, request)
    return frame.answer(request, "second_factor_passkey.html", "Passkey", form=form, passkey=offer)


@sensitive_post_parameters()
def codes(request: HttpRequest) -> HttpResponse:
    """New recovery codes, shown once."""
    user = user_of(request)
    if not secondfactor.has_one(user):
        return redirect("admin:second-factor")
    form = PasswordForm(request)
    if form.is_bound and form.is_valid():
        return _codes(request, secondfactor.new_recovery_codes(user))
    what = "New recovery codes replace those that you have."
    return frame.answer(request, "second_factor_confirm.html", "Recovery codes", form=form, what=what, act="Make them")


@sensitive_post_parameters()
def remove(request: HttpRequest, pk: int) -> HttpResponse:
    """Take away one of the own factors."""
    user = user_of(request)
    factor = next((each for each in secondfactor.of(user) if each.pk == pk), None)
    if factor is None:
        return redirect("admin:second-factor")
    form = PasswordForm(request)
    if form.is_bound and form.is_valid():
        secondfactor.remove([factor], user=user, by=user)
        messages.success(request, f"Removed: {secondfactor.called(factor)}.")
        return redirect("admin:second-factor")
    title, what = f"Remove: {secondfactor.called(factor)}", "It will not be asked for any more."
    return frame.answer(request, "second_factor_confirm.html", title, form=form, what=what)


@sensitive_post_parameters()
def places(request: HttpRequest, pk: int | None = None) -> HttpResponse:
    """Where somebody is logged in; the account of another one is for superusers."""
    me = user_of(request)
    user = me if pk in (None, me.pk) else get_object_or_404(User, pk=pk)
    if user != me and not me.is_superuser:
        raise PermissionDenied
    form = None
    if "factors" in request.POST and user != me:
        form = PasswordForm(request)
        if form.is_valid():
            secondfactor.remove(secondfactor.of(user), user=user, by=me)
            messages.success(request, f"{user} has no second factor any more.")
            return redirect(request.path)
    elif request.method == "POST":
        _end(request, user, me)
        return redirect(request.path)
    rows = [(row, row.session_id == request.session.session_key) for row in sessions.of(user)]
    title = "Your sessions" if user == me else f"Sessions of {user}"
    factors = [] if user == me else [secondfactor.called(factor) for factor in secondfactor.of(user)]
    form = form or PasswordForm(request)
    return frame.answer(request, "sessions.html", title, form=form, rows=rows, factors=factors, is_own=user == me)


def _end(request: HttpRequest, user: User, me: User) -> None:
    chosen, here = request.POST.get("end", ""), request.session.session_key
    found = [row for row in sessions.of(user) if row.session_id != here and chosen in (str(row.pk), "all")]
    if chosen:
        messages.success(request, f"Sessions ended: {sessions.end(found, user=user, by=me)}.")


def _secret(request: HttpRequest) -> str:
    """That of the app which is being set up, the same until it is; the session keeps it encrypted."""
    try:
        return cipher.decrypted(request.session[SECRET])
    except (KeyError, InvalidToken):
        secret = secondfactor.new_secret()
        request.session[SECRET] = cipher.encrypted(secret)
        return secret


def _is_set_up(request: HttpRequest, codes: list[str]) -> HttpResponse:
    messages.success(request, "Done. From now on you are asked for it after your password.")
    return _codes(request, codes) if codes else redirect("admin:second-factor")


def _codes(request: HttpRequest, codes: list[str]) -> HttpResponse:
    return frame.answer(request, "second_factor_codes.html", "Recovery codes", codes=codes)


SECOND_FACTOR = (
    ("second-factor/", overview, "second-factor"),
    ("second-factor/app/", app, "second-factor-app"),
    ("second-factor/passkey/", passkey, "second-factor-passkey"),
    ("second-factor/codes/", codes, "second-factor-codes"),
    ("second-factor/<int:pk>/remove/", remove, "second-factor-remove"),
)
PAGES = (
    *SECOND_FACTOR,
    ("sessions/", places, "sessions"),
    ("auth/user/<int:pk>/sessions/", places, "sessions-of"),
)
