"""Ratings as they come in: which of them are a burst, and are set aside until somebody has decided about it.

There are two rules. Of all networks together, `articles/pace.py` says how many first-time readers are too many; one
network may bring half as many in an hour. Either way, those who made the burst are set aside with the one who completed
it. A reader is known when a rating of theirs has counted for a day, and is never set aside.

All of this happens while the article's row is locked.
"""

import datetime
import math
from collections import Counter
from dataclasses import dataclass, replace

from django.conf import settings
from django.db import connection
from django.db.models import Count, Min, QuerySet

from articles.models import Rating, RatingBurst
from articles.pace import Pace, excess_limit

KNOWN_AFTER = datetime.timedelta(days=1)
NETWORK_WINDOW = datetime.timedelta(hours=1)

RATINGS = Rating._meta.db_table
FROM_NETWORK = f"""
    SELECT count(*) FROM (SELECT 1 FROM {RATINGS} WHERE article_id = %s AND network = %s AND newcomer
        AND (burst_id IS NULL OR NOT counted) AND created_at > %s LIMIT %s) AS recent
"""  # noqa: S608 - the only names put in are our own table's and columns'


@dataclass(frozen=True)
class Received:
    """A reader's first rating of an article, as its row stands."""

    pk: int
    article: int
    ratings: int  # that the article has, of those that count
    network: str
    stars: int
    newcomer: bool
    at: datetime.datetime


def receive(rating: Received, pace: Pace) -> tuple[Pace, Counter[int]]:
    """Take in a new rating; it and those before it are set aside when they are a burst. Returns the article's pace
    after it, and by how much the number of ratings of each star count has changed."""
    if not settings.RATING_BURST:
        return pace, Counter([rating.stars])
    going_on = RatingBurst.objects.get(pk=pace.burst) if pace.burst else None
    pace = pace.later(rating.at.timestamp(), usual=going_on.usual if going_on else 0.0)
    if not rating.newcomer:
        return pace.with_one(), Counter([rating.stars])
    limit = excess_limit(settings.RATING_BURST, rating.ratings)
    if going_on and pace.burst:
        return _join(going_on, rating, pace.with_newcomer(rating.pk, limit=limit)), Counter()
    changes = Counter([rating.stars])
    if _is_crowd(rating, math.ceil(limit / 2)):
        pace, aside = _set_aside_network(rating, pace)
    else:
        pace = pace.with_one().with_newcomer(rating.pk, limit=limit)
        if pace.excess <= limit:
            return pace, changes
        pace, aside = _set_aside_since(rating, pace)
    changes.subtract(aside)
    return pace, changes


def _join(burst: RatingBurst, rating: Received, pace: Pace) -> Pace:
    """One more of a burst that goes on; if somebody has decided about that meanwhile, it waits as another one."""
    if burst.state != RatingBurst.State.WAITING:
        burst = _new(rating, RatingBurst.Kind.PACE, usual=burst.usual, began_at=rating.at)
    Rating.objects.filter(pk=rating.pk).update(burst=burst, counted=False)
    return replace(pace, burst=burst.pk)


def _is_crowd(rating: Received, bound: int) -> bool:
    """Whether more newcomers than the bound have come from the rating's network within an hour, beside those of whom
    somebody has said that they count."""
    if not rating.network:
        return False
    since = connection.ops.adapt_datetimefield_value(rating.at - NETWORK_WINDOW)
    with connection.cursor() as cursor:
        cursor.execute(FROM_NETWORK, [rating.article, rating.network, since, bound + 1])
        return bool(cursor.fetchone()[0] > bound)


def _set_aside_network(rating: Received, pace: Pace) -> tuple[Pace, Counter[int]]:
    """Set the newcomers of the last hour from the rating's network aside. Returns the pace without them, and their
    stars."""
    rows = _newcomers(rating).filter(network=rating.network, created_at__gt=rating.at - NETWORK_WINDOW)
    aside = stars_of(rows)
    # The one in hand has not raised the pace yet, and what came before the excess began is none of it.
    in_excess = rows.filter(pk__gte=pace.first, pk__lt=rating.pk).count() if pace.first else 0
    pace, usual = pace.without(aside.total() - 1, newcomers=in_excess), pace.usual
    burst = RatingBurst.objects.waiting().filter(article=rating.article, network=rating.network).first()
    rows.update(burst=burst or _new_of(rows, rating, RatingBurst.Kind.NETWORK, usual=usual), counted=False)
    return pace, aside


def _set_aside_since(rating: Received, pace: Pace) -> tuple[Pace, Counter[int]]:
    """Set the newcomers since the excess began aside. Returns the pace without them, and their stars."""
    rows = _newcomers(rating).filter(pk__gte=pace.first)
    aside = stars_of(rows)
    pace = pace.without(aside.total())
    burst = _new_of(rows, rating, RatingBurst.Kind.PACE, usual=pace.usual)
    rows.update(burst=burst, counted=False)
    return replace(pace, burst=burst.pk), aside


def stars_of(rows: QuerySet[Rating]) -> Counter[int]:
    """How many of the ratings have how many stars."""
    return Counter(dict(rows.order_by().values_list("stars").annotate(Count("pk"))))


def _newcomers(rating: Received) -> QuerySet[Rating]:
    return Rating.objects.filter(article=rating.article, newcomer=True, burst=None)


def _new_of(rows: QuerySet[Rating], rating: Received, kind: RatingBurst.Kind, *, usual: float) -> RatingBurst:
    return _new(rating, kind, usual=usual, began_at=rows.aggregate(at=Min("created_at"))["at"])


def _new(rating: Received, kind: RatingBurst.Kind, *, usual: float, began_at: datetime.datetime) -> RatingBurst:
    network = rating.network if kind == RatingBurst.Kind.NETWORK else ""
    return RatingBurst.objects.create(
        article_id=rating.article, kind=kind, network=network, usual=usual, began_at=began_at
    )
