"""The own password: asked for once more before an account could be taken over, and changed."""

from typing import Any

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.contrib.auth.views import PasswordChangeView
from django.core.exceptions import ValidationError
from django.db import transaction
from django.http import HttpRequest, HttpResponse

from newsite.staff import failures, frame, log
from newsite.staff.frame import user_of


class AsksPassword(forms.Form):
    """A form that asks for the password of who is logged in. Failures are counted as those of logins are."""

    request: HttpRequest
    password = forms.CharField(
        label="Your password", strip=False, widget=forms.PasswordInput(attrs={"autocomplete": "current-password"})
    )

    def clean_password(self) -> None:
        user = user_of(self.request)
        with failures.counted("logins", self.request, user.get_username()):
            if not user.check_password(self.cleaned_data["password"]):
                raise ValidationError("This is not your password.", code="wrong_password")


class PasswordForm(AsksPassword):
    """The password, once more; bound where the request is a POST."""

    def __init__(self, request: HttpRequest, **kwargs: Any) -> None:
        self.request = request
        super().__init__(request.POST if request.method == "POST" else None, **kwargs)


class ChangeForm(PasswordChangeForm):
    """The old password and a new one, twice."""

    def __init__(self, request: HttpRequest, *args: Any, **kwargs: Any) -> None:
        self.request = request
        super().__init__(*args, **kwargs)

    def clean_old_password(self) -> str:
        with failures.counted("logins", self.request, self.user.get_username()):
            return super().clean_old_password()


class ChangeView(PasswordChangeView):
    """Django's page for the own password, with its failures counted and its success noted."""

    form_class = ChangeForm

    def get_form_kwargs(self) -> dict[str, Any]:
        return {**super().get_form_kwargs(), "request": self.request}

    def form_valid(self, form: Any) -> HttpResponse:
        with transaction.atomic():
            log.note("Changed their own password.", by=user_of(self.request))
            return super().form_valid(form)

    def form_invalid(self, form: Any) -> HttpResponse:
        return frame.told(super().form_invalid(form), form)
