"""How moderation goes, for the newsroom: what waits, how long, who decides what, and how right screening is."""

import datetime
from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.utils import timezone

from articles.models import Rating
from comments import queues
from comments.models import Action, By, Comment, ModerationEvent, Reason, Verdict
from comments.models.event import EventQuerySet

DAYS = 30
LOOKED_AT = 5_000  # newest decisions and comments
SAMPLE = 500  # decisions of a day whose waits are looked at, so that the page costs the same however many there are
TOP = 10


@dataclass(frozen=True)
class Series:
    """A figure by day, as a chart and as the table behind it."""

    title: str
    unit: str
    days: list[tuple[datetime.date, float | None]]  # None where there is nothing to say

    @property
    def bars(self) -> list[dict[str, Any]]:
        """The bars of the chart, in a box of 600 by 100."""
        most = max((value or 0 for _, value in self.days), default=0) or 1
        width = 600 / max(1, len(self.days))
        return [
            {
                "x": f"{n * width:.1f}",
                "width": f"{width - 2:.1f}",
                "y": f"{100 - height:.1f}",
                "height": f"{height:.1f}",
            }
            for n, height in enumerate(100 * (value or 0) / most for _, value in self.days)
        ]

    @property
    def most(self) -> float:
        return max((value or 0 for _, value in self.days), default=0)


def waiting() -> tuple[int, datetime.timedelta | None]:
    """How many comments wait (of very many, one more than are counted), and how long the oldest has."""
    found = Comment.objects.waiting()
    oldest = found.order_by("created_at").values_list("created_at", flat=True).first()
    return found[: queues.COUNTED + 1].count(), timezone.now() - oldest if oldest else None


def by_day() -> list[Series]:
    """What came in, and how long what a person decided had waited, for each of the last days."""
    waits = {day: _waits(day) for day in _days()}
    return [
        Series("Comments", "a day", _counts(Comment.objects.all())),
        Series("Ratings", "a day", _counts(Rating.objects.all())),
        Series("Half waited less than", "hours", [(day, _share(hours, 0.5)) for day, hours in waits.items()]),
        Series("95 of 100 waited less than", "hours", [(day, _share(hours, 0.95)) for day, hours in waits.items()]),
    ]


def decisions() -> dict[str, list[tuple[str, int]]]:
    """What persons have decided in the last days, by outcome and reason, and by who."""
    found = _decided().values_list("action", "reason", "actor__username").annotate(Count("pk"))
    reasons: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for action, reason, person, count in found:
        reasons[f"{action}: {Reason(reason).label}" if reason else action] += count
        people[person or "–"] += count
    return {"reasons": reasons.most_common(), "people": people.most_common()}


def precision() -> list[tuple[str, int, int]]:
    """For each check that held comments: how many of the newest that persons decided they removed, and how many they
    approved after all."""
    removed: Counter[str] = Counter()
    approved: Counter[str] = Counter()
    events = _decided().first_looks().order_by("-pk").values_list("action", "comment__findings")
    for action, findings in events[:LOOKED_AT]:
        checks = {finding["check"] for finding in findings if finding["verdict"] not in (Verdict.NOTE, Verdict.PUBLISH)}
        (approved if action == Action.APPROVE else removed).update(checks)
    return sorted((check, removed[check], approved[check]) for check in removed | approved)


def top_articles() -> list[tuple[str, str, int]]:
    """Which articles most of the newest comments are about: title, address, comments."""
    newest = Comment.objects.newest_first().values("pk")[:LOOKED_AT]
    found = Comment.objects.filter(pk__in=newest).order_by().values("article__title", "article__slug")
    rows = found.annotate(count=Count("pk")).order_by("-count")[:TOP]
    return [(row["article__title"], row["article__slug"], row["count"]) for row in rows]


def _days() -> list[datetime.date]:
    today = timezone.localdate()
    return [today - datetime.timedelta(days=n) for n in reversed(range(DAYS))]


def _on(day: datetime.date) -> dict[str, datetime.datetime]:
    begin = timezone.make_aware(datetime.datetime.combine(day, datetime.time()))
    end = timezone.make_aware(datetime.datetime.combine(day + datetime.timedelta(days=1), datetime.time()))
    return {"created_at__gte": begin, "created_at__lt": end}


def _decided() -> EventQuerySet:
    """What persons decided in the last days, and nobody took back."""
    since = _on(_days()[0])["created_at__gte"]
    return ModerationEvent.objects.standing().filter(by=By.MODERATOR, created_at__gte=since).order_by()


def _waits(day: datetime.date) -> list[float]:
    """How many hours the comments had waited that persons looked at on a day, the shortest first."""
    looks = ModerationEvent.objects.filter(**_on(day)).first_looks().order_by("created_at")
    times = looks.values_list("created_at", "comment__created_at")[:SAMPLE]
    return sorted((decided - sent).total_seconds() / 3600 for decided, sent in times)


def _counts(rows: "QuerySet[Any]") -> list[tuple[datetime.date, float | None]]:
    return [(day, rows.filter(**_on(day)).count()) for day in _days()]


def _share(hours: list[float], share: float) -> float | None:
    return round(hours[min(len(hours) - 1, int(share * len(hours)))], 1) if hours else None
