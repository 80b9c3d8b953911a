"""The state machine of comments, as data, and the one function through which every status changes."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.utils import timezone

from articles.models import Article
from comments import complaints, counting, notifications
from comments.models import Comment, ModerationEvent, Reason

Status = Comment.Status


class Action(models.TextChoices):
    """What can be done with a comment."""

    APPROVE = "approve"
    KEEP = "keep", "Keep"
    REJECT = "reject"
    SPAM = "spam"
    HOLD = "hold"
    UNDO = "undo"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


class By(models.TextChoices):
    """In what capacity somebody acts."""

    MODERATOR = "moderator"
    SCREENING = "screening"
    REPORTS = "reports"
    AUTHOR = "author"


@dataclass(frozen=True)
class Transition:
    """From which statuses an action leads to which (None: to the one before), and who may take it."""

    sources: frozenset[str]
    target: str | None
    by: frozenset[str]


def _row(sources: tuple[str, ...], target: str | None, by: tuple[str, ...]) -> Transition:
    return Transition(frozenset(sources), target, frozenset(by))


TRANSITIONS = {
    Action.APPROVE: _row(
        (Status.PENDING, Status.REJECTED, Status.SPAM), Status.PUBLISHED, (By.MODERATOR, By.SCREENING)
    ),
    # A moderator has read what was reported, and it may stay.
    Action.KEEP: _row((Status.PUBLISHED,), Status.PUBLISHED, (By.MODERATOR,)),
    Action.REJECT: _row((Status.PENDING, Status.PUBLISHED), Status.REJECTED, (By.MODERATOR, By.SCREENING)),
    Action.SPAM: _row((Status.PENDING, Status.PUBLISHED, Status.REJECTED), Status.SPAM, (By.MODERATOR, By.SCREENING)),
    Action.HOLD: _row((Status.PUBLISHED,), Status.PENDING, (By.MODERATOR, By.REPORTS, By.SCREENING)),
    Action.UNDO: _row((Status.PUBLISHED, Status.REJECTED, Status.SPAM), None, (By.MODERATOR,)),
    Action.CONFIRM: _row((Status.UNCONFIRMED,), Status.PENDING, (By.AUTHOR,)),
    Action.WITHDRAW: _row((Status.UNCONFIRMED, Status.PENDING, Status.PUBLISHED), Status.WITHDRAWN, (By.AUTHOR,)),
}

# What settles the reports of a comment, when a person does it.
SETTLING = frozenset({Action.APPROVE, Action.KEEP, Action.REJECT, Action.SPAM, Action.WITHDRAW})
# A question that is merged into another one is rejected for it.
MERGEABLE = TRANSITIONS[Action.REJECT].sources


class Refused(Exception):
    """The action cannot be taken; the message says why."""


class Conflict(Refused):
    """The comment is not, or no longer, in a status that the action starts from."""


class ReasonMissing(Refused):
    """A rejection needs a reason code, and the reason `other` a note."""


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

    Raises Conflict when somebody else was first, ReasonMissing, or Refused when the role may not do it.
    """
    if role not in TRANSITIONS[action].by:
        raise Refused(f"“{action}” is not for {role}.")
    check_reason(action, reason, note)
    with transaction.atomic():
        current = locked(comment)
        _check_seen(current, seen)
        event = _decide(current, action, by, _Statement(role, reason, note.strip()))
    comment.status, comment.decided_at = current.status, current.decided_at
    return event


def check_reason(action: Action, reason: str, note: str) -> None:
    """A rejection says why.

    Raises ReasonMissing.
    """
    if action != Action.REJECT:
        return
    if reason not in Reason.values:
        raise ReasonMissing("Choose a reason: the author is told why.")
    if reason == Reason.OTHER and not note.strip():
        raise ReasonMissing("The reason “other” needs a note: the author is told why.")


def locked(comment: Comment) -> Comment:
    """The comment as it is now, its article's row locked and then its own: one change of a discussion at a time, since
    each also changes the rows of other comments."""
    article = Article.objects.select_for_update(no_key=True).get(pk=comment.article_id)
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
    target, now = _target(current, action, by), timezone.now()
    was, was_shown = current.status, current.is_shown
    changes: dict[str, Any] = {"status": target}
    if target != was:  # what is kept was published when it was
        changes["decided_at"] = now if target != Status.PENDING else None
    changes["is_unread"] = target == Status.PUBLISHED and why.role == By.SCREENING
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
        old_status=was,
        new_status=target,
        reason=why.reason,
        note=why.note,
        created_at=now,
    )
    if action in SETTLING and why.role in (By.MODERATOR, By.AUTHOR):
        complaints.settle(current, event)
    if action == Action.UNDO:
        complaints.reopen(current, undo=event)
    elif target in (Status.PUBLISHED, Status.WITHDRAWN):
        complaints.grant(current, event)
    counting.settle(current, was=was, was_shown=was_shown)
    notifications.decided(current, event)
    return event


def possible_actions(comment: Comment, user: User) -> list[Action]:
    """What a moderator can do with the comment now."""
    actions = [
        action
        for action, row in TRANSITIONS.items()
        if By.MODERATOR in row.by and row.target is not None and comment.status in row.sources
    ]
    return [*actions, Action.UNDO] if undoable_event(comment, user) else actions


def undoable_event(comment: Comment, user: User | None) -> ModerationEvent | None:
    """The decision that this moderator can still take back: the last one, their own, young, and not an undo."""
    event = comment.events.last()
    return event if event and user and is_undoable(event, comment, user) else None


def is_undoable(event: ModerationEvent, comment: Comment, user: User) -> bool:
    """Whether this moderator can still take back a comment's last event."""
    since = timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
    if event.actor_id != user.pk or event.created_at < since:
        return False
    is_current = event.new_status == comment.status and comment.status in TRANSITIONS[Action.UNDO].sources
    return is_current and event.action not in (Action.UNDO, Action.KEEP)


def last_decision(comment: Comment) -> ModerationEvent | None:
    """The event that brought the comment into the status it has."""
    return comment.events.filter(new_status=comment.status).last()


def waiting_before(comment: Comment) -> int:
    """How many comments a moderator will look at before this one."""
    if comment.status != Status.PENDING:
        return 0
    return Comment.objects.waiting().filter(created_at__lt=comment.created_at).count()


def _check_seen(current: Comment, seen: str) -> None:
    revision, _, status = seen.partition("-")
    if revision and revision != str(current.revision):
        raise Conflict(f"Comment {current.pk} was edited by its author meanwhile. Please read it again.")
    if status and status != current.status:
        raise Conflict(_told(current.pk, current.status))


def _target(current: Comment, action: Action, by: User | None) -> str:
    row = TRANSITIONS[action]
    if current.status not in row.sources:
        raise Conflict(_told(current.pk, current.status))
    if row.target is not None:
        return row.target
    event = undoable_event(current, by)
    if event is None:
        raise Conflict(
            f"There is no decision of yours on comment {current.pk} from the last {settings.UNDO_MINUTES} minutes."
        )
    return event.old_status


def _told(pk: int, status: str) -> str:
    event = ModerationEvent.objects.filter(comment=pk).select_related("actor").last()
    who = event.actor.get_username() if event and event.actor else event.by if event else ""
    return f"Comment {pk} is {status} already{f', by {who}' if who else ''}."
