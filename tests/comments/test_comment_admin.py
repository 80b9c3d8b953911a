"""The newsroom's page of one comment, and who may decide there."""

import pytest
from django.contrib.auth.models import Permission, User
from django.test import Client

from comments.models import Action, Comment, ModerationEvent
from comments.moderation import moderate
from tests.comments.decisions import LIST, listed, take


@pytest.fixture
def viewer():
    """A member of staff who may look at comments, and no more."""
    user = User.objects.create_user("viv", password="a long enough password", is_staff=True)
    user.user_permissions.set(Permission.objects.filter(codename__in=("view_comment", "view_moderationevent")))
    client = Client()
    client.force_login(user)
    return client


def test_the_page_of_a_comment_has_the_buttons_that_make_sense(moderator, make_comment):
    comment = make_comment()
    offered = [action for action, _ in moderator.get(f"{LIST}{comment.pk}/change/").context["possible"]]
    assert offered == ["approve", "reject", "spam"]
    moderator.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"})
    offered = [action for action, _ in moderator.get(f"{LIST}{comment.pk}/change/").context["possible"]]
    assert offered == ["keep", "reject", "spam", "hold", "undo"]


def test_a_moderator_decides_on_the_page_of_a_comment(moderator, make_comment):
    comment = make_comment()
    answer = moderator.post(
        f"{LIST}{comment.pk}/decide/", {"action": "reject", "reason": "other", "note": "Upside down."}, follow=True
    )
    page = answer.content.decode()
    assert f"Reject: comment {comment.pk}." in page
    assert "Upside down." in page
    comment.refresh_from_db()
    assert comment.status == "rejected"


@pytest.mark.parametrize("action", ["withdraw", "confirm", "delete", ""])
def test_the_page_of_a_comment_takes_no_other_action(moderator, make_comment, action):
    comment = make_comment()
    moderator.post(f"{LIST}{comment.pk}/decide/", {"action": action})
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_opening_the_address_of_a_decision_decides_nothing(moderator, make_comment):
    comment = make_comment()
    assert moderator.get(f"{LIST}{comment.pk}/decide/?action=approve").status_code == 405


def test_deciding_about_a_comment_that_is_not_there_is_not_found(moderator):
    assert moderator.post(f"{LIST}4711/decide/", {"action": "approve"}).status_code == 404


def test_the_page_of_a_comment_shows_all_decisions_so_far(moderator, make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.REJECT, by=moderator_user, reason="duplicate", note="See above.")
    page = moderator.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert "See above." in page
    assert "duplicate" in page.lower()


def test_the_status_and_the_text_of_a_comment_cannot_be_typed_over(moderator, make_comment):
    comment = make_comment()
    page = moderator.get(f"{LIST}{comment.pk}/change/").content.decode()
    assert 'name="status"' not in page
    assert 'name="body"' not in page
    answer = moderator.post(f"{LIST}{comment.pk}/change/", {"status": "published", "body": "Other words."})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert comment.body != "Other words."


@pytest.mark.parametrize("who", ["moderator", "chief"])
def test_comments_and_decisions_can_be_neither_added_changed_nor_deleted_by_anybody(
    request, moderator, make_comment, who
):
    client = moderator
    if who == "chief":
        client = Client()
        client.force_login(User.objects.create_superuser("chief", password="a long enough password"))
    comment = make_comment(status="published")
    event = comment.events.get()
    for path in (
        *("/admin/comments/comment/add/", f"/admin/comments/comment/{comment.pk}/delete/"),
        *("/admin/comments/moderationevent/add/", f"/admin/comments/moderationevent/{event.pk}/delete/"),
        f"/admin/comments/moderationevent/{event.pk}/change/",
    ):
        assert client.post(path, {"note": "changed", "post": "yes"}).status_code == 403
    client.post(
        "/admin/comments/moderationevent/", {"action": "delete_selected", "_selected_action": [event.pk], "post": "yes"}
    )
    client.post(LIST, {"action": "delete_selected", "_selected_action": [comment.pk], "post": "yes"})
    assert ModerationEvent.objects.get().note == ""
    assert Comment.objects.count() == 1


@pytest.mark.parametrize("action", ["approve", "reject", "spam", "hold", "undo"])
def test_staff_without_the_permission_look_but_decide_nothing(viewer, make_comment, action):
    comment = make_comment()
    assert listed(viewer) == [comment]
    page = viewer.get(f"{LIST}{comment.pk}/change/")
    assert not page.context.get("possible")
    take(viewer, action, comment, reason="spam")
    assert viewer.post(f"{LIST}{comment.pk}/decide/", {"action": action, "reason": "spam"}).status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
    assert not comment.events.exists()


@pytest.mark.parametrize("path", [LIST, "/admin/comments/moderationevent/"])
def test_strangers_are_sent_to_the_login(stranger, path):
    answer = stranger.get(path)
    assert answer.status_code == 302
    assert answer["Location"].startswith("/admin/login/")


def test_a_stranger_cannot_decide(stranger, make_comment):
    comment = make_comment()
    assert stranger.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"}).status_code == 302
    comment.refresh_from_db()
    assert comment.status == "pending"


def test_a_decision_sent_from_another_site_is_not_carried_out(moderator_user, make_comment):
    comment = make_comment()
    client = Client(enforce_csrf_checks=True)
    client.force_login(moderator_user)
    answer = client.post(f"{LIST}{comment.pk}/decide/", {"action": "approve"})
    assert answer.status_code == 403
    comment.refresh_from_db()
    assert comment.status == "pending"
