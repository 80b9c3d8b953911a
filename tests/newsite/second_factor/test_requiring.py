"""A second factor is demanded; and nothing else of the library is open."""

import pytest
from django.urls import get_resolver

from tests.newsite.second_factor.login import is_in, set_up

OVERVIEW = "/admin/second-factor/"


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
