"""The own password: changed with the old one alone, however the newsroom is entered."""

import pytest
from django.test import Client

OLD, NEW = "a long enough password", "another long password"
CHANGE = "/admin/password_change/"


def form(old=OLD):
    return {"old_password": old, "new_password1": NEW, "new_password2": NEW}


def test_a_new_password_ends_the_other_sessions(moderator, moderator_user):
    other = Client()
    other.force_login(moderator_user)
    assert moderator.post(CHANGE, form()).status_code == 302
    assert other.get("/admin/").status_code == 302
    assert moderator.get("/admin/").status_code == 200
    moderator_user.refresh_from_db()
    assert moderator_user.check_password(NEW)


def test_the_old_one_cannot_be_guessed_there(moderator, rates):
    rates(logins="2/10m")
    for _ in range(2):
        assert moderator.post(CHANGE, form("a guess")).status_code == 400
    answer = moderator.post(CHANGE, form())
    assert (answer.status_code, answer["Retry-After"]) == (429, "600")
    assert "Try again in 10 minutes." in answer.content.decode()


@pytest.mark.parametrize("written", ["{0}", "0{0}", "{0} "])
def test_a_superuser_needs_the_old_one_for_a_new_one_of_their_own(admin_client, admin_user, moderator_user, written):
    path = "/admin/auth/user/{}/password/"
    fields = {"password1": NEW, "password2": NEW, "usable_password": "true"}
    own = admin_client.post(path.format(written.format(admin_user.pk)), fields)
    assert own.status_code == 404 or own["Location"] == CHANGE
    admin_user.refresh_from_db()
    assert admin_user.check_password("password")
    admin_client.post(path.format(moderator_user.pk), fields)
    moderator_user.refresh_from_db()
    assert moderator_user.check_password(NEW)
