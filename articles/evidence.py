"""What there is to know about ratings that were set aside, for whoever decides about them."""

import datetime
from collections import Counter
from dataclasses import dataclass

from django.db.models import Count, Max, Q

from articles.bursts import stars_of
from articles.models import STARS, Rating, RatingBurst


@dataclass(frozen=True)
class Row:
    """How many gave one number of stars."""

    stars: int
    aside: int
    aside_percent: float
    usual: int
    usual_percent: float


@dataclass(frozen=True)
class Evidence:
    """A burst beside what its article is usually given."""

    count: int
    networks: int
    last: int  # the id of the last rating: what a decision is about
    until: datetime.datetime
    a_minute: float
    known_meanwhile: int  # ratings by readers who are known, in the same time
    rows: tuple[Row, ...]  # five stars first
    average: float | None  # of the other ratings that count
    average_with: float | None


def of(burst: RatingBurst) -> Evidence:
    """The evidence of a burst as it stands now: readers may have changed their ratings, or taken them back."""
    found = burst.ratings.aggregate(
        last=Max("pk"), until=Max("created_at"), networks=Count("network", distinct=True, filter=~Q(network=""))
    )
    aside = stars_of(burst.ratings.all())
    usual = Counter(burst.article.histogram)
    if burst.counts:
        usual.subtract(aside)
    until = found["until"] or burst.began_at
    minutes = max(1.0, (until - burst.began_at).total_seconds() / 60)
    meanwhile = Rating.objects.filter(article=burst.article_id, created_at__range=(burst.began_at, until))
    return Evidence(
        count=aside.total(),
        networks=found["networks"],
        last=found["last"] or 0,
        until=until,
        a_minute=aside.total() / minutes,
        known_meanwhile=meanwhile.filter(newcomer=False).count(),
        rows=tuple(_row(stars, aside, usual) for stars in reversed(STARS)),
        average=_average(usual),
        average_with=_average(usual + aside),
    )


def _row(stars: int, aside: Counter[int], usual: Counter[int]) -> Row:
    return Row(stars, aside[stars], _percent(stars, aside), usual[stars], _percent(stars, usual))


def _percent(stars: int, counts: Counter[int]) -> float:
    return 100 * counts[stars] / counts.total() if counts.total() else 0.0


def _average(counts: Counter[int]) -> float | None:
    return sum(stars * count for stars, count in counts.items()) / counts.total() if counts.total() else None
