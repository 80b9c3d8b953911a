"""Ratings: one per reader and article, with the sums that pages show kept exact in the same transaction."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.utils import timezone

from articles.models import STARS, Article, Rating
from newsite import ratelimit, stamps
from newsite.readers import Asker

# The average that orders lists begins as if every article had this many ratings of this value, so that one reader's
# five stars do not lead the list: (C·m + sum) / (C + count), the Bayesian average with a fixed prior.
PRIOR_COUNT = 8
PRIOR_MEAN = 3.4

RATINGS, ARTICLES = Rating._meta.db_table, Article._meta.db_table
# A hot article gets hundreds of ratings a second, and the ORM takes longer to write these statements than the database
# to run them. GIVE tells what the reader gave before (0: nothing), whoever else rates at the same time.
GIVE = f"""
    INSERT INTO {RATINGS} (article_id, reader, network, stars, stars_before, created_at, updated_at)
    VALUES (%(article)s, %(reader)s, %(network)s, %(stars)s, 0, %(now)s, %(now)s)
    ON CONFLICT (article_id, reader) DO UPDATE SET
        stars_before = {RATINGS}.stars, stars = excluded.stars, updated_at = excluded.updated_at
    WHERE {RATINGS}.stars <> excluded.stars
    RETURNING stars_before
"""  # noqa: S608 - the only names put in are our own tables' and columns'
TAKE_BACK = f"DELETE FROM {RATINGS} WHERE article_id = %(article)s AND reader = %(reader)s RETURNING stars"  # noqa: S608 - likewise
COUNT = f"""
    UPDATE {ARTICLES} SET
        {", ".join(f"stars_{stars} = stars_{stars} + %(stars_{stars})s" for stars in STARS)},
        rating_count = rating_count + %(count)s,
        rating_sum = rating_sum + %(sum)s,
        rating_score = CASE WHEN rating_count + %(count)s = 0 THEN 0.0
            ELSE (%(prior)s + rating_sum + %(sum)s) / (%(prior_count)s + rating_count + %(count)s) END
    WHERE id = %(article)s
    RETURNING {", ".join(f"stars_{stars}" for stars in STARS)}
"""  # noqa: S608 - likewise


# What answering a rating reads of an article; the rest of its row stays where it is.
COLUMNS = ("id", "slug", "rating_count", "rating_sum", *(f"stars_{stars}" for stars in STARS))


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


def rate(*, article: Article, who: Asker, stars: int) -> int:
    """Set or change the one rating of a reader, and bring the article's counters up to date. Returns the stamp of
    pages that show it, 0 when nothing changed.

    Raises NotAStarCount or RateLimited.
    """
    if stars not in STARS:
        raise NotAStarCount
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    given: dict[str, Any] = {"article": article.pk, "reader": who.reader, "network": who.network}
    with transaction.atomic(), connection.cursor() as cursor:
        ratelimit.take("ratings", *who.limit_keys)
        cursor.execute(GIVE, {**given, "stars": stars, "now": now})
        changed = cursor.fetchone()
        return _count(article, before=changed[0] if changed else stars, after=stars)


def remove(*, article: Article, who: Asker) -> int:
    """Take back a reader's rating, if there is one. Returns the stamp of pages that show it, 0 when nothing changed.

    Raises RateLimited.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ratelimit.take("ratings", *who.limit_keys)
        cursor.execute(TAKE_BACK, {"article": article.pk, "reader": who.reader})
        row = cursor.fetchone()
        return _count(article, before=row[0] if row else 0, after=0)


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
    """The Bayesian average of a tally: what COUNT computes in the database."""
    if not tally.rating_count:
        return 0.0
    return (PRIOR_COUNT * PRIOR_MEAN + tally.rating_sum) / (PRIOR_COUNT + tally.rating_count)


def store(pk: int, tally: Tally) -> None:
    """Write a recounted tally into the article's columns."""
    Article.objects.filter(pk=pk).update(**tally.columns, rating_score=score(tally))


def _ids(articles: QuerySet[Article]) -> list[int]:
    return list(articles.order_by().values_list("pk", flat=True))


def _count(article: Article, *, before: int, after: int) -> int:
    """Change the counters of an article, in the database and in hand, for a reader who gave `before` stars and now
    gives `after`, each 0 for none."""
    if before == after:
        return 0
    changes = {f"stars_{stars}": (stars == after) - (stars == before) for stars in STARS}
    change = {"count": (after > 0) - (before > 0), "sum": after - before}
    prior = {"prior": PRIOR_COUNT * PRIOR_MEAN, "prior_count": PRIOR_COUNT}
    with connection.cursor() as cursor:
        cursor.execute(COUNT, {**changes, **change, **prior, "article": article.pk})
        tally = Tally(*cursor.fetchone())
    for column, value in tally.columns.items():
        setattr(article, column, value)
    return stamps.bump(article.stamp)
