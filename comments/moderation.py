"""The state machine of comments, as data, and the one function through which every status changes."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import F, OuterRef, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone

from articles.models import Article
from comments import notifications, threads
from comments.models import Comment, ModerationEvent, Reason
from newsite import stamps

Status = Comment.Status


class Action(models.TextChoices):
    """What can be done with a comment."""

    APPROVE = "approve"
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
    Action.REJECT: _row((Status.PENDING, Status.PUBLISHED), Status.REJECTED, (By.MODERATOR, By.SCREENING)),
    Action.SPAM: _row((Status.PENDING, Status.PUBLISHED, Status.REJECTED), Status.SPAM, (By.MODERATOR, By.SCREENING)),
    Action.HOLD: _row((Status.PUBLISHED,), Status.PENDING, (By.MODERATOR, By.REPORTS, By.SCREENING)),
    Action.UNDO: _row((Status.PUBLISHED, Status.REJECTED, Status.SPAM), None, (By.MODERATOR,)),
    Action.CONFIRM: _row((Status.UNCONFIRMED,), Status.PENDING, (By.AUTHOR,)),
    Action.WITHDRAW: _row((Status.UNCONFIRMED, Status.PENDING, Status.PUBLISHED), Status.WITHDRAWN, (By.AUTHOR,)),
}


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
) -> ModerationEvent:
    """Take an action on a comment: change its status if it still is what it was, write the event, adjust the counters
    and tell the author, all in one transaction. `by` is the moderator, None for the others.

    Raises Conflict when somebody else was first, ReasonMissing, or Refused when the role may not do it.
    """
    _check_form(action, role, reason, note)
    with transaction.atomic():
        # One decision of a discussion at a time: each also changes the rows of other comments.
        article = Article.objects.select_for_update().get(pk=comment.article_id)
        current = Comment.objects.select_for_update().get(pk=comment.pk)
        current.article = article
        target = _target(current, action, by)
        now = timezone.now()
        decided_at = now if target != Status.PENDING else None
        changed = Comment.objects.filter(pk=current.pk, status=current.status).update(
            status=target, decided_at=decided_at
        )
        if not changed:
            raise Conflict(_told(comment.pk, current.status))
        event = ModerationEvent.objects.create(
            comment=current,
            action=action,
            actor=by,
            by=role,
            old_status=current.status,
            new_status=target,
            reason=reason,
            note=note.strip(),
            created_at=now,
        )
        _count(current, before=current.status, after=target)
        current.status, current.decided_at = target, decided_at
        notifications.decided(current, event)
    comment.status, comment.decided_at = target, decided_at
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
    since = timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
    if event is None or user is None or event.actor_id != user.pk or event.created_at < since:
        return None
    is_current = event.new_status == comment.status and comment.status in TRANSITIONS[Action.UNDO].sources
    return event if is_current and event.action != Action.UNDO else None


def last_decision(comment: Comment) -> ModerationEvent | None:
    """The event that brought the comment into the status it has."""
    return comment.events.filter(new_status=comment.status).last()


def waiting_before(comment: Comment) -> int:
    """How many comments a moderator will look at before this one."""
    if comment.status != Status.PENDING:
        return 0
    return Comment.objects.waiting().filter(created_at__lt=comment.created_at).count()


def recounted(articles: QuerySet[Article]) -> dict[int, dict[str, int]]:
    """For each article's id, the comment counters that its rows give."""
    counts = {pk: {"comment_count": 0, "question_count": 0} for pk in articles.order_by().values_list("pk", flat=True)}
    rows = Comment.objects.published().filter(article__in=articles)
    for pk, kind, count in rows.order_by().values_list("article", "kind").annotate(models.Count("pk")):
        counts[pk][_counter(kind)] = count
    return counts


def recounted_replies() -> dict[str, Coalesce]:
    """For each counter of replies that a comment has, the number that the rows give, to annotate comments with."""
    published = Comment.objects.published().order_by()

    def counted(link: str, **which: Any) -> Coalesce:
        found = published.filter(**{link: OuterRef("pk")}, **which).values(link)
        return Coalesce(Subquery(found.annotate(count=models.Count("pk")).values("count")), 0)

    return {
        "reply_count": counted("parent"),
        "answer_count": counted("parent", author__isnull=False),
        "thread_size": counted("thread"),
    }


def _check_form(action: Action, role: By, reason: str, note: str) -> None:
    if role not in TRANSITIONS[action].by:
        raise Refused(f"“{action}” is not for {role}.")
    if action != Action.REJECT:
        return
    if reason not in Reason.values:
        raise ReasonMissing("Choose a reason: the author is told why.")
    if reason == Reason.OTHER and not note.strip():
        raise ReasonMissing("The reason “other” needs a note: the author is told why.")


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


def _count(comment: Comment, *, before: str, after: str) -> None:
    """Keep what follows from which comments are published: counters, the thread as it is shown, the pages' stamp."""
    change = (after == Status.PUBLISHED) - (before == Status.PUBLISHED)
    if not change:
        return
    counter = _counter(comment.kind)
    Article.objects.filter(pk=comment.article_id).update(**{counter: F(counter) + change})
    if comment.parent_id and comment.thread_id:
        answers = change if comment.author_is_staff else 0
        Comment.objects.filter(pk=comment.parent_id).update(
            reply_count=F("reply_count") + change, answer_count=F("answer_count") + answers
        )
        Comment.objects.filter(pk=comment.thread_id).update(thread_size=F("thread_size") + change)
    threads.settle(int(comment.thread_id or comment.pk))
    stamps.bump(comment.article.stamp)


def _counter(kind: Any) -> str:
    return "question_count" if kind == Comment.Kind.QUESTION else "comment_count"
