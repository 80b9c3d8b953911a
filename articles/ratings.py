"""Ratings: one per reader and article, with the sums that pages show kept exact in the same transaction."""

from dataclasses import dataclass

from django.db import transaction
from django.db.models import Case, Count, F, FloatField, QuerySet, Value, When
from django.db.models.expressions import Combinable
from django.db.models.functions import Cast
from django.db.models.lookups import GreaterThan

from articles.models import STARS, Article, Rating
from newsite import stamps

# The average that orders lists begins as if every article had this many ratings of this value, so that one reader's
# five stars do not lead the list: (C·m + sum) / (C + count), the Bayesian average with a fixed prior.
PRIOR_COUNT = 8
PRIOR_MEAN = 3.4


class NotAStarCount(ValueError):
    """A rating is a whole number of stars from 1 to 5."""


@dataclass(frozen=True)
class Tally:
    """The stored columns of an article that follow from its ratings."""

    stars_1: int
    stars_2: int
    stars_3: int
    stars_4: int
    stars_5: int

    @property
    def rating_count(self) -> int:
        return self.stars_1 + self.stars_2 + self.stars_3 + self.stars_4 + self.stars_5

    @property
    def rating_sum(self) -> int:
        return sum(stars * getattr(self, f"stars_{stars}") for stars in STARS)

    @property
    def columns(self) -> dict[str, int]:
        """The columns as they should stand in the row; the score follows from them."""
        counts = {f"stars_{stars}": getattr(self, f"stars_{stars}") for stars in STARS}
        return {**counts, "rating_count": self.rating_count, "rating_sum": self.rating_sum}


def rate(*, article: Article, reader: str, network: str, stars: int) -> int:
    """Set or change the one rating of a reader. Returns the stamp of pages that show it, 0 when nothing changed.

    Raises NotAStarCount.
    """
    if stars not in STARS:
        raise NotAStarCount
    with transaction.atomic():
        _lock(article)
        before = Rating.objects.filter(article=article, reader=reader).first()
        if before is None:
            Rating.objects.create(article=article, reader=reader, network=network, stars=stars)
            return _adjust(article, {stars: 1})
        if before.stars == stars:
            return 0
        changes = {before.stars: -1, stars: 1}
        before.stars = stars
        before.save(update_fields=["stars", "updated_at"])
        return _adjust(article, changes)


def remove(*, article: Article, reader: str) -> int:
    """Take back a reader's rating, if there is one. Returns the stamp of pages that show it, 0 when nothing changed."""
    with transaction.atomic():
        _lock(article)
        before = Rating.objects.filter(article=article, reader=reader).first()
        if before is None:
            return 0
        before.delete()
        return _adjust(article, {before.stars: -1})


def given_by(reader: str | None, article: Article) -> int | None:
    """The stars that a reader gave an article, or None."""
    if reader is None:
        return None
    return Rating.objects.filter(article=article, reader=reader).values_list("stars", flat=True).first()


def recounted(articles: QuerySet[Article]) -> dict[int, Tally]:
    """For each article's id, the tally that its rating rows give."""
    counts: dict[int, dict[str, int]] = {pk: dict.fromkeys((f"stars_{s}" for s in STARS), 0) for pk in _ids(articles)}
    rows = Rating.objects.filter(article__in=articles).values_list("article", "stars").annotate(Count("pk")).order_by()
    for pk, stars, count in rows:
        counts[pk][f"stars_{stars}"] = count
    return {pk: Tally(**columns) for pk, columns in counts.items()}


def score(tally: Tally) -> float:
    """The Bayesian average of a tally: what `_score` computes in the database."""
    if not tally.rating_count:
        return 0.0
    return (PRIOR_COUNT * PRIOR_MEAN + tally.rating_sum) / (PRIOR_COUNT + tally.rating_count)


def store(pk: int, tally: Tally) -> None:
    """Write a recounted tally into the article's columns."""
    Article.objects.filter(pk=pk).update(**tally.columns, rating_score=score(tally))


def _ids(articles: QuerySet[Article]) -> list[int]:
    return list(articles.order_by().values_list("pk", flat=True))


def _lock(article: Article) -> None:
    """Let one rating of an article at a time through; two by the same reader then see each other."""
    Article.objects.select_for_update().only("pk").get(pk=article.pk)


def _adjust(article: Article, changes: dict[int, int]) -> int:
    count = F("rating_count") + sum(changes.values())
    total = F("rating_sum") + sum(stars * change for stars, change in changes.items())
    columns = {f"stars_{stars}": F(f"stars_{stars}") + change for stars, change in changes.items()}
    Article.objects.filter(pk=article.pk).update(
        **columns, rating_count=count, rating_sum=total, rating_score=_score(count, total)
    )
    return stamps.bump(article.stamp)


def _score(count: Combinable, total: Combinable) -> Case:
    """The Bayesian average as an expression; 0 while nobody has rated, so that unrated articles come last."""
    average = (Value(PRIOR_COUNT * PRIOR_MEAN) + total) / (Cast(count, FloatField()) + PRIOR_COUNT)
    return Case(When(GreaterThan(count, 0), then=average), default=Value(0.0), output_field=FloatField())
