"""The second factor of members of staff: set up, asked for, used once, lost."""

import datetime
import re
from io import StringIO

import pytest
import time_machine
from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client
from django.urls import get_resolver

from tests.authenticator import code

PASSWORD = "a long enough password"  # of the moderator in conftest
APP = "/admin/second-factor/app/"
OVERVIEW = "/admin/second-factor/"
STEP = "/admin/login/code/"
NOON = datetime.datetime(2030, 5, 1, 12, tzinfo=datetime.UTC)


def log_in(client, name="mo", password=PASSWORD, to="/admin/comments/comment/"):
    return client.post(f"/admin/login/?next={to}", {"username": name, "password": password})


def is_in(client):
    return "_auth_user_id" in client.session


def secret_on(page):
    return re.search(r'<code class="secret">(\w+)</code>', page.content.decode())[1]


def codes_on(page):
    return re.findall(r"<li><code>(\d+)</code></li>", page.content.decode())


def set_up(client, password=PASSWORD):
    """Set up an app as its owner would; its secret, and the recovery codes that the site showed."""
    secret = secret_on(client.get(APP))
    answer = client.post(APP, {"code": code(secret), "password": password})
    assert answer.status_code == 200, answer.content.decode()
    return secret, codes_on(answer)


@pytest.fixture
def clock():
    with time_machine.travel(NOON, tick=False) as traveller:
        yield lambda seconds: traveller.shift(seconds)


@pytest.fixture
def owner(clock, moderator):
    """The moderator has set up an app half a minute ago: its secret, and the recovery codes."""
    secret, codes = set_up(moderator)
    clock(30)
    return secret, codes


@pytest.fixture
def browser(moderator_user):
    """Another browser in which the moderator's password has been given."""
    client = Client(REMOTE_ADDR="203.0.113.1")
    log_in(client)
    return client


# Set up


def test_the_secret_is_shown_as_a_picture_and_in_letters_and_the_app_must_prove_that_it_has_it(moderator):
    page = moderator.get(APP)
    assert "<svg" in page.content.decode()
    secret = secret_on(page)
    assert moderator.get(APP).content.decode().count(secret) == 1  # a second tab shows the same
    for wrong in ({"code": "000000", "password": PASSWORD}, {"code": code(secret), "password": "not it"}):
        answer = moderator.post(APP, wrong)
        assert answer.status_code == 400
        assert secret_on(answer) == secret
    assert not Authenticator.objects.exists()


def test_ten_recovery_codes_are_shown_once(clock, moderator):
    _, codes = set_up(moderator)
    assert len(set(codes)) == 10
    for path in (OVERVIEW, "/admin/second-factor/codes/", APP):
        assert not codes_on(moderator.get(path))
    assert "10 left" in moderator.get(OVERVIEW).content.decode()


def test_neither_secret_nor_recovery_codes_lie_readable_in_the_database(owner):
    secret, codes = owner
    stored = str(list(Authenticator.objects.values("data")))
    assert secret not in stored
    assert not any(each in stored for each in codes)


def test_setting_one_up_ends_the_sessions_that_began_without_it(clock, moderator, moderator_user):
    other = Client()
    other.force_login(moderator_user)
    assert other.get("/admin/").status_code == 200
    set_up(moderator)
    assert other.get("/admin/").status_code == 302
    assert moderator.get("/admin/").status_code == 200


def test_a_new_app_takes_the_place_of_the_old_one(clock, owner, moderator, browser):
    new, codes = secret_on(moderator.get(APP)), []
    answer = moderator.post(APP, {"code": code(new), "password": PASSWORD})
    codes = codes_on(answer)
    assert codes == []  # those that were kept stay
    clock(30)
    log_in(browser)
    assert browser.post(STEP, {"code": code(owner[0])}).status_code == 400
    assert browser.post(STEP, {"code": code(new)}).status_code == 302


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


# Guessed


def test_after_too_many_wrong_codes_the_right_one_is_not_taken_either(owner, browser, rates, clock):
    rates(codes="3/10m")
    log_in(browser)
    for _ in range(3):
        assert browser.post(STEP, {"code": "000000"}).status_code == 400
    answer = browser.post(STEP, {"code": code(owner[0])})
    assert answer.status_code == 429
    assert "Too many wrong codes. Try again in 10 minutes." in answer.content.decode()
    elsewhere = Client(REMOTE_ADDR="203.0.113.2")
    log_in(elsewhere)
    assert elsewhere.post(STEP, {"code": code(owner[0])}).status_code == 429
    clock(601)
    log_in(elsewhere)
    assert elsewhere.post(STEP, {"code": code(owner[0])}).status_code == 302


def test_codes_and_passwords_do_not_count_together(owner, browser, rates):
    rates(codes="1/10m", logins="1/10m")
    log_in(browser)
    browser.post(STEP, {"code": "000000"})
    assert log_in(Client(REMOTE_ADDR="203.0.113.9"))["Location"] == STEP


def test_the_password_cannot_be_guessed_on_the_pages_that_ask_for_it(owner, moderator, rates):
    rates(logins="2/10m")
    for _ in range(2):
        assert moderator.post("/admin/second-factor/codes/", {"password": "guess"}).status_code == 400
    assert moderator.post("/admin/second-factor/codes/", {"password": PASSWORD}).status_code == 429


@pytest.mark.parametrize("given", ["", "\0", "x" * 5000, "é" * 30, "１２３４５６", "-1", "١٢٣٤٥٦"])
def test_a_hostile_code_is_a_clear_no(owner, browser, given):
    log_in(browser)
    assert browser.post(STEP, {"code": given}).status_code == 400
    assert not is_in(browser)


@pytest.mark.parametrize(
    "given",
    [
        *("{", "1", "[]", '"x"', "{}", '{"id": 1}'),
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {}}',
        '{"id": "AA", "rawId": "AA", "type": "public-key", "response": {"clientDataJSON": "AA", "signature": "AA", '
        '"authenticatorData": "AA", "attestationObject": "AA"}}',
    ],
)
def test_a_hostile_passkey_is_a_clear_no(owner, moderator, browser, given):
    log_in(browser)
    assert browser.post(STEP, {"credential": given}, headers={"Host": "localhost"}).status_code == 400
    assert not is_in(browser)
    moderator.get("/admin/second-factor/passkey/", headers={"Host": "localhost"})
    fields = {"name": "key", "password": PASSWORD, "credential": given}
    answer = moderator.post("/admin/second-factor/passkey/", fields, headers={"Host": "localhost"})
    assert answer.status_code == 400
    assert not Authenticator.objects.filter(type="webauthn").exists()


# Lost, and taken away


def test_removing_it_needs_the_password_and_takes_the_recovery_codes_along(owner, moderator):
    app = Authenticator.objects.get(type="totp")
    path = f"/admin/second-factor/{app.pk}/remove/"
    assert moderator.get(path).status_code == 200
    assert moderator.post(path, {"password": "not it"}).status_code == 400
    assert Authenticator.objects.count() == 2
    assert moderator.post(path, {"password": PASSWORD}).status_code == 302
    assert Authenticator.objects.count() == 0
    client = Client()
    log_in(client)
    assert is_in(client)


def test_nobody_removes_the_factor_of_somebody_else(owner, moderator):
    User.objects.create_user("eve", password=PASSWORD, is_staff=True)
    client = Client()
    log_in(client, "eve")
    app = Authenticator.objects.get(type="totp")
    client.post(f"/admin/second-factor/{app.pk}/remove/", {"password": PASSWORD})
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_a_superuser_takes_away_a_factor_that_was_lost(owner, moderator, moderator_user, admin_client):
    path = f"/admin/auth/user/{moderator_user.pk}/sessions/"
    assert "Take away the second factor" in admin_client.get(path).content.decode()
    assert path in admin_client.get(f"/admin/auth/user/{moderator_user.pk}/change/").content.decode()
    assert (
        moderator.post(path, {"factors": "1", "password": PASSWORD}).status_code == 302
    )  # one's own stays: that needs the password
    assert Authenticator.objects.count() == 2
    assert admin_client.post(path, {"factors": "1", "password": "a guess"}).status_code == 400
    assert Authenticator.objects.count() == 2
    admin_client.post(path, {"factors": "1", "password": "password"})
    assert Authenticator.objects.count() == 0
    assert LogEntry.objects.filter(user__username="admin", change_message__contains="removed").exists()


def test_the_command_line_lets_an_administrator_in_who_has_lost_everything(clock, admin_user):
    client = Client()
    client.force_login(admin_user)
    set_up(client, "password")
    call_command("set_admin", "admin", stdout=StringIO())
    assert Authenticator.objects.count() == 2
    call_command("set_admin", "admin", remove_second_factor=True, stdout=StringIO())
    assert Authenticator.objects.count() == 0


def test_with_another_key_of_the_site_a_code_is_wrong_and_with_the_old_one_kept_it_is_right(owner, browser, settings):
    old = settings.SECRET_KEY
    settings.SECRET_KEY = "another key that is as long as a key of this site has to be, 0123456789"
    log_in(browser)
    assert browser.post(STEP, {"code": code(owner[0])}).status_code == 400
    assert browser.post(STEP, {"code": owner[1][0]}).status_code == 400
    settings.SECRET_KEY_FALLBACKS = [old]
    assert browser.post(STEP, {"code": code(owner[0])}).status_code == 302


# Demanded


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/sessions/", "/admin/password_change/"])
def test_where_it_is_required_nothing_else_opens_until_it_is_set_up(clock, settings, moderator, path):
    settings.STAFF_MFA = "required"
    answer = moderator.get(path)
    assert (answer.status_code, answer["Location"]) == (302, OVERVIEW)
    assert moderator.post(path).status_code == 302
    assert "Set one up, and the rest opens." in moderator.get(OVERVIEW).content.decode()
    set_up(moderator)
    assert moderator.get(path).status_code == 200


def test_where_it_is_required_a_decision_is_not_taken_before(settings, moderator, make_comment):
    settings.STAFF_MFA = "required"
    comment = make_comment()
    moderator.post("/admin/comments/comment/", {"action": "approve", "_selected_action": comment.pk})
    moderator.post(f"/admin/comments/comment/{comment.pk}/decide/", {"action": "approve", "revision": 0})
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_where_it_is_required_one_can_log_out(settings, moderator):
    settings.STAFF_MFA = "required"
    assert moderator.post("/admin/logout/").status_code == 200
    assert not is_in(moderator)


def test_where_it_is_offered_nobody_is_held_up(settings, moderator):
    assert settings.STAFF_MFA == "offered"
    assert moderator.get("/admin/").status_code == 200


# What came with the library


def test_no_address_of_the_library_is_open():
    names = {name for name in get_resolver().reverse_dict if isinstance(name, str)}
    assert not {name for name in names if name.startswith(("account_", "mfa_", "socialaccount_"))}


@pytest.mark.parametrize("path", ["/accounts/", "/accounts/signup/", "/accounts/login/", "/accounts/password/reset/"])
def test_nobody_signs_up_or_resets_a_password_by_mail(reader, path):
    assert reader.get(path).status_code == 404


@pytest.mark.parametrize("path", ["/admin/mfa/authenticator/", "/admin/account/emailaddress/"])
def test_the_librarys_tables_are_not_in_the_admin(admin_client, path):
    assert admin_client.get(path).status_code == 404
