"""A second factor is removed, lost, and taken away."""

from io import StringIO

from allauth.mfa.models import Authenticator
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import User
from django.core.management import call_command
from django.test import Client

from tests.authenticator import code
from tests.newsite.second_factor.login import PASSWORD, is_in, log_in, set_up

STEP = "/admin/login/code/"


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
    own = moderator.post(path, {"factors": "1", "password": PASSWORD})
    assert own.status_code == 302  # one's own stays, on this page
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
