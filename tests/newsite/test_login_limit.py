"""After too many failures nobody logs in for a while."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from newsite.models import RateCount

NOON = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)
PASSWORD = "a long enough password"  # of the moderator in conftest


@pytest.fixture
def log_in(moderator_user):
    """Try to log in; whether it worked."""

    def attempt(password=PASSWORD, name="mo", address="203.0.113.1", client=None):
        client = client or Client(REMOTE_ADDR=address)
        answer = client.post("/admin/login/?next=/admin/", {"username": name, "password": password})
        worked = answer.status_code == 302
        assert worked == ("_auth_user_id" in client.session)
        if not worked:
            attempt.told, attempt.answer = answer.content.decode(), answer
        return worked

    return attempt


def test_a_moderator_can_log_in(log_in):
    assert log_in()


def test_after_too_many_failures_the_right_password_is_not_taken_either(log_in, rates):
    rates(logins="3/10m")
    for _ in range(3):
        assert not log_in("wrong")
        assert "Too many failed logins" not in log_in.told
    assert not log_in()
    assert "Too many failed logins" in log_in.told
    assert "10 minutes" in log_in.told
    assert (log_in.answer.status_code, log_in.answer["Retry-After"]) == (429, "600")


def test_a_wrong_password_is_answered_as_one(log_in):
    assert not log_in("wrong")
    assert log_in.answer.status_code == 400
    assert 'value="mo"' in log_in.told


def test_the_last_try_before_the_limit_may_be_right(log_in, rates):
    rates(logins="3/10m")
    for _ in range(2):
        assert not log_in("wrong")
    assert log_in()


def test_a_name_is_locked_from_every_network_only_by_a_limit_of_its_own(log_in, rates):
    rates(logins="3/10m", names="5/10m")
    for number in range(4):
        assert not log_in("wrong", address=f"203.0.113.{number}")
    assert log_in(address="198.51.100.1"), "who knows it is not kept out by a few strangers"
    assert not log_in("wrong", address="203.0.113.4")
    assert not log_in(address="198.51.100.1")
    assert not log_in(name="MO", address="198.51.100.2")


def test_who_is_logged_in_is_asked_for_the_password_whatever_strangers_guess(log_in, moderator, rates):
    rates(logins="2/10m", names="2/10m")
    for number in range(3):
        assert not log_in("wrong", address=f"203.0.113.{number}")
    form = {
        "old_password": PASSWORD,
        "new_password1": "another long password",
        "new_password2": "another long password",
    }
    assert moderator.post("/admin/password_change/", form).status_code == 302


def test_tries_at_the_same_moment_are_no_more_than_the_limit(log_in, rates, monkeypatch):
    """Each try looks at the password while the one before has not been answered."""
    rates(logins="3/10m")
    looked = []

    def check(*args, **kwargs):
        looked.append(kwargs)
        if len(looked) < 10:
            log_in("wrong")

    monkeypatch.setattr("django.contrib.auth.forms.authenticate", check)
    assert not log_in("wrong")
    assert len(looked) == 3


def test_a_network_is_locked_for_every_name(log_in, rates):
    rates(logins="3/10m")
    for number in range(3):
        assert not log_in("wrong", name=f"guess-{number}")
    assert not log_in()
    assert log_in(address="198.51.100.1"), "another network is not"


def test_the_lock_ends(log_in, rates):
    rates(logins="3/10m")
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(3):
            assert not log_in("wrong")
        clock.shift(599)
        assert not log_in()
        clock.shift(2)
        assert log_in()


def test_tries_while_locked_do_not_make_the_lock_longer(log_in, rates):
    rates(logins="2/10m")
    with time_machine.travel(NOON, tick=False) as clock:
        for _ in range(2):
            log_in("wrong")
        clock.shift(500)
        for _ in range(5):
            assert not log_in("wrong")
        clock.shift(101)
        assert log_in()


def test_a_login_that_works_counts_for_no_limit(log_in, rates):
    rates(logins="2/10m")
    for _ in range(5):
        assert log_in()
    assert not RateCount.objects.filter(count__gt=0).exists()


def test_a_locked_login_does_not_look_at_the_password(log_in, rates):
    rates(logins="1/10m")
    log_in("wrong")
    with CaptureQueriesContext(connection) as queries:
        assert not log_in()
    assert not [q for q in queries if "auth_user" in q["sql"] and "SELECT" in q["sql"] and "username" in q["sql"]]


@pytest.mark.parametrize("name", ["", "\0", "x" * 10_000, "é" * 300, "\u202e"])
def test_a_hostile_name_is_never_a_server_error(moderator_user, name):
    client = Client(raise_request_exception=False)
    for _ in range(2):
        assert client.post("/admin/login/", {"username": name, "password": "x"}).status_code == 400


def test_what_is_stored_of_a_failed_login_holds_no_address_and_no_password(log_in):
    log_in("a-wrong-password", address="203.0.113.77")
    stored = str(list(RateCount.objects.values()))
    assert "203.0.113" not in stored
    assert "a-wrong-password" not in stored
