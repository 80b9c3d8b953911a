"""The newsroom's pages are for its members alone, and no cache keeps them."""

import pytest
from django.test import Client

from tests.newsite.answers import assert_headers


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/password_change/"])
def test_a_page_of_the_admin_is_kept_by_no_cache(moderator, path):
    answer = moderator.get(path)
    assert answer.status_code == 200
    assert "no-store" in answer["Cache-Control"]
    assert "private" in answer["Cache-Control"]
    assert_headers(answer)


def test_the_login_is_kept_by_no_cache(reader):
    assert "no-store" in reader.get("/admin/login/")["Cache-Control"]


@pytest.mark.parametrize("path", ["/admin/", "/admin/comments/comment/", "/admin/newsite/mail/"])
def test_a_stranger_is_sent_to_the_login(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_form_of_the_admin_needs_its_token(moderator_user, make_comment):
    comment = make_comment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator_user)
    answer = client.post("/admin/comments/comment/", {"action": "approve", "_selected_action": comment.pk})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
