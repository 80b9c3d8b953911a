"""What moderators have before them: which comments wait for what, in which order, and who is looking at one now."""

import datetime
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass

from django.contrib.auth.models import User
from django.db.models import Count, Q
from django.utils import timezone

from comments.models import Appeal, Claim, Comment, CommentQuerySet, ModerationEvent

Status = Comment.Status

SIZE = 30  # cards on a page
COUNTED = 1000  # more are told as so many and more
CLAIMED_FOR = datetime.timedelta(minutes=2)

OLDEST, RISK, LATEST = ("created_at", "pk"), ("-risk", "-pk"), ("-decided_at", "-pk")


@dataclass(frozen=True)
class Queue:
    """A list of comments to look at."""

    name: str
    label: str
    rows: Callable[[CommentQuerySet], CommentQuerySet]
    order: tuple[str, ...] = OLDEST

    def ordered(self, *, by_risk: bool = False) -> tuple[str, ...]:
        """Its order, or the riskiest first where that is stored for quick finding."""
        return RISK if by_risk and self.name == "pending" else self.order


QUEUES = {
    queue.name: queue
    for queue in (
        Queue("pending", "Pending", lambda found: found.waiting()),
        Queue("reported", "Reported", lambda found: found.reported()),
        Queue("unread", "Published unread", lambda found: found.filter(is_unread=True)),
        Queue("unanswered", "Questions without answer", lambda found: found.unanswered()),
        Queue("appealed", "Appeals", lambda found: found.filter(appeals__outcome="")),
        Queue("decided", "Recently decided", lambda found: found.filter(decided_at__isnull=False), LATEST),
    )
}


@dataclass(frozen=True)
class Page:
    """Some comments of a queue, and behind which one the next page begins."""

    comments: list[Comment]
    next: int | None


def page(queue: Queue, *, by_risk: bool = False, after: int | None = None, article: int | None = None) -> Page:
    """A page of a queue, behind the comment with the id `after`.

    Raises Comment.DoesNotExist when there is no such comment.
    """
    order = queue.ordered(by_risk=by_risk)
    found = queue.rows(Comment.objects.select_related("article", "parent"))
    found = found.filter(article=article) if article else found
    if after is not None:
        found = found.filter(_behind(order, after))
    unread = ("thread_html", "first_replies", "body_html", "article__body", "article__body_html", "article__outline")
    rows = list(found.defer(*unread, "parent__thread_html", "parent__findings").order_by(*order)[: SIZE + 1])
    return Page(rows[:SIZE], rows[SIZE - 1].pk if len(rows) > SIZE else None)


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
    events = ModerationEvent.objects.filter(comment__in=[comment.pk for comment in comments])
    return {event.comment_id: event for event in events.select_related("actor").order_by("pk")}


def open_appeals(comments: Iterable[Comment]) -> list[Appeal]:
    """The appeals about these comments that wait for an answer."""
    pks = [comment.pk for comment in comments]
    return list(Appeal.objects.filter(comment__in=pks, outcome=Appeal.Outcome.OPEN).select_related("event__actor"))


def claim(pk: int, user: User) -> None:
    """Say that a moderator is looking at a comment now; for a while nobody else needs to."""
    Claim.objects.update_or_create(comment_id=pk, defaults={"user": user, "at": timezone.now()})


def claimed(pks: Iterable[int], user: User) -> dict[int, str]:
    """Which of these comments somebody else is looking at, and who."""
    found = Claim.objects.filter(comment__in=pks, at__gt=timezone.now() - CLAIMED_FOR).exclude(user=user)
    return dict(found.values_list("comment", "user__username"))


def _behind(order: tuple[str, ...], after: int) -> Q:
    column = order[0].removeprefix("-")
    value = Comment.objects.values_list(column, flat=True).get(pk=after)
    side = "lt" if order[0].startswith("-") else "gt"
    # The first condition is for the index, which the others alone would not let the database use.
    reachable = Q(**{f"{column}__{side}e": value})
    return reachable & (Q(**{f"{column}__{side}": value}) | Q(**{column: value, f"pk__{side}": after}))
