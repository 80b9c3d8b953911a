"""What can be done with a comment, by whom, and what follows."""

import datetime
import itertools

import pytest
import time_machine
from django.contrib.auth.models import User
from django.db import transaction

from comments import posting
from comments.models import Action, By, Comment, ModerationEvent, Notice, Reason
from comments.moderation import TRANSITIONS, Conflict, ReasonMissing, Refused, StatementInvalid, moderate
from tests.comments.decisions import TABLE, force

STATUSES = ("unconfirmed", "pending", "published", "rejected", "spam", "withdrawn")


def reason_for(action):
    return {"reason": "off_topic"} if action == "reject" else {}


def test_the_table_in_the_code_is_the_table_agreed_on():
    written = {str(action): (set(row.sources), row.target, set(row.by)) for action, row in TRANSITIONS.items()}
    assert written == TABLE


@pytest.mark.parametrize(("status", "action", "role"), list(itertools.product(STATUSES, TABLE, By.values)))
def test_every_action_from_every_status_by_everybody(make_comment, moderator_user, status, action, role):
    comment = make_comment()
    force(comment, status)
    sources, target, roles = TABLE[action]
    # Nothing has been decided that could be taken back, or appealed against.
    allowed = status in sources and role in roles and action not in ("undo", "uphold")
    target = status if target == "stays" else target
    user = moderator_user if role == "moderator" else None
    if allowed:
        event = moderate(comment, Action(action), by=user, role=By(role), **reason_for(action))
        assert (event.old_status, event.new_status) == (status, target)
        assert comment.status == target
    else:
        with pytest.raises(Refused):
            moderate(comment, Action(action), by=user, role=By(role), **reason_for(action))
    comment.refresh_from_db()
    assert comment.status == (target if allowed else status)
    assert comment.events.count() == int(allowed)
    comment.article.refresh_from_db()
    assert comment.article.comment_count == int(comment.status == "published")


@pytest.mark.parametrize(
    ("first", "before"),
    [("approve", "pending"), ("reject", "pending"), ("spam", "pending"), ("reject", "published"), ("approve", "spam")],
)
def test_an_undo_brings_the_status_before_back(make_comment, moderator_user, first, before):
    comment = make_comment()
    force(comment, before)
    moderate(comment, Action(first), by=moderator_user, **reason_for(first))
    event = moderate(comment, Action.UNDO, by=moderator_user)
    assert comment.status == event.new_status == before
    comment.article.refresh_from_db()
    assert comment.article.comment_count == int(before == "published")


def test_an_event_says_who_did_what_when_and_why(make_comment, moderator_user):
    comment = make_comment()
    with time_machine.travel("2026-05-01 12:00Z", tick=False):
        moderate(comment, Action.REJECT, by=moderator_user, reason="off_topic", note="  See the rules. ")
    event = comment.events.get()
    assert (event.action, event.by, event.actor) == ("reject", "moderator", moderator_user)
    assert (event.old_status, event.new_status) == ("pending", "rejected")
    assert (event.reason, event.note) == ("off_topic", "See the rules.")
    assert event.created_at == datetime.datetime(2026, 5, 1, 12, tzinfo=datetime.UTC)


@pytest.mark.parametrize("reason", sorted(set(Reason.values) - {"other"}))
def test_each_reason_is_enough_for_a_rejection(make_comment, reason):
    comment = make_comment()
    moderate(comment, Action.REJECT, reason=reason)
    assert comment.status == "rejected"


def test_the_reasons_are_the_eleven_agreed_on():
    agreed = (
        "spam advertising offensive harassment hate_speech illegal personal_data misinformation off_topic duplicate"
    )
    assert set(Reason.values) == {*agreed.split(), "other"}


@pytest.mark.parametrize("reason", ["", "because", "Off_Topic", "off topic"])
def test_a_rejection_without_one_of_the_reasons_is_refused(make_comment, reason):
    comment = make_comment()
    with pytest.raises(ReasonMissing):
        moderate(comment, Action.REJECT, reason=reason, note="A note alone is not enough.")
    assert comment.status == "pending"
    assert not comment.events.exists()


@pytest.mark.parametrize("note", ["", "   ", "\n\t"])
def test_the_reason_other_needs_a_note(make_comment, note):
    comment = make_comment()
    with pytest.raises(ReasonMissing):
        moderate(comment, Action.REJECT, reason="other", note=note)
    moderate(comment, Action.REJECT, reason="other", note="It is upside down.")
    assert comment.status == "rejected"


def test_the_second_of_two_moderators_is_told_who_was_first(make_comment, moderator_user):
    comment = make_comment()
    seen_by_second = Comment.objects.get(pk=comment.pk)
    moderate(comment, Action.APPROVE, by=moderator_user)
    with pytest.raises(Conflict, match=r"published already, by mo\."):
        moderate(seen_by_second, Action.APPROVE, by=User.objects.create(username="second"))
    assert comment.events.count() == 1
    comment.article.refresh_from_db()
    assert comment.article.comment_count == 1


def test_what_its_author_has_withdrawn_stays_withdrawn(make_comment, moderator_user):
    comment = make_comment()
    moderate(comment, Action.APPROVE, by=moderator_user)
    posting.withdraw(comment)
    for action in (Action.APPROVE, Action.UNDO, Action.SPAM, Action.HOLD):
        with pytest.raises(Conflict):
            moderate(comment, action, by=moderator_user)


def test_an_event_cannot_be_changed_or_deleted(make_comment):
    event = make_comment(status="published").events.get()
    event.note = "I was never here."
    for attempt in (
        event.save,
        event.delete,
        lambda: ModerationEvent.objects.filter(pk=event.pk).update(note="x"),
        lambda: ModerationEvent.objects.filter(pk=event.pk).delete(),
        lambda: ModerationEvent.objects.all().delete(),
        lambda: ModerationEvent.objects.update(note="x"),
        lambda: ModerationEvent.objects.bulk_update([event], ["note"]),
    ):
        with pytest.raises(TypeError), transaction.atomic():
            attempt()
    assert ModerationEvent.objects.get().note == ""


def test_questions_and_comments_are_counted_apart(make_comment, article):
    comment, question = make_comment(status="published"), make_comment(kind="question", status="published")
    article.refresh_from_db()
    assert (article.comment_count, article.question_count) == (1, 1)
    moderate(question, Action.HOLD)
    moderate(comment, Action.SPAM)
    article.refresh_from_db()
    assert (article.comment_count, article.question_count) == (0, 0)


def test_published_replies_are_counted_at_what_they_reply_to(make_comment):
    parent = make_comment(status="published")
    reply = make_comment(parent=parent.pk)
    parent.refresh_from_db()
    assert parent.reply_count == 0
    moderate(reply, Action.APPROVE)
    parent.refresh_from_db()
    assert parent.reply_count == 1
    posting.withdraw(reply)
    parent.refresh_from_db()
    assert parent.reply_count == 0


def test_nothing_happens_when_something_fails_half_way(make_comment, monkeypatch):
    comment = make_comment(author_email="ada@a.example", notify=True)

    def fail(notices):
        raise RuntimeError

    monkeypatch.setattr("comments.notifications.Notice.objects.bulk_create", fail)
    with pytest.raises(RuntimeError):
        moderate(comment, Action.APPROVE)
    comment.refresh_from_db()
    comment.article.refresh_from_db()
    assert comment.status == "pending"
    assert comment.article.comment_count == 0
    assert not comment.events.exists()
    assert not Notice.objects.exists()


@pytest.mark.parametrize("note", ["x" * 1001, "a\u202eb", "\0", "\u200b"])
def test_a_note_that_its_author_could_not_read_is_refused_and_not_cut(make_comment, moderator_user, note):
    comment = make_comment()
    with pytest.raises(StatementInvalid):
        moderate(comment, Action.SPAM, by=moderator_user, note=note)
    assert not comment.events.exists()


def test_a_reason_goes_with_a_rejection_and_with_nothing_else(make_comment, moderator_user):
    comment = make_comment()
    for action in (Action.APPROVE, Action.SPAM, Action.APPROVE, Action.HOLD):
        assert moderate(comment, action, by=moderator_user, reason="poem").reason == ""
