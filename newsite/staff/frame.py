"""Pages of the newsroom that are not about rows of a table, in the frame of Django's admin."""

from typing import Any, TypeVar, cast

from django.contrib import admin
from django.contrib.auth.models import User
from django.forms.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse

from newsite.staff import failures

type_response = TypeVar("type_response", bound=HttpResponse)


def answer(
    request: HttpRequest, template: str, title: str, *, form: BaseForm | None = None, **more: Any
) -> TemplateResponse:
    """A page of the newsroom."""
    context = {**admin.site.each_context(request), "title": title, "form": form, **more}
    return told(TemplateResponse(request, f"admin/{template}", context), form)


def told(response: type_response, form: BaseForm | None) -> type_response:
    """The answer with the status that goes with its form: of one that was refused 400, or past a limit 429, with when
    to try again."""
    if form is None or not form.is_bound or form.is_valid():
        return response
    limit = failures.limit_of(form)
    response.status_code = limit.status if limit else 400
    if limit:
        limit.mark(response)
    return response


def user_of(request: HttpRequest) -> User:
    """The member of staff who asks, on a page for members of staff."""
    return cast(User, request.user)
