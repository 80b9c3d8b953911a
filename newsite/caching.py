"""How long an answer may be kept, and by whom: said by the view, never guessed."""

import functools
import hashlib
from collections.abc import Callable, Mapping
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.http import HttpRequest, HttpResponse, QueryDict

from newsite import readers, stamps

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]

PUBLIC = "public, max-age=0, s-maxage=1, stale-while-revalidate=60"
PRIVATE = "private, no-store"
SHOWS = "newsite.shows"  # in the WSGI environment: the subject of an answer that may be kept


def public(*parameters: str) -> Callable[[View[P]], View[P]]:
    """Decorate a view whose answers are the same bytes for every reader, so that any cache may keep them for a second.

    `parameters` are those of the query that it reads; it is shown no others, so that they need no place in a cache.
    """

    def decorate(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            _show_declared(request, wrapped.parameters)  # type: ignore[attr-defined]
            response = view(request, *args, **kwargs)
            is_public = request.method in ("GET", "HEAD") and response.status_code < 400
            is_public = is_public and not is_identified(request.META)
            response.headers.setdefault("Cache-Control", PUBLIC if is_public else PRIVATE)
            if is_public and response.status_code == 200:
                request.META.setdefault(SHOWS, stamps.EVERYTHING)
                _tag(response)
            return response

        wrapped.parameters = frozenset(parameters)  # type: ignore[attr-defined]
        return wrapped

    return decorate


def private(view: View[P]) -> View[P]:
    """Decorate a view whose answers are for one person; nobody may keep them."""

    @functools.wraps(view)
    def wrapped(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response.headers.setdefault("Cache-Control", PRIVATE)
        return response

    return wrapped


def shows(request: HttpRequest, subject: str) -> None:
    """Say that a public answer shows this subject alone, beside the site's frame: no other change concerns it."""
    request.META[SHOWS] = subject


def declared(query: str, parameters: frozenset[str]) -> str:
    """The query without what a view has not declared, in one order.

    Raises SuspiciousOperation for more fields than Django reads.
    """
    given = QueryDict(query.encode("latin-1"))
    kept = QueryDict(mutable=True)
    for name in sorted(parameters & given.keys()):
        kept.setlist(name, given.getlist(name))
    return kept.urlencode()


def is_personal(environ: Mapping[str, Any]) -> bool:
    """Whether a request is not to be answered from memory: the newsroom sees pages as they are this very moment, and
    who tells the API who is reading gets an answer of their own."""
    cookies = environ.get("HTTP_COOKIE")
    if cookies and settings.SESSION_COOKIE_NAME in cookies:
        return True
    return is_identified(environ)


def is_identified(environ: Mapping[str, Any]) -> bool:
    """Whether a request tells the API who is reading: its answer is for them alone. Pages are the same for all."""
    path: str = environ.get("PATH_INFO", "")
    return path.startswith("/api/") and readers.has_identity(environ)


def _tag(response: HttpResponse) -> None:
    """Give a page its ETag, with a hash that takes half the time of the one that Django's middleware would take."""
    if getattr(response, "is_rendered", True):
        response.headers["ETag"] = f'"{hashlib.sha256(response.content).hexdigest()[:32]}"'


def _show_declared(request: HttpRequest, parameters: frozenset[str]) -> None:
    query = request.META.get("QUERY_STRING", "")
    if query:
        request.META["QUERY_STRING"] = declared(query, parameters)
        request.GET = QueryDict(request.META["QUERY_STRING"])  # type: ignore[assignment]
