"""What moderators have before them: which comments wait for what, in which order, and who is looking at one now."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, OuterRef, Q, QuerySet, Subquery
from django.utils import timezone

from comments.models import Action, Appeal, Claim, Comment, CommentQuerySet, ModerationEvent
from newsite import keyset
from newsite.keyset import Position

Status = Comment.Status

SIZE = 30  # cards on a page
COUNTED = 1000  # more are told as so many and more
CLAIMED_FOR = datetime.timedelta(minutes=2)

OLDEST, RISK, LATEST = ("created_at", "pk"), ("-risk", "-pk"), ("-decided_at", "-pk")


@dataclass(frozen=True)
class Queue:
    """A list of comments to look at, and what is done with many of them at once."""

    name: str
    label: str
    rows: Callable[[CommentQuerySet], CommentQuerySet]
    actions: tuple[Action, ...] = (Action.KEEP, Action.SPAM, Action.HOLD, Action.REJECT)
    order: tuple[str, ...] = OLDEST

    def ordered(self, *, by_risk: bool = False) -> tuple[str, ...]:
        """Its order, or the riskiest first where that is stored for quick finding."""
        return RISK if by_risk and self.name == "pending" else self.order


ANY = (Action.APPROVE, Action.KEEP, Action.SPAM, Action.HOLD, Action.REJECT)
QUEUES = {
    queue.name: queue
    for queue in (
        Queue("pending", "Pending", lambda found: found.waiting(), (Action.APPROVE, Action.SPAM, Action.REJECT)),
        Queue("reported", "Reported", lambda found: found.reported(), ANY),
        Queue("unread", "Published unread", lambda found: found.filter(is_unread=True)),
        Queue("unanswered", "Questions without answer", lambda found: found.unanswered()),
        Queue("appealed", "Appeals", lambda found: found.filter(pk__in=_appealed()), (Action.APPROVE, Action.UPHOLD)),
        Queue("decided", "Recently decided", lambda found: found.decided(), ANY, LATEST),
    )
}


def page(
    queue: Queue, *, by_risk: bool = False, after: Position | None = None, article: int | None = None
) -> tuple[list[Comment], Position | None]:
    """Some comments of a queue, behind a place in it, and the place where the next page begins."""
    order = queue.ordered(by_risk=by_risk)
    field = order[0].removeprefix("-")
    found = queue.rows(shown_on_cards()).order_by(*order)
    found = found.filter(article=article) if article else found
    if after is not None:
        found = found.filter(after.newer(field) if field == order[0] else after.older(field))
    return keyset.cut(found, SIZE, field)


def shown_on_cards() -> CommentQuerySet:
    """Comments with what their cards show of them, and no more."""
    return Comment.objects.select_related("article", "parent", "thread").defer(*_UNREAD)


def counts() -> dict[str, int]:
    """How many comments each queue that wants something done has; of very many, one more than are counted."""
    wanting = [queue for queue in QUEUES.values() if queue.name != "decided"]
    return {queue.name: queue.rows(Comment.objects.all())[: COUNTED + 1].count() for queue in wanting}


def histories(comments: Iterable[Comment]) -> dict[str, Counter[str]]:
    """For each author of these comments, by their reader's id: how many comments they have in which status."""
    authors = {comment.reader for comment in comments if comment.reader}
    rows = Comment.objects.filter(reader__in=authors).order_by().values_list("reader", "status").annotate(Count("pk"))
    found: dict[str, Counter[str]] = {reader: Counter() for reader in authors}
    for reader, status, count in rows:
        found[reader][status] = count
    return found


def last_events(comments: Iterable[Comment]) -> dict[int, ModerationEvent]:
    """What was done with each of these comments last."""
    newest = ModerationEvent.objects.filter(comment=OuterRef("comment")).order_by("-pk").values("pk")[:1]
    events = ModerationEvent.objects.filter(comment__in=[comment.pk for comment in comments], pk=Subquery(newest))
    return {event.comment_id: event for event in events.select_related("actor")}


def open_appeals(comments: Iterable[Comment]) -> dict[int, Appeal]:
    """The appeals about these comments that wait for an answer."""
    found = Appeal.objects.filter(comment__in=[comment.pk for comment in comments], outcome=Appeal.Outcome.OPEN)
    return {appeal.comment_id: appeal for appeal in found.select_related("event__actor")}


def waiting_before(comment: Comment) -> int:
    """How many comments a moderator will look at before this one; no more than COUNTED are counted."""
    if comment.status != Status.PENDING:
        return 0
    return Comment.objects.waiting().filter(created_at__lt=comment.created_at)[:COUNTED].count()


def claim(pk: int, user: User) -> None:
    """Say that a moderator is looking at a comment now, so that nobody else needs to; who was first keeps it for a
    while."""
    now = timezone.now()
    is_free = Q(user=user) | Q(at__lt=now - CLAIMED_FOR)
    if not Claim.objects.filter(is_free, comment=pk).update(user=user, at=now):
        Claim.objects.get_or_create(comment_id=pk, defaults={"user": user, "at": now})


def claimed(pks: Iterable[int], user: User) -> dict[int, str]:
    """Which of these comments somebody else is looking at, and who."""
    found = Claim.objects.filter(comment__in=pks, at__gt=timezone.now() - CLAIMED_FOR).exclude(user=user)
    return dict(found.values_list("comment", "user__username"))


def _appealed() -> "QuerySet[Appeal, int]":
    return Appeal.objects.filter(outcome=Appeal.Outcome.OPEN).values_list("comment", flat=True)


# What a card does not show is not read.
_UNREAD = [
    *("thread_html", "first_replies", "body_html", "article__body", "article__body_html", "article__outline"),
    *(f"{other}__{name}" for other in ("parent", "thread") for name in ("thread_html", "first_replies", "findings")),
]
