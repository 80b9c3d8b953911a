"""An author takes a comment back, once and for good."""

import pytest
from django.test import Client

from comments import moderation, posting
from comments.models import Action, Comment
from comments.moderation import Conflict
from tests.comments.test_editing import api, path

pytestmark = pytest.mark.usefixtures("counted")


def test_a_comment_is_withdrawn_once(program, make_comment):
    by_hand, by_machine = make_comment(status="published"), make_comment()
    assert Client().post(path(by_hand, "withdraw")).status_code == 303
    assert program.delete(**api(by_machine)).status_code == 204
    for comment in (by_hand, by_machine):
        refused = program.delete(**api(comment))
        assert refused.status_code == 409
        assert refused.json()["errors"][0]["code"] == "not_withdrawable"
        assert Client().post(path(comment, "withdraw")).status_code == 303, "the page says what it is"
        assert [event.new_status for event in comment.events.all()][-1] == "withdrawn"


@pytest.mark.parametrize("action", [action for action in Action if action != Action.WITHDRAW])
def test_nothing_can_be_decided_about_a_withdrawn_comment(make_comment, moderator_user, action):
    comment = make_comment()
    posting.withdraw(comment)
    role = "author" if action == Action.CONFIRM else "moderator"
    with pytest.raises(Conflict):
        moderation.moderate(comment, action, by=moderator_user, role=role, reason="spam", note="So.")
    assert Comment.objects.get().status == "withdrawn"


def test_what_readers_had_seen_leaves_its_place_though_it_was_being_read_again(article, make_comment):
    seen, unseen = make_comment(status="published"), make_comment()
    for comment in (seen, unseen):
        Client().post(path(comment, "edit"), {"body": "Said better now."})
    assert Comment.objects.get(pk=seen.pk).status == "pending"
    for comment in (seen, unseen):
        posting.withdraw(comment)
    page = Client().get(article.get_absolute_url()).content.decode()
    assert page.count("Withdrawn by its author.") == 1
    assert f'id="comment-{seen.pk}"' in page
