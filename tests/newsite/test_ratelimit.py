"""Exact rate limits: so many, and not one more."""

import datetime

import pytest
import time_machine
from captcha.models import CaptchaStore
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from rest_framework.test import APIClient

from articles.models import Rating
from comments.models import Comment
from newsite import environment, ratelimit
from newsite.models import Mail, RateCount

COMMENTS = "/articles/machines/comments/"
RATING = "/articles/machines/rating/"
API_RATING = "/api/v1/articles/machines/rating/"
NOON = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)
PASSWORD = "a long enough password"  # of the moderator in conftest


def rate_from(address):
    return Client(REMOTE_ADDR=address).post(RATING, {"stars": "5"}).status_code


# How many


def test_a_network_may_send_exactly_as_many_comments_as_the_limit_says(article, written, rates):
    rates(comments="5/m")
    answers = [Client().post(COMMENTS, written(body=f"Thought {n}.")) for n in range(8)]
    assert [answer.status_code for answer in answers] == [303] * 5 + [429] * 3
    assert Comment.objects.count() == 5


def test_a_network_may_send_exactly_as_many_ratings_as_the_limit_says(article, rates):
    rates(ratings="4/m")
    assert [rate_from("203.0.113.7") for _ in range(6)] == [303] * 4 + [429] * 2
    assert Rating.objects.count() == 4


def test_a_network_may_ask_for_exactly_as_many_captchas_as_the_limit_says(rates):
    rates(captchas="3/10m")
    assert [Client().post("/captcha/").status_code for _ in range(5)] == [200] * 3 + [429] * 2
    assert CaptchaStore.objects.count() == 3


def test_the_limits_of_the_settings_are_those_of_a_site_in_use(settings):
    assert settings.RATELIMITS is True
    assert settings.RATES["comments"] == ((5, 60), (30, 3600))
    assert settings.RATES["ratings"] == ((30, 60),)
    assert settings.RATES["logins"] == ((10, 600),)


def test_another_network_is_not_held_up(article, rates):
    rates(ratings="1/m")
    assert rate_from("203.0.113.7") == 303
    assert rate_from("203.0.113.7") == 429
    assert rate_from("203.0.113.8") == 303


def test_a_reader_may_send_exactly_as_many_from_any_number_of_networks(article, rates):
    rates(ratings="3/m")
    given = Client(REMOTE_ADDR="198.51.100.1").post(RATING, {"stars": "5"}).cookies["reader"].value
    answers = []
    for number in range(6):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.cookies["reader"] = given
        answers.append(client.post(RATING, {"stars": "4"}).status_code)
    assert answers == [303] * 3 + [429] * 3


def test_a_reader_who_is_held_up_holds_up_nobody_else(article, rates):
    rates(ratings="2/m")
    busy = Client(REMOTE_ADDR="203.0.113.1")
    busy.post(RATING, {"stars": "5"})
    given = busy.cookies["reader"].value
    for number in range(2, 6):
        client = Client(REMOTE_ADDR=f"203.0.113.{number}")
        client.cookies["reader"] = given
        client.post(RATING, {"stars": "4"})
    assert rate_from("203.0.113.5") == 303


def test_pages_and_api_count_together(article, rates):
    rates(ratings="2/m")
    assert rate_from("127.0.0.1") == 303
    assert APIClient().put(API_RATING, {"stars": 5}, format="json").status_code == 200
    assert rate_from("127.0.0.1") == 429
    assert APIClient().put(API_RATING, {"stars": 5}, format="json").status_code == 429
    assert APIClient().delete(API_RATING).status_code == 429


def test_policies_do_not_count_together(article, written, rates):
    rates(ratings="1/m", comments="1/m")
    assert rate_from("127.0.0.1") == 303
    assert Client().post(COMMENTS, written()).status_code == 303


# Retry-After


@time_machine.travel(NOON, tick=False)
def test_who_is_refused_is_told_when_to_come_back(article, rates):
    rates(ratings="1/m")
    rate_from("127.0.0.1")
    answer = Client().post(RATING, {"stars": "5"})
    assert answer.status_code == 429
    assert answer["Retry-After"] == "60"
    assert "60 seconds" in answer.content.decode()


def test_what_is_told_is_what_is_left(article, rates):
    rates(ratings="1/m")
    with time_machine.travel(NOON, tick=False) as clock:
        rate_from("127.0.0.1")
        clock.shift(40.5)
        told = APIClient().put(API_RATING, {"stars": 5}, format="json")
        assert told.status_code == 429
        assert told["Retry-After"] == "20"
        assert told.json()["errors"][0]["code"] == "throttled"
        clock.shift(int(told["Retry-After"]))
        assert rate_from("127.0.0.1") == 303


def test_the_longest_window_that_is_used_up_is_told(article, rates):
    rates(ratings="2/m 3/h")
    with time_machine.travel(NOON, tick=False) as clock:
        assert [rate_from("127.0.0.1") for _ in range(3)] == [303, 303, 429]
        clock.shift(61)
        assert rate_from("127.0.0.1") == 303
        answer = Client().post(RATING, {"stars": "5"})
        assert answer.status_code == 429
        assert int(answer["Retry-After"]) == 3600 - 61


# What a refused try leaves


def test_a_refused_try_writes_nothing(article, written, rates):
    rates(comments="1/m")
    client = Client()
    assert client.post(COMMENTS, written()).status_code == 303
    data = written(author_email="ada@example.org")
    tables = (RateCount, CaptchaStore, Comment, Mail)
    before = [list(table.objects.order_by("pk").values()) for table in tables]
    for _ in range(3):
        assert client.post(COMMENTS, data).status_code == 429
    assert [list(table.objects.order_by("pk").values()) for table in tables] == before


def test_a_flood_of_ratings_changes_no_row(article, rates):
    rates(ratings="1/m")
    rate_from("127.0.0.1")
    before = list(RateCount.objects.order_by("pk").values())
    for _ in range(5):
        assert rate_from("127.0.0.1") == 429
    assert list(RateCount.objects.order_by("pk").values()) == before


def test_a_try_that_the_hour_refuses_does_not_count_for_the_minute(article, rates):
    rates(ratings="5/m 1/h")
    rate_from("127.0.0.1")
    for _ in range(6):
        assert rate_from("127.0.0.1") == 429
    assert RateCount.objects.get(window="ratings/60").count == 1


def test_a_try_that_a_reader_is_refused_does_not_count_for_the_network(article, rates):
    rates(ratings="1/m")
    client = Client(REMOTE_ADDR="203.0.113.1")
    client.post(RATING, {"stars": "5"})
    for number in (2, 3):
        moved = Client(REMOTE_ADDR=f"203.0.113.{number}")
        moved.cookies["reader"] = client.cookies["reader"].value
        assert moved.post(RATING, {"stars": "5"}).status_code == (303 if number == 2 else 429)
    assert rate_from("203.0.113.3") == 303


# Windows


def test_a_window_begins_again_after_its_end_and_not_before(article, rates):
    rates(ratings="2/m")
    with time_machine.travel(NOON, tick=False) as clock:
        assert [rate_from("127.0.0.1") for _ in range(3)] == [303, 303, 429]
        clock.shift(59.9)
        assert rate_from("127.0.0.1") == 429
        clock.shift(0.2)
        assert [rate_from("127.0.0.1") for _ in range(3)] == [303, 303, 429]


def test_a_window_begins_with_its_first_use(article, rates):
    rates(ratings="2/m")
    with time_machine.travel(NOON, tick=False) as clock:
        rate_from("127.0.0.1")
        clock.shift(50)
        rate_from("127.0.0.1")
        clock.shift(11)
        assert [rate_from("127.0.0.1") for _ in range(3)] == [303, 303, 429]


def test_pruning_removes_what_has_ended_and_nothing_else(article, rates):
    rates(ratings="1/m 2/h")
    with time_machine.travel(NOON, tick=False) as clock:
        rate_from("127.0.0.1")
        clock.shift(61)
        assert ratelimit.prune() == 1
        assert [row.window for row in RateCount.objects.all()] == ["ratings/3600"]
        assert [rate_from("127.0.0.1"), rate_from("127.0.0.1")] == [303, 429]


# Off


def test_without_rate_limits_everything_is_admitted_and_nothing_counted(article, written, settings, rates):
    rates(ratings="1/m", comments="1/m", captchas="1/m", logins="1/m")
    settings.RATELIMITS = False
    assert {rate_from("127.0.0.1") for _ in range(4)} == {303}
    assert {Client().post(COMMENTS, written(body=f"Thought {n}.")).status_code for n in range(4)} == {303}
    assert {Client().post("/captcha/").status_code for _ in range(4)} == {200}
    assert RateCount.objects.count() == 0


# Policies as they are written


@pytest.mark.parametrize(
    ("text", "policy"),
    [
        ("5/m", ((5, 60),)),
        ("5/m 30/h", ((5, 60), (30, 3600))),
        ("60/10m", ((60, 600),)),
        ("1/s", ((1, 1),)),
        ("3/2d", ((3, 172_800),)),
        ("  5/m   30/h ", ((5, 60), (30, 3600))),
    ],
)
def test_a_policy_is_read(text, policy):
    assert environment.rate(text) == policy


@pytest.mark.parametrize(
    "text",
    ["", " ", "5", "m", "/m", "5/", "5/x", "x/m", "5/xm", "5/m/h", "5,m", "5/m, 30/h", "5.5/m", "5/10", "off"],
)
def test_a_policy_that_cannot_be_read_is_told_at_start(text):
    with pytest.raises(ImproperlyConfigured, match="rate limit"):
        environment.rate(text)


@pytest.mark.parametrize("text", ["0/m", "-1/m", "5/0m", "5/-1m", "5/m 0/h"])
def test_a_policy_that_admits_nothing_or_has_no_time_is_told_at_start(text):
    with pytest.raises(ImproperlyConfigured, match="rate limit"):
        environment.rate(text)


# The login of the newsroom


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
