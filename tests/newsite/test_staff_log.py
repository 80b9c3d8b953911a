"""The log of changes: what members of staff did, to look at and not to change."""

from io import StringIO

import pytest
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Group, User
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from newsite.models import Mail, StaffToken
from newsite.staff import secondfactor
from tests.authenticator import code
from tests.newsroom import form, staff

PASSWORD = "a long enough password"  # of the moderator in conftest
LOG = "/admin/admin/logentry/"


@pytest.fixture
def auditor():
    """Somebody who may look at the log."""
    return staff("auditor", "view_logentry")


def log_in(client):
    return client.post("/admin/login/", {"username": "mo", "password": PASSWORD})


def test_logins_and_wrong_second_factors_are_noted(auditor, moderator_user):
    secret = secondfactor.new_secret()
    client = Client(headers={"User-Agent": "Firefox/1"})
    log_in(client)
    secondfactor.add_app(user=moderator_user, secret=secret, code=code(secret))
    log_in(client)
    client.post("/admin/login/code/", {"code": "000000"})
    client.post("/admin/login/code/", {"code": code(secret, ahead=1)})
    text = auditor.get(LOG).content.decode()
    for told in (
        "Logged in with the password: Firefox.",
        "Set up an authenticator app as second factor.",
        "A wrong second factor was given after the right password.",
        "Logged in with the password and a code: Firefox.",
    ):
        assert text.count(told) == 1, told


def test_ended_sessions_are_noted_with_who_ended_them(auditor, moderator_user, admin_client):
    client = Client()
    log_in(client)
    client.get("/admin/")
    admin_client.post(f"/admin/auth/user/{moderator_user.pk}/sessions/", {"end": "all"})
    entry = LogEntry.objects.get(change_message="Ended 1 session.")
    assert (entry.user.username, entry.object_repr) == ("admin", "mo")
    assert "Ended 1 session." in auditor.get(LOG).content.decode()


def test_tokens_are_noted_once_when_they_are_made_and_when_they_end(auditor, moderator_user, admin_client):
    call_command("create_token", "mo", name="first", stdout=StringIO())
    admin_client.post(
        "/admin/newsite/stafftoken/add/", {"name": "second", "user": moderator_user.pk, "password": "password"}
    )
    for token in StaffToken.objects.all():
        admin_client.post(f"/admin/newsite/stafftoken/{token.pk}/delete/", {"post": "yes"})
    told = sorted(LogEntry.objects.values_list("user__username", "object_repr", "change_message"))
    assert told == [
        ("admin", "mo", "API token made: second."),
        ("admin", "mo", "API token revoked: first."),
        ("admin", "mo", "API token revoked: second."),
        ("mo", "mo", "API token made: first."),
    ]


def test_changes_of_articles_stand_in_it_with_what_was_changed(auditor, admin_client, article):
    admin_client.post(f"/admin/articles/article/{article.pk}/change/", form(article, title="Better machines"))
    text = auditor.get(LOG).content.decode()
    assert "Changed Title: Machines → Better machines." in text
    assert f"/admin/articles/article/{article.pk}/change/" in text


def told(auditor):
    return auditor.get(LOG).content.decode()


def test_policies_and_the_emergency_switch_are_told_with_what_was_before_and_after(auditor, admin_client, article):
    switch = {"policy": "pre", "emergency": "closed", "emergency_because": "A storm."}
    admin_client.post("/admin/articles/sitepolicy/1/change/", switch)
    admin_client.post("/admin/articles/sitepolicy/1/change/", {**switch, "emergency": "", "emergency_because": ""})
    closed = {"name": "Research", "slug": "research", "position": 1, "comments_policy": "closed"}
    admin_client.post(f"/admin/articles/section/{article.section_id}/change/", closed)
    text = told(auditor)
    assert "Changed Emergency: – → no comments are taken and Emergency because: – → A storm.." in text
    assert "Changed Emergency: no comments are taken → – and Emergency because: A storm. → –." in text
    assert "Changed Comments policy: – → closed." in text


def test_groups_and_rights_are_told_with_what_was_before_and_after(auditor, admin_client, moderator_user):
    joined = moderator_user.date_joined
    form = {
        "username": "mo",
        "is_staff": "on",
        "is_superuser": "on",
        "groups": [Group.objects.get(name="Editor").pk, Group.objects.get(name="Moderator").pk],
        "user_permissions": [each.pk for each in moderator_user.user_permissions.all()],
        "date_joined_0": f"{joined:%Y-%m-%d}",
        "date_joined_1": f"{joined:%H:%M:%S}",
    }
    answer = admin_client.post(f"/admin/auth/user/{moderator_user.pk}/change/", form)
    assert answer.status_code == 302
    text = told(auditor)
    for what in ("Active: yes → no", "Superuser status: no → yes", "Groups: – → Editor, Moderator"):
        assert what in text


def test_a_long_text_is_told_only_to_have_changed(auditor, admin_client, article):
    admin_client.post(f"/admin/articles/article/{article.pk}/change/", form(article, body="word " * 200))
    assert "Changed Body." in told(auditor)


def test_wrong_passwords_a_new_one_and_logging_out_are_noted(auditor, moderator_user):
    client = Client()
    client.post("/admin/login/", {"username": "mo", "password": "a guess"})
    client.post("/admin/login/", {"username": "nobody", "password": "a guess"})
    log_in(client)
    new = {"old_password": PASSWORD, "new_password1": "another long password", "new_password2": "another long password"}
    assert client.post("/admin/password_change/", new).status_code == 302
    client.post("/admin/logout/")
    client.post("/admin/logout/")
    text = told(auditor)
    for what in ("A wrong password was given.", "Changed their own password.", "Logged out."):
        assert text.count(what) == 1, what


def test_what_the_command_line_gives_an_account_is_noted_and_told(auditor, moderator_user):
    call_command("create_token", "mo", stdout=StringIO())
    said = StringIO()
    call_command("set_admin", "mo", stdout=said)
    assert "mo was no administrator before, and may do everything now." in said.getvalue()
    assert "API tokens that still work: 1." in said.getvalue()
    text = told(auditor)
    assert "Given a new password on the command line." in text
    assert "Made an administrator, who may do everything, on the command line." in text


def test_mail_that_is_sent_again_is_noted(auditor, admin_client):
    mail = Mail.objects.create(to="a@a.example", subject="In vain", text="x", due_at=timezone.now(), tries=8)
    admin_client.post("/admin/newsite/mail/", {"action": "send_again", "_selected_action": [mail.pk]})
    text = told(auditor)
    assert "To be sent again." in text
    assert "In vain" in text


def test_nothing_in_it_can_be_changed_added_or_deleted(admin_client, moderator_user):
    log_in(Client())
    entry = LogEntry.objects.get()
    assert admin_client.get(f"{LOG}add/").status_code == 403
    assert admin_client.post(f"{LOG}{entry.pk}/change/", {"change_message": ""}).status_code == 403
    assert admin_client.post(f"{LOG}{entry.pk}/delete/", {"post": "yes"}).status_code == 403
    admin_client.post(LOG, {"action": "delete_selected", "_selected_action": entry.pk, "post": "yes"})
    assert LogEntry.objects.filter(pk=entry.pk, change_message=entry.change_message).exists()


def test_an_account_that_did_something_is_not_deleted_with_its_traces(admin_client, moderator_user):
    log_in(Client())
    admin_client.post(f"/admin/auth/user/{moderator_user.pk}/delete/", {"post": "yes"})
    assert User.objects.filter(pk=moderator_user.pk).exists()
    assert LogEntry.objects.filter(user=moderator_user).exists()


def test_who_may_not_look_at_it_does_not_see_it(moderator, stranger):
    assert moderator.get(LOG).status_code == 403
    assert stranger.get(LOG).status_code == 302


def test_ones_own_logins_do_not_crowd_out_what_one_has_changed(admin_client, article):
    admin_client.post(f"/admin/articles/article/{article.pk}/change/", form(article, title="Better machines"))
    client = Client()
    for _ in range(12):
        client.post("/admin/login/", {"username": "admin", "password": "password"})
    text = admin_client.get("/admin/").content.decode()
    assert "Better machines" in text


@pytest.mark.parametrize("rows", [1, 30])
def test_the_log_is_read_in_a_constant_number_of_queries(auditor, moderator_user, django_assert_max_num_queries, rows):
    for _ in range(rows):
        log_in(Client())
    with django_assert_max_num_queries(15):
        assert auditor.get(LOG).status_code == 200
