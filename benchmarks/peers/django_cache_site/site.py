"""The page: the bytes of the file that BYTES_FILE names."""

import os
from pathlib import Path

from django.core.wsgi import get_wsgi_application
from django.http import HttpRequest, HttpResponse
from django.urls import path

BYTES = Path(os.environ["BYTES_FILE"]).read_bytes()


def page(request: HttpRequest) -> HttpResponse:
    """What the cache spares us from making again."""
    return HttpResponse(BYTES, content_type="text/html; charset=utf-8")


urlpatterns = [path("", page)]
application = get_wsgi_application()
