"""The state machine of comments, as data, and the one function through which every status changes."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from articles.models import Article
from articles.text import check_seen
from comments import complaints, counting, decisions, notifications
from comments.models import Action, Appeal, By, Comment, ModerationEvent, Reason

Status = Comment.Status

NOTE_LENGTH = 1000


STAYS, BEFORE = "stays", "before"  # targets: the status it has, the one before what is taken back


@dataclass(frozen=True)
class Transition:
    """From which statuses an action leads to which, and who may take it."""

    sources: frozenset[str]
    target: str
    by: frozenset[str]


def _row(sources: tuple[str, ...], target: str, by: tuple[str, ...]) -> Transition:
    return Transition(frozenset(sources), target, frozenset(by))


TRANSITIONS = {
    Action.APPROVE: _row(
        (Status.PENDING, Status.REJECTED, Status.SPAM), Status.PUBLISHED, (By.MODERATOR, By.STAFF, By.SCREENING)
    ),
    # A moderator has read what was reported, and it may stay.
    Action.KEEP: _row((Status.PUBLISHED,), STAYS, (By.MODERATOR,)),
    Action.REJECT: _row((Status.PENDING, Status.PUBLISHED), Status.REJECTED, (By.MODERATOR, By.SCREENING)),
    Action.SPAM: _row((Status.PENDING, Status.PUBLISHED, Status.REJECTED), Status.SPAM, (By.MODERATOR, By.SCREENING)),
    Action.HOLD: _row((Status.PUBLISHED,), Status.PENDING, (By.MODERATOR, By.REPORTS, By.SCREENING)),
    # A decision stands that its author has appealed against.
    Action.UPHOLD: _row((Status.REJECTED, Status.SPAM), STAYS, (By.MODERATOR,)),
    Action.UNDO: _row((Status.PENDING, Status.PUBLISHED, Status.REJECTED, Status.SPAM), BEFORE, (By.MODERATOR,)),
    Action.CONFIRM: _row((Status.UNCONFIRMED,), Status.PENDING, (By.AUTHOR,)),
    Action.WITHDRAW: _row((Status.UNCONFIRMED, Status.PENDING, Status.PUBLISHED), Status.WITHDRAWN, (By.AUTHOR,)),
}

# A question that is merged into another one is rejected for it.
MERGEABLE = TRANSITIONS[Action.REJECT].sources


class Refused(Exception):
    """The action cannot be taken; the message says why."""


class Conflict(Refused):
    """The comment is not, or no longer, in a status that the action starts from."""


class StatementInvalid(Refused):
    """What the author is to be told is too long, or has letters that cannot be seen."""


class ReasonMissing(StatementInvalid):
    """A rejection needs a reason code, the reason `other` and the answer to an appeal a note."""


def moderate(
    comment: Comment,
    action: Action,
    *,
    by: User | None = None,
    role: By = By.MODERATOR,
    reason: str = "",
    note: str = "",
    seen: str = "",
) -> ModerationEvent:
    """Take an action on a comment: change its status if it still is what it was, write the event, adjust what follows
    and tell those who want to know, all in one transaction. `by` is the moderator, None for the others; `seen` is the
    version of the comment that they have before them.

    Raises Conflict when somebody else was first, StatementInvalid, or Refused when the role may not do it. A
    moderator's reason goes with a rejection only: other actions say themselves what they mean.
    """
    if role not in TRANSITIONS[action].by:
        raise Refused(f"“{action}” is not for {role}.")
    note = note.strip()
    if role == By.MODERATOR:
        check_statement(action, reason, note)
    else:
        _check_reason(action, reason, note)
    with transaction.atomic():
        current = locked(comment)
        _check_seen(current, seen)
        told = reason if action == Action.REJECT or role == By.SCREENING else ""
        event = _decide(current, action, by, _Statement(role, told, note))
    comment.status, comment.decided_at = current.status, current.decided_at
    return event


def check_statement(action: Action, reason: str, note: str) -> None:
    """What an author must be told is there: why something is rejected, why a decision stands; and it can be read.

    Raises ReasonMissing or StatementInvalid.
    """
    if len(note) > NOTE_LENGTH:
        raise StatementInvalid(f"The note is {len(note)} characters long; {NOTE_LENGTH} fit.")
    try:
        check_seen(note)
    except ValidationError as error:
        raise StatementInvalid(f"The note cannot be kept: {' '.join(error.messages)}") from error
    _check_reason(action, reason, note)


def locked(comment: Comment) -> Comment:
    """The comment as it is now, its article's row locked and then its own: one change of a discussion at a time, since
    each also changes the rows of other comments."""
    article = Article.objects.without_text().select_for_update(no_key=True).get(pk=comment.article_id)
    current = Comment.objects.select_for_update(no_key=True).get(pk=comment.pk)
    current.article = article
    return current


@dataclass(frozen=True)
class _Statement:
    """In what capacity somebody decides, and why."""

    role: By
    reason: str
    note: str


def _decide(current: Comment, action: Action, by: User | None, why: _Statement) -> ModerationEvent:
    undone = _undone(current, by) if action == Action.UNDO else None
    target, now = _target(current, action, undone), timezone.now()
    appeal = complaints.open_appeal(current)
    if why_not := complaints.why_not(appeal, action, by):
        raise Refused(why_not)
    was, was_shown = current.status, current.is_shown
    changes: dict[str, Any] = {"status": target}
    if target != was:  # what stays was decided when it was
        changes["decided_at"] = now if target != Status.PENDING else None
    changes["is_unread"] = target == Status.PUBLISHED and _role_that_holds(current, why.role, undone) == By.SCREENING
    changes |= counting.consequences(current, after=target, now=now)
    if not Comment.objects.filter(pk=current.pk, status=was).update(**changes):
        raise Conflict(_told(current.pk, was))
    for name, value in changes.items():
        setattr(current, name, value)
    event = ModerationEvent.objects.create(
        comment=current,
        action=action,
        actor=by,
        by=why.role,
        undoes=undone,
        old_status=was,
        new_status=target,
        reason=why.reason,
        note=why.note,
        created_at=now,
    )
    complaints.settle(current, event, appeal)
    counting.settle(current, was=was, was_shown=was_shown)
    notifications.decided(current, event)
    return event


def _role_that_holds(comment: Comment, role: By, undone: ModerationEvent | None) -> str:
    """In what capacity the decision was made that holds from now on."""
    if undone is None:
        return role
    before = comment.events.standing().exclude(pk=undone.pk).last()
    is_of_this_text = before and not (comment.edited_at and comment.edited_at > before.created_at)
    return before.by if before and is_of_this_text else By.SCREENING


def possible_actions(
    comment: Comment, user: User, *, last: ModerationEvent | None, appeal: Appeal | None
) -> list[Action]:
    """What a moderator can do with the comment now, given its last event and its open appeal."""
    return [
        action
        for action, row in TRANSITIONS.items()
        if By.MODERATOR in row.by
        and comment.status in row.sources
        and not complaints.why_not(appeal, action, user)
        and (action != Action.UNDO or decisions.is_undoable(last, user))
    ]


def _check_reason(action: Action, reason: str, note: str) -> None:
    if action == Action.UPHOLD and not note:
        raise ReasonMissing("Write a note: the author is told why the decision stands.")
    if action != Action.REJECT:
        return
    if reason not in Reason.values:
        raise ReasonMissing("Choose a reason: the author is told why.")
    if reason == Reason.OTHER and not note:
        raise ReasonMissing("The reason “other” needs a note: the author is told why.")


def _check_seen(current: Comment, seen: str) -> None:
    revision, _, status = seen.partition("-")
    if revision and revision != str(current.revision):
        raise Conflict(f"Comment {current.pk} was edited by its author meanwhile. Please read it again.")
    if status and status != current.status:
        raise Conflict(_told(current.pk, current.status))


def _target(current: Comment, action: Action, undone: ModerationEvent | None) -> str:
    row = TRANSITIONS[action]
    if current.status not in row.sources:
        raise Conflict(_told(current.pk, current.status))
    if undone:
        return undone.old_status
    return current.status if row.target == STAYS else row.target


def _undone(current: Comment, by: User | None) -> ModerationEvent:
    last = current.events.last()
    if last is None or not decisions.is_undoable(last, by):
        raise Conflict(
            f"There is no decision of yours on comment {current.pk} from the last {settings.UNDO_MINUTES} minutes."
        )
    return last


def _told(pk: int, status: str) -> str:
    event = ModerationEvent.objects.filter(comment=pk).select_related("actor").last()
    who = event.actor.get_username() if event and event.actor else event.by if event else ""
    return f"Comment {pk} is {status} already{f', by {who}' if who else ''}."
