"""Logging in to the newsroom: the password, then the second factor of those who have one.

Between the two nobody is logged in. The session remembers for some minutes whose password was right.
"""

import time
from typing import Any

from django import forms
from django.contrib import messages
from django.contrib.admin.forms import AdminAuthenticationForm
from django.contrib.auth import login
from django.contrib.auth.models import User
from django.contrib.auth.views import LoginView
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_protect
from django.views.decorators.http import require_http_methods

from newsite.staff import browsers, failures, frame, log, secondfactor

PENDING = "newsite.login"  # in the session
MINUTES = 10


class LimitedLoginForm(AdminAuthenticationForm):
    """A name and a password. Failures are counted per network and per name."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None
        with failures.counted("logins", self.request, self.cleaned_data.get("username", "")):
            return super().clean()


class PasswordView(LoginView):
    """The first page: who has a second factor is asked for it next, everybody else is in."""

    next_page = "admin:index"

    def form_valid(self, form: Any) -> HttpResponse:
        user = form.get_user()
        if not secondfactor.has_one(user):
            return _let_in(self.request, user, user.backend, "the password", self.get_success_url())
        self.request.session[PENDING] = {
            "user": user.pk,
            "backend": user.backend,
            "password": user.get_session_auth_hash(),
            "until": time.time() + MINUTES * 60,
            "next": self.get_success_url(),
        }
        return redirect("admin:login-code")

    def form_invalid(self, form: Any) -> HttpResponse:
        return frame.told(super().form_invalid(form), form)


class CodeForm(forms.Form):
    """The second factor: a code, or what a passkey has signed. Failures are counted per network and per name."""

    code = forms.CharField(
        label="Code from your app, or a recovery code",
        required=False,
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "one-time-code", "inputmode": "numeric", "autofocus": True}),
    )
    credential = forms.CharField(required=False, max_length=secondfactor.MAX_LENGTH, widget=forms.HiddenInput)

    def __init__(self, request: HttpRequest, user: User, data: Any = None) -> None:
        self.request, self.user, self.used = request, user, ""
        super().__init__(data)

    def clean(self) -> dict[str, Any]:
        code, credential = self.cleaned_data.get("code"), self.cleaned_data.get("credential")
        with failures.counted("codes", self.request, self.user.get_username()):
            if credential:
                self.used = secondfactor.check_passkey(user=self.user, credential=credential)
            else:
                self.used = secondfactor.check_code(user=self.user, code=code or "")
        return self.cleaned_data


@never_cache
@csrf_protect
@require_http_methods(["GET", "POST"])
def code(request: HttpRequest) -> HttpResponse:
    """The second page."""
    user = _pending(request)
    if user is None:
        messages.error(request, "Please log in again: the second step was not taken in time.")
        return redirect("admin:login")
    form = CodeForm(request, user, request.POST if request.method == "POST" else None)
    if form.is_bound and form.is_valid():
        pending = request.session[PENDING]
        return _let_in(request, user, pending["backend"], f"the password and {form.used}", pending["next"])
    return frame.answer(
        request, "login_code.html", "Second factor", form=form, passkey=secondfactor.ask_passkey(user, request)
    )


def _pending(request: HttpRequest) -> User | None:
    """Whose password was right a short while ago, and still is."""
    pending = request.session.get(PENDING)
    if not pending or pending["until"] < time.time():
        return None
    user = User.objects.filter(pk=pending["user"], is_active=True, is_staff=True).first()
    if user is None or not constant_time_compare(pending["password"], user.get_session_auth_hash()):
        return None
    return user


def _let_in(request: HttpRequest, user: User, backend: str, with_what: str, where: str) -> HttpResponse:
    login(request, user, backend=backend)
    request.session.pop(PENDING, None)
    log.note(f"Logged in with {with_what}: {browsers.in_words(request.headers.get('User-Agent', ''))}.", by=user)
    return HttpResponseRedirect(where)
