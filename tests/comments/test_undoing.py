"""A decision is undone by who took it, for ten minutes."""

import datetime

import pytest
import time_machine
from django.contrib.auth.models import User
from django.utils import timezone

from comments.models import Action, By, Comment
from comments.moderation import Conflict, moderate


@pytest.mark.parametrize(("minutes", "undone"), [(9, True), (11, False)])
def test_a_decision_can_be_undone_for_ten_minutes(make_comment, moderator_user, minutes, undone):
    comment = make_comment()
    with time_machine.travel("2026-05-01 12:00Z", tick=False) as clock:
        moderate(comment, Action.APPROVE, by=moderator_user)
        clock.shift(datetime.timedelta(minutes=minutes))
        if undone:
            moderate(comment, Action.UNDO, by=moderator_user)
        else:
            with pytest.raises(Conflict, match="10 minutes"):
                moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == ("pending" if undone else "published")


@pytest.mark.parametrize("who", ["another moderator", "nobody"])
def test_only_the_moderator_who_decided_can_undo(make_comment, moderator_user, who):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    other = User.objects.create(username="second") if who == "another moderator" else None
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=other)
    assert comment.status == "published"


def test_a_decision_that_nobody_made_cannot_be_undone_by_nobody(make_comment):
    comment = make_comment()
    moderate(comment, Action.APPROVE, role=By.SCREENING)
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO)


def test_an_undo_cannot_be_undone(make_comment, moderator_user):
    comment = make_comment(status="published")
    moderate(comment, Action.REJECT, by=moderator_user, reason="spam")
    moderate(comment, Action.UNDO, by=moderator_user)
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == "published"


def test_keeping_changes_nothing_and_neither_does_taking_it_back(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    event = moderate(comment, Action.KEEP, by=moderator_user)
    assert (event.old_status, event.new_status) == ("published", "published")
    undo = moderate(comment, Action.UNDO, by=moderator_user)
    assert undo.undoes == event
    assert comment.status == "published"


def test_what_was_held_by_mistake_is_shown_again_by_taking_it_back(make_comment, moderator_user):
    comment = make_comment(status="published")
    moderate(comment, Action.HOLD, by=moderator_user)
    moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == "published"


def test_only_the_last_decision_can_be_undone(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    moderate(comment, Action.REJECT, by=User.objects.create(username="second"), reason="spam")
    with pytest.raises(Conflict):
        moderate(comment, Action.UNDO, by=moderator_user)


def test_a_text_that_nobody_has_read_is_unread_again_when_the_reading_is_taken_back(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    Comment.objects.filter(pk=comment.pk).update(edited_at=timezone.now(), is_unread=True)
    moderate(comment, Action.KEEP, by=moderator_user)
    assert not Comment.objects.get().is_unread
    moderate(comment, Action.UNDO, by=moderator_user)
    assert Comment.objects.get().is_unread
