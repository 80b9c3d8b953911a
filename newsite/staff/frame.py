"""Pages of the newsroom that are not about rows of a table, in the frame of Django's admin."""

from typing import Any, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.forms import BaseForm
from django.http import HttpRequest
from django.template.response import TemplateResponse


def answer(
    request: HttpRequest, template: str, title: str, *, form: BaseForm | None = None, **more: Any
) -> TemplateResponse:
    """A page of the newsroom. A form that was refused is answered with 400, or 429 past a limit."""
    context = {**admin.site.each_context(request), "title": title, "form": form, **more}
    return TemplateResponse(request, f"admin/{template}", context, status=_status(form))


def user_of(request: HttpRequest) -> User:
    """The member of staff who asks, on a page for members of staff."""
    return cast(User, request.user)


def _status(form: BaseForm | None) -> int:
    if form is None or not form.is_bound or form.is_valid():
        return 200
    return 429 if form.has_error(NON_FIELD_ERRORS, "locked_out") else 400
