"""The view, and the application that granian serves."""

import json

from django.core.wsgi import get_wsgi_application
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.urls import path

application = get_wsgi_application()

from benchmarks.speed.insert_site.models import Note


def insert(request: HttpRequest) -> HttpResponse:
    """Store what was sent, in a transaction."""
    if request.method != "POST":
        return HttpResponse(status=405)
    sent = json.loads(request.body)
    with transaction.atomic():
        Note(author_name=sent["author_name"], body=sent["body"]).save()
    return HttpResponse(status=201)


urlpatterns = [path("", insert)]
