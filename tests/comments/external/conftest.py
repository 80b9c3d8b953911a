"""Services that are switched on, and a reader who sends."""

import threading

import pytest
from django.test import Client

from articles.policy import SitePolicy
from comments.models import Comment
from tests.comments.external.services import SECRET, SEND, Service


@pytest.fixture
def service():
    server = Service()
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def akismet(service, settings):
    settings.AKISMET_KEY, settings.AKISMET_URL, settings.SCREENING_SECONDS = "key", service.url, 1
    service.answer(b"false")
    SitePolicy.objects.update(policy="post")
    return service


@pytest.fixture
def hook(service, settings):
    settings.SCREENING_HOOK_URL, settings.SCREENING_HOOK_SECRET = service.url, SECRET
    settings.SCREENING_SECONDS = 1
    service.answer({"verdict": "note"})
    SitePolicy.objects.update(policy="post")
    return service


@pytest.fixture
def send(article, written, settings):
    """A reader sends a comment; the comment as it is saved."""
    settings.CAPTCHA_MIN_SECONDS = 0

    def send(body="Well put, thank you.", **changes):
        client = Client(headers={"User-Agent": "A browser/1.0"}, REMOTE_ADDR="203.0.113.7")
        assert client.post(SEND, written(body=body, **changes)).status_code == 303
        return Comment.objects.latest("pk")

    return send
