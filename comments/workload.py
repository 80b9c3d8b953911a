"""How moderation goes, for the newsroom: what waits, how long, who decides what, and how right screening is."""

import datetime
import statistics
from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, QuerySet
from django.db.models.functions import TruncDate
from django.utils import timezone

from articles.models import Rating
from comments.models import Comment, ModerationEvent, Reason

DAYS = 30
LOOKED_AT = 20_000  # newest decisions, so that the page costs the same however much is decided
TOP = 10
PERSON = "moderator"


@dataclass(frozen=True)
class Series:
    """A figure by day, as a chart and as the table behind it."""

    title: str
    unit: str
    days: list[tuple[datetime.date, float]]

    @property
    def bars(self) -> list[dict[str, Any]]:
        """The bars of the chart, in a box of 600 by 100."""
        most = max((value for _, value in self.days), default=0) or 1
        width = 600 / max(1, len(self.days))
        return [
            {
                "x": f"{n * width:.1f}",
                "width": f"{width - 2:.1f}",
                "y": f"{100 - height:.1f}",
                "height": f"{height:.1f}",
            }
            for n, height in enumerate(100 * value / most for _, value in self.days)
        ]

    @property
    def most(self) -> float:
        return max((value for _, value in self.days), default=0)


def waiting() -> tuple[int, datetime.timedelta | None]:
    """How many comments wait, and how long the oldest has."""
    found = Comment.objects.waiting()
    oldest = found.order_by("created_at").values_list("created_at", flat=True).first()
    return found.count(), timezone.now() - oldest if oldest else None


def by_day() -> list[Series]:
    """What came in, and how long what a person decided had waited, for each of the last days."""
    waits: dict[datetime.date, list[float]] = defaultdict(list)
    for decided, sent, *_ in _decisions():
        waits[timezone.localdate(decided)].append((decided - sent).total_seconds() / 3600)
    half = {day: round(statistics.median(hours), 1) for day, hours in waits.items()}
    most = {day: round(_percentile(hours, 0.95), 1) for day, hours in waits.items()}
    return [
        Series("Comments", "a day", _filled(_per_day(Comment.objects.all()))),
        Series("Ratings", "a day", _filled(_per_day(Rating.objects.all()))),
        Series("Half waited less than", "hours", _filled(half)),
        Series("95 of 100 waited less than", "hours", _filled(most)),
    ]


def decisions() -> dict[str, list[tuple[str, int]]]:
    """What persons have decided in the last days, by outcome and reason, and by who."""
    reasons: Counter[str] = Counter()
    people: Counter[str] = Counter()
    for _, _, action, reason, person in _decisions():
        reasons[f"{action}: {Reason(reason).label}" if reason else action] += 1
        people[person or "–"] += 1
    return {"reasons": reasons.most_common(), "people": people.most_common()}


def precision() -> list[tuple[str, int, int]]:
    """For each check that held comments: how many of them persons removed, and how many they approved after all."""
    removed: Counter[str] = Counter()
    approved: Counter[str] = Counter()
    events = _newest().filter(action__in=("approve", "reject", "spam")).values_list("action", "comment__findings")
    for action, findings in events[:LOOKED_AT]:
        checks = {finding["check"] for finding in findings if finding["verdict"] not in ("note", "publish")}
        (approved if action == "approve" else removed).update(checks)
    return sorted((check, removed[check], approved[check]) for check in removed | approved)


def top_articles() -> list[tuple[str, str, int]]:
    """Which articles were commented on most in the last days: title, address, comments."""
    found = Comment.objects.filter(created_at__gte=_since()).order_by().values("article__title", "article__slug")
    rows = found.annotate(count=Count("pk")).order_by("-count")[:TOP]
    return [(row["article__title"], row["article__slug"], row["count"]) for row in rows]


def _since() -> datetime.datetime:
    return timezone.now() - datetime.timedelta(days=DAYS)


def _newest() -> "QuerySet[ModerationEvent]":
    return ModerationEvent.objects.filter(by=PERSON, created_at__gte=_since(), old_status="pending").order_by("-pk")


def _decisions() -> Iterable[tuple[Any, ...]]:
    columns = ("created_at", "comment__created_at", "action", "reason", "actor__username")
    return _newest().values_list(*columns)[:LOOKED_AT]


def _per_day(rows: "QuerySet[Any, Any]") -> dict[datetime.date, float]:
    found = rows.filter(created_at__gte=_since()).order_by().annotate(day=TruncDate("created_at"))
    return dict(found.values_list("day").annotate(Count("pk")))


def _filled(values: dict[datetime.date, float]) -> list[tuple[datetime.date, float]]:
    today = timezone.localdate()
    days = [today - datetime.timedelta(days=n) for n in reversed(range(DAYS))]
    return [(day, values.get(day, 0)) for day in days]


def _percentile(values: list[float], share: float) -> float:
    return sorted(values)[min(len(values) - 1, int(share * len(values)))]
