"""What is kept while a second factor is set up, and what happens together with it."""

import re

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.test import Client

from newsite.staff import sessions
from tests.authenticator import code

PASSWORD = "a long enough password"  # of the moderator in conftest
APP = "/admin/second-factor/app/"


@pytest.fixture
def secret(moderator):
    return re.search(r'<code class="secret">(\w+)</code>', moderator.get(APP).content.decode())[1]


def test_the_secret_of_an_app_that_is_being_set_up_does_not_lie_readable_in_the_session(moderator, secret):
    kept = [str(session.get_decoded()) for session in Session.objects.all()]
    assert any("newsite.secret" in text for text in kept)
    assert not any(secret in text for text in kept)


def test_an_app_is_set_up_only_if_the_other_sessions_end_with_it(moderator, moderator_user, secret, monkeypatch):
    def fail(*args, **kwargs):
        raise OSError

    other = Client()
    other.force_login(moderator_user)
    other.get("/admin/")
    moderator.raise_request_exception = False
    with monkeypatch.context() as patch:
        patch.setattr(sessions, "end", fail)
        assert moderator.post(APP, {"code": code(secret), "password": PASSWORD}).status_code == 500
    assert not Authenticator.objects.exists()
    assert moderator.post(APP, {"code": code(secret), "password": PASSWORD}).status_code == 200
    assert other.get("/admin/").status_code == 302
