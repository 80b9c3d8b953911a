"""How long an answer may be kept, and by whom: said by the view, never guessed."""

import functools
from collections.abc import Callable
from typing import Concatenate, ParamSpec

from django.http import HttpRequest, HttpResponse

from newsite import readers

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
PRIVATE = "private, no-store"


def public(view: View[P]) -> View[P]:
    """A page that is the same bytes for every reader, so that any cache may keep it for a second."""
    return _with_cache_control(view, PUBLIC)


def private(view: View[P]) -> View[P]:
    """A page for one person; nobody may keep it."""
    return _with_cache_control(view, PRIVATE)


def api_policy(request: HttpRequest, response: HttpResponse) -> str:
    """How long an API answer may be kept: as a public page, unless the request says who is reading."""
    return PUBLIC if _is_kept(request, response) and not readers.has_identity(request) else PRIVATE


def _with_cache_control(view: View[P], policy: str) -> View[P]:
    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", policy if _is_kept(request, response) else PRIVATE)
        return response

    return wrapped


def _is_kept(request: HttpRequest, response: HttpResponse) -> bool:
    return request.method in ("GET", "HEAD") and response.status_code < 400
