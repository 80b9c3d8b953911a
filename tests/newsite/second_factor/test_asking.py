"""The second factor is asked for at the login, and counts once."""

import pytest
from django.contrib.auth.models import User
from django.test import Client

from tests.authenticator import code
from tests.newsite.second_factor.login import APP, PASSWORD, codes_on, is_in, log_in, set_up

OVERVIEW = "/admin/second-factor/"
STEP = "/admin/login/code/"


# Asked for


def test_without_a_second_factor_the_password_is_enough(moderator_user):
    client = Client()
    assert log_in(client)["Location"] == "/admin/comments/comment/"
    assert is_in(client)


def test_with_one_the_password_alone_opens_nothing(owner, browser):
    assert log_in(browser)["Location"] == STEP
    assert not is_in(browser)
    assert browser.get("/admin/")["Location"].startswith("/admin/login/")
    assert browser.get(STEP).status_code == 200


def test_the_code_lets_in_and_leads_where_one_wanted_to_go(owner, browser):
    log_in(browser)
    answer = browser.post(STEP, {"code": code(owner[0])})
    assert answer["Location"] == "/admin/comments/comment/"
    assert browser.get(answer["Location"]).status_code == 200


@pytest.mark.parametrize("typed", ["{0}{1}{2} {3}{4}{5}", " {0}{1}{2}-{3}{4}{5} "])
def test_a_code_may_be_typed_as_apps_show_it(owner, browser, typed):
    log_in(browser)
    assert browser.post(STEP, {"code": typed.format(*code(owner[0]))}).status_code == 302


@pytest.mark.parametrize(("seconds", "is_right"), [(-30, True), (30, True), (-60, False), (60, False)])
def test_a_clock_may_be_wrong_by_half_a_minute_and_no_more(clock, owner, browser, seconds, is_right):
    clock(60)
    log_in(browser)
    answer = browser.post(STEP, {"code": code(owner[0], ahead=seconds // 30)})
    assert answer.status_code == (302 if is_right else 400)


def test_without_a_password_before_it_a_code_is_not_looked_at(owner):
    client = Client()
    for answer in (client.get(STEP), client.post(STEP, {"code": code(owner[0])})):
        assert (answer.status_code, answer["Location"]) == (302, "/admin/login/")
    assert not is_in(client)


def test_ten_minutes_after_the_password_it_is_asked_for_again(clock, owner, browser):
    log_in(browser)
    clock(601)
    assert browser.post(STEP, {"code": code(owner[0])})["Location"] == "/admin/login/"
    assert not is_in(browser)


@pytest.mark.parametrize("change", ["password", "is_active", "is_staff"])
def test_whoever_changed_in_between_is_not_let_in(owner, browser, moderator_user, change):
    log_in(browser)
    if change == "password":
        moderator_user.set_password("quite another password")
    else:
        setattr(moderator_user, change, False)
    moderator_user.save()
    assert browser.post(STEP, {"code": code(owner[0])})["Location"] == "/admin/login/"
    assert not is_in(browser)


def test_the_code_of_somebody_else_is_wrong(clock, owner, browser):
    other = User.objects.create_user("eve", password=PASSWORD, is_staff=True)
    client = Client()
    client.force_login(other)
    secret, codes = set_up(client)
    clock(30)
    log_in(browser)
    for theirs in (code(secret), codes[0]):
        assert browser.post(STEP, {"code": theirs}).status_code == 400


@pytest.mark.parametrize("to", ["https://evil.example/", "//evil.example/", "javascript:alert(1)"])
def test_nobody_is_led_to_another_site(owner, browser, to):
    log_in(browser, to=to)
    answer = browser.post(STEP, {"code": code(owner[0])})
    assert answer["Location"] == "/admin/"


def test_the_pages_are_kept_by_no_cache(owner, moderator, browser):
    log_in(browser)
    for answer in (browser.get(STEP), moderator.get(APP), moderator.get(OVERVIEW)):
        assert answer.status_code == 200
        assert "no-store" in answer["Cache-Control"]


# Used once


def test_a_code_counts_once(owner, browser):
    shown = code(owner[0])
    log_in(browser)
    assert browser.post(STEP, {"code": shown}).status_code == 302
    again = Client()
    log_in(again)
    assert again.post(STEP, {"code": shown}).status_code == 400
    assert not is_in(again)


def test_a_recovery_code_counts_once(owner, browser):
    _, codes = owner
    log_in(browser)
    assert browser.post(STEP, {"code": codes[3]}).status_code == 302
    assert "9 left" in browser.get(OVERVIEW).content.decode()
    again = Client()
    log_in(again)
    assert again.post(STEP, {"code": codes[3]}).status_code == 400
    assert again.post(STEP, {"code": codes[4]}).status_code == 302


def test_new_recovery_codes_replace_the_old_ones(owner, moderator, browser):
    assert moderator.post("/admin/second-factor/codes/", {"password": "not it"}).status_code == 400
    new = codes_on(moderator.post("/admin/second-factor/codes/", {"password": PASSWORD}))
    assert len(new) == 10
    log_in(browser)
    assert browser.post(STEP, {"code": owner[1][0]}).status_code == 400
    assert browser.post(STEP, {"code": new[0]}).status_code == 302
