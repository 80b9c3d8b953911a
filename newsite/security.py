"""What every request passes: a bound on its body, and a guard against writes that other sites cause."""

from collections.abc import Callable

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import render

type_handler = Callable[[HttpRequest], HttpResponseBase]
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS", "TRACE"})


def refuse_foreign_writes(get_response: type_handler) -> type_handler:
    """Middleware: a writing request that a browser sends for another site is refused.

    Decided by Sec-Fetch-Site and Origin, which scripts cannot forge, as in Go's http.CrossOriginProtection; a program
    sends neither header and passes. So no page needs a token in it, and all readers get the same bytes.
    """

    def middleware(request: HttpRequest) -> HttpResponseBase:
        if request.method in SAFE_METHODS or is_same_site_write(request):
            return get_response(request)
        return refusal(
            request, 403, "cross_origin", "This request was sent by another site, so it was not carried out."
        )

    return middleware


def is_same_site_write(request: HttpRequest) -> bool:
    """Whether a writing request comes from this site's own pages, from an origin allowed to use the API, or from
    a program."""
    origin = request.headers.get("Origin")
    if origin and request.path.startswith("/api/") and origin in settings.CORS_ALLOWED_ORIGINS:
        return True
    if site := request.headers.get("Sec-Fetch-Site"):
        return site in ("same-origin", "none")
    return origin is None or origin == f"{request.scheme}://{request.get_host()}"


def limit_body(get_response: type_handler) -> type_handler:
    """Middleware: a body that is longer than its part of the site takes is refused before it is read."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        limit = settings.API_MAX_BODY if request.path.startswith("/api/") else settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        if _content_length(request) > limit:
            return refusal(request, 413, "too_large", f"At most {limit:,} bytes can be sent here at once.")
        return get_response(request)

    return middleware


def resource_policy(get_response: type_handler) -> type_handler:
    """Middleware: other sites may not embed what this one serves."""

    def middleware(request: HttpRequest) -> HttpResponseBase:
        response = get_response(request)
        response.headers.setdefault("Cross-Origin-Resource-Policy", "same-origin")
        return response

    return middleware


def refusal(request: HttpRequest, status: int, code: str, detail: str) -> HttpResponse:
    """The answer to a request that goes no further: JSON in the API's shape, else a page."""
    if request.path.startswith("/api/"):
        error = {"type": "client_error", "errors": [{"code": code, "detail": detail, "attr": None}]}
        return JsonResponse(error, status=status)
    return render(request, "error.html", {"status": status, "title": "Not accepted", "detail": detail}, status=status)


def _content_length(request: HttpRequest) -> int:
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
