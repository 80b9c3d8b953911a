"""Pages for what went wrong: each says what happened, and offers a way on."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string

from newsite.security import refusal


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """400"""
    return refusal(request, 400, "bad_request", "This request could not be understood.")


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """403"""
    return refusal(request, 403, "permission_denied", "You may not do this here.")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """403 in the admin, where forms carry a token"""
    return refusal(request, 403, "csrf", "This form is too old or was not opened here. Go back, reload it, send again.")


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    """404"""
    if request.path.startswith("/api/"):
        return refusal(request, 404, "not_found", "There is nothing at this address.")
    return render(request, "404.html", status=404)


def server_error(request: HttpRequest) -> HttpResponse:
    """500, without the database, which may be what failed"""
    if request.path.startswith("/api/"):
        return refusal(request, 500, "error", "Something went wrong here. It has been logged.")
    return HttpResponse(render_to_string("500.html"), status=500)
