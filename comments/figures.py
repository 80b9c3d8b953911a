"""What was decided in a year, counted: for everybody, as articles 15 and 24 of the Digital Services Act ask."""

import datetime
import statistics
from collections import Counter
from typing import Any

from django.core.cache import cache
from django.db.models import Count, Q
from django.utils import timezone

from comments.models import Action, Appeal, By, Comment, ModerationEvent, Reason, Report
from comments.models.event import EventQuerySet

Status = Comment.Status

KEPT = 3600  # seconds for which the figures of a year are not counted again
TIMED = 10_000  # newest decisions of which the median time is taken


def years() -> list[int]:
    """The years of which there are figures, the newest first."""
    first = ModerationEvent.objects.order_by("pk").values_list("created_at", flat=True).first()
    now = timezone.localtime().year
    return list(range(now, (timezone.localtime(first).year if first else now) - 1, -1))


def of_year(year: int) -> dict[str, Any]:
    """The figures of a year; they may be an hour old."""
    found: dict[str, Any] = cache.get_or_set(f"figures.{year}", lambda: _counted(year), KEPT) or {}
    return found


def rows(figures: dict[str, Any]) -> list[tuple[str, str, str, int | float | None]]:
    """The same figures as a table: what, why, by what means, how many (hours where it says so)."""
    taken = [("removed", row["reason"], row["means"], row["count"]) for row in figures["removed"]]
    return [
        ("comments received", "", "", figures["received"]),
        *taken,
        ("notices of illegal content", "", "", figures["notices"]),
        *(("appeals", "", name, count) for name, count in figures["appeals"].items()),
        ("median hours to a decision", "", "", figures["median_hours"]),
    ]


def _counted(year: int) -> dict[str, Any]:
    zone = timezone.get_current_timezone()
    begin, end = (datetime.datetime(n, 1, 1, tzinfo=zone) for n in (year, year + 1))
    then = Q(created_at__gte=begin, created_at__lt=end)
    appeals = dict(Appeal.objects.filter(then).order_by().values_list("outcome").annotate(Count("pk")))
    return {
        "year": year,
        "received": Comment.objects.filter(then).exclude(status=Status.UNCONFIRMED).count(),
        "removed": _removed(ModerationEvent.objects.filter(then)),
        "notices": Report.objects.filter(then, is_notice=True).count(),
        "appeals": {str(label): appeals.get(value, 0) for value, label in Appeal.Outcome.choices},
        "median_hours": _median_hours(ModerationEvent.objects.filter(then)),
    }


def _removed(events: EventQuerySet) -> list[dict[str, Any]]:
    """Decisions against a comment that nobody took back, by reason and means."""
    against = events.standing().filter(action__in=(Action.REJECT, Action.SPAM)).order_by()
    counts: Counter[tuple[str, str]] = Counter()
    for reason, by, count in against.values_list("reason", "by").annotate(Count("pk")):
        what = Reason(reason).label if reason else Reason.SPAM.label
        counts[what.lower(), "by a person" if by == By.MODERATOR else "automatically"] += count
    return [{"reason": reason, "means": means, "count": count} for (reason, means), count in sorted(counts.items())]


def _median_hours(events: EventQuerySet) -> float | None:
    """From the sending of a comment to the first decision of a person, in hours."""
    times = events.first_looks().order_by("-pk").values_list("created_at", "comment__created_at")[:TIMED]
    hours = [(decided - sent).total_seconds() / 3600 for decided, sent in times]
    return round(statistics.median(hours), 1) if hours else None
