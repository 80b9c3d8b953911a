"""Where members of staff are logged in: they see it, and end it."""

import datetime
import re

import pytest
import time_machine
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client

from newsite.models import StaffSession
from newsite.staff import browsers

PASSWORD = "a long enough password"  # of the moderator in conftest
SESSIONS = "/admin/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
PHONE = (
    "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
    "Version/18.0 Mobile/15E148 Safari/604.1"
)
NOON = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield lambda seconds: traveller.shift(seconds)


def browser(user_agent=FIREFOX, address="203.0.113.7", name="mo"):
    """A browser of the moderator's, logged in."""
    client = Client(REMOTE_ADDR=address, headers={"User-Agent": user_agent})
    client.post("/admin/login/?next=/admin/", {"username": name, "password": PASSWORD})
    assert client.get("/admin/").status_code == 200
    return client


def rows(page):
    """The rows of the table, their text in cells."""
    body = re.search(r"<tbody>(.*?)</tbody>", page.content.decode(), re.DOTALL)[1]
    return [
        [re.sub(r"<[^>]+>", "", cell).strip() for cell in re.findall(r"<td[^>]*>(.*?)</td>", row, re.DOTALL)]
        for row in re.findall(r"<tr>(.*?)</tr>", body, re.DOTALL)
    ]


def test_each_session_is_shown_with_its_browser_and_its_times(clock, moderator_user):
    browser(PHONE)
    clock(3600)
    here = browser()
    clock(120)
    first, second = rows(here.get(SESSIONS))
    assert first[:3] == ["Firefox on Linux (this one)", "1 May 2030, 13:00", "1 May 2030, 13:02"]
    assert second[:3] == ["Safari on an iPhone", "1 May 2030, 12:00", "1 May 2030, 12:00"]


def test_the_link_to_it_stands_on_every_page_of_the_newsroom(moderator):
    for path in ("/admin/", "/admin/comments/comment/", SESSIONS):
        assert f'href="{SESSIONS}"' in moderator.get(path).content.decode()


def test_neither_addresses_nor_keys_that_would_log_in_are_shown_or_kept_in_words(moderator_user):
    there, here = browser(PHONE, address="203.0.113.8"), browser()
    page = here.get(SESSIONS).content.decode()
    assert "203.0.113" not in page + str(list(StaffSession.objects.values()))
    for client in (there, here):
        assert client.session.session_key not in page


def test_one_session_is_ended_and_the_others_go_on(moderator_user):
    phone, laptop, here = browser(PHONE), browser(), browser()
    row = StaffSession.objects.get(session_id=phone.session.session_key)
    assert here.post(SESSIONS, {"end": row.pk}, follow=True).status_code == 200
    assert phone.get("/admin/").status_code == 302
    assert laptop.get("/admin/").status_code == 200
    assert len(rows(here.get(SESSIONS))) == 2


def test_all_others_are_ended_and_this_one_goes_on(moderator_user):
    phone, laptop, here = browser(PHONE), browser(), browser()
    page = here.post(SESSIONS, {"end": "all"}, follow=True)
    assert "Sessions ended: 2." in page.content.decode()
    assert [client.get("/admin/").status_code for client in (phone, laptop, here)] == [302, 302, 200]


@pytest.mark.parametrize("chosen", ["", "0", "x", "-1", "99999999999999999999", "\0"])
def test_what_is_no_session_ends_nothing(moderator_user, chosen):
    there, here = browser(PHONE), browser()
    assert here.post(SESSIONS, {"end": chosen}).status_code == 302
    assert there.get("/admin/").status_code == 200


def test_nobody_ends_or_sees_the_sessions_of_somebody_else(moderator, moderator_user, django_user_model):
    django_user_model.objects.create_user("eve", password=PASSWORD, is_staff=True)
    eve, mine = browser(name="eve"), browser()
    row = StaffSession.objects.get(session_id=mine.session.session_key)
    eve.post(SESSIONS, {"end": row.pk})
    path = f"/admin/auth/user/{moderator_user.pk}/sessions/"
    assert eve.get(path).status_code == eve.post(path, {"end": "all"}).status_code == 403
    assert mine.get("/admin/").status_code == 200


def test_a_superuser_sees_and_ends_the_sessions_of_a_user_from_their_page(moderator_user, admin_client):
    theirs = browser(PHONE)
    path = f"/admin/auth/user/{moderator_user.pk}/sessions/"
    assert path in admin_client.get(f"/admin/auth/user/{moderator_user.pk}/change/").content.decode()
    assert [row[0] for row in rows(admin_client.get(path))] == ["Safari on an iPhone"]
    admin_client.post(path, {"end": "all"})
    assert theirs.get("/admin/").status_code == 302
    assert admin_client.get("/admin/").status_code == 200


@pytest.mark.parametrize("how", ["logged out", "new password", "expired"])
def test_a_session_that_is_over_is_not_shown(moderator_user, how):
    there, here = browser(PHONE), browser()
    if how == "logged out":
        there.post("/admin/logout/")
    elif how == "new password":
        fields = {"old_password": PASSWORD, "new_password1": "a newer long one", "new_password2": "a newer long one"}
        assert here.post("/admin/password_change/", fields).status_code == 302
    else:
        past = NOON - datetime.timedelta(days=9999)
        Session.objects.filter(pk=there.session.session_key).update(expire_date=past)
    assert [row[0] for row in rows(here.get(SESSIONS))] == ["Firefox on Linux (this one)"]


def test_pruning_removes_sessions_that_are_over_and_networks_that_are_old(clock, moderator_user):
    browser()
    clock(15 * 86_400)
    here = browser(PHONE)
    call_command("prune", verbosity=0)
    assert [row.browser for row in StaffSession.objects.all()] == ["Safari on an iPhone"]
    StaffSession.objects.update(created_at=NOON - datetime.timedelta(days=31))
    call_command("prune", verbosity=0)
    assert StaffSession.objects.get().network == ""
    assert here.get(SESSIONS).status_code == 200


def test_being_seen_is_written_once_a_minute_at_most(clock, moderator_user, django_assert_num_queries):
    here = browser()
    for seconds, written in ((59, False), (2, True), (1, False)):
        before = StaffSession.objects.get().last_seen_at
        clock(seconds)
        here.get("/admin/")
        assert (StaffSession.objects.get().last_seen_at > before) == written


@pytest.mark.parametrize(
    ("user_agent", "words"),
    [
        (FIREFOX, "Firefox on Linux"),
        (PHONE, "Safari on an iPhone"),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (Linux; Android 15) AppleWebKit/537.36 Chrome/140.0 Mobile Safari/537.36", "Chrome on Android"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/18.0 Safari/605.1.15", "Safari on a Mac"),
        ("curl/8.9", "Another browser"),
        ("", "Another browser"),
        ("<script>alert(1)</script>" * 100, "Another browser"),
    ],
)
def test_a_browser_is_told_in_words(user_agent, words):
    assert browsers.in_words(user_agent) == words
