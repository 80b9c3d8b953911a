"""Ratings: one per reader and article, with the sums that pages show kept exact in the same transaction.

What changes ratings locks the article's row first, so that bursts are seen and decided about one at a time.
"""

from collections import Counter
from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.models import Count, QuerySet
from django.http import Http404
from django.utils import timezone

from articles import bursts
from articles.models import PACE, STARS, Article, Rating
from articles.pace import Pace
from newsite import ratelimit, stamps
from newsite.readers import Asker

# The average that orders lists begins as if every article had this many ratings of this value, so that one reader's
# five stars do not lead the list: (C·m + sum) / (C + count), the Bayesian average with a fixed prior.
PRIOR_COUNT = 8
PRIOR_MEAN = 3.4

RATINGS, ARTICLES = Rating._meta.db_table, Article._meta.db_table
# A hot article gets hundreds of ratings a second, and the ORM takes longer to write these statements than the database
# to run them. GIVE tells what the reader gave before (0: nothing).
LOCK = f"SELECT rating_count, {', '.join(PACE)} FROM {ARTICLES} WHERE id = %s"  # noqa: S608 - the only names put in are our own tables' and columns'
GIVE = f"""
    INSERT INTO {RATINGS}
        (article_id, reader, network, stars, stars_before, counted, newcomer, created_at, updated_at)
    VALUES (%(article)s, %(reader)s, %(network)s, %(stars)s, 0, TRUE, NOT EXISTS (
        SELECT 1 FROM {RATINGS} WHERE reader = %(reader)s AND counted AND created_at < %(known_since)s
    ), %(now)s, %(now)s)
    ON CONFLICT (article_id, reader) DO UPDATE SET
        stars_before = {RATINGS}.stars, stars = excluded.stars, updated_at = excluded.updated_at
    WHERE {RATINGS}.stars <> excluded.stars
    RETURNING id, stars_before, counted, newcomer
"""  # noqa: S608 - likewise
TAKE_BACK = f"""
    DELETE FROM {RATINGS} WHERE article_id = %(article)s AND reader = %(reader)s
    RETURNING id, stars, counted, newcomer, burst_id
"""  # noqa: S608 - likewise
COUNT = f"""
    UPDATE {ARTICLES} SET
        {", ".join(f"stars_{stars} = stars_{stars} + %(stars_{stars})s" for stars in STARS)},
        rating_count = rating_count + %(count)s,
        rating_sum = rating_sum + %(sum)s,
        rating_score = CASE WHEN rating_count + %(count)s = 0 THEN 0.0
            ELSE (%(prior)s + rating_sum + %(sum)s) / (%(prior_count)s + rating_count + %(count)s) END,
        {", ".join(f"{column} = %({column})s" for column in PACE)}
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
    pages that show it, 0 when nothing changed; of a rating that is set aside, the reader is told the same.

    Raises NotAStarCount, RateLimited, or Http404 for an article that was deleted meanwhile.
    """
    if stars not in STARS:
        raise NotAStarCount
    with transaction.atomic(), connection.cursor() as cursor:
        ratelimit.take("ratings", *who.limit_keys)
        count, pace = lock(article.pk)
        now, at = timezone.now(), connection.ops.adapt_datetimefield_value
        given: dict[str, Any] = {"article": article.pk, "reader": who.reader, "network": who.network, "stars": stars}
        cursor.execute(GIVE, {**given, "now": at(now), "known_since": at(now - bursts.KNOWN_AFTER)})
        row = cursor.fetchone()
        if row is None:
            return 0
        pk, before, is_counted, newcomer = row
        changes = Counter({stars: 1, before: -1}) if is_counted else Counter()
        if not before:
            rating = bursts.Received(pk, article.pk, count, who.network, stars, bool(newcomer), now)
            pace, changes = bursts.receive(rating, pace)
        return count_up(article, changes, pace)


def remove(*, article: Article, who: Asker) -> int:
    """Take back a reader's rating, if there is one. Returns the stamp of pages that show it, 0 when nothing changed.

    Raises RateLimited, or Http404 for an article that was deleted meanwhile.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        ratelimit.take("ratings", *who.limit_keys)
        _, pace = lock(article.pk)
        cursor.execute(TAKE_BACK, {"article": article.pk, "reader": who.reader})
        row = cursor.fetchone()
        if row is None:
            return 0
        pk, stars, is_counted, newcomer, burst = row
        # Giving and taking back again and again makes neither a pace nor an excess. What was set aside is in no excess:
        # it was taken out of it, or never raised it.
        in_excess = newcomer and burst is None and 0 < pace.first <= pk
        pace = pace.without(int(is_counted), newcomers=int(in_excess))
        return count_up(article, Counter({stars: -1}) if is_counted else Counter(), pace)


def given_by(reader: str | None, article: Article) -> int | None:
    """The stars that a reader gave an article, or None."""
    if reader is None:
        return None
    return Rating.objects.filter(article=article, reader=reader).values_list("stars", flat=True).first()


def recounted(articles: QuerySet[Article]) -> dict[int, Tally]:
    """For each article's id, the tally that its rating rows give, without those that are set aside."""
    counts: dict[int, dict[str, int]] = {pk: dict.fromkeys((f"stars_{s}" for s in STARS), 0) for pk in _ids(articles)}
    rows = Rating.objects.filter(article__in=articles, counted=True).values_list("article", "stars")
    for pk, stars, count in rows.annotate(Count("pk")).order_by():
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


def count_up(article: Article, changes: Counter[int], pace: Pace) -> int:
    """Change how many ratings of each number of stars an article has, in the database and in hand, and write its pace.
    Returns the stamp of pages that show it. To be called while the article is locked, as the last thing.
    """
    values: dict[str, Any] = {f"stars_{stars}": changes[stars] for stars in STARS}
    values["count"] = sum(changes[stars] for stars in STARS)
    values["sum"] = sum(stars * changes[stars] for stars in STARS)
    values |= {"prior": PRIOR_COUNT * PRIOR_MEAN, "prior_count": PRIOR_COUNT, "article": article.pk}
    values |= dict(zip(PACE, pace.columns, strict=True))
    with connection.cursor() as cursor:
        cursor.execute(COUNT, values)
        tally = Tally(*cursor.fetchone())
    for column, value in tally.columns.items():
        setattr(article, column, value)
    return stamps.bump(article.stamp)


def lock(article: int) -> tuple[int, Pace]:
    """Lock the row of the article with this id. Returns how many ratings it has, and the pace at which they came.

    Raises Http404 for one that was deleted meanwhile.
    """
    by_row = connection.features.has_select_for_no_key_update  # SQLite has locked all that there is already
    with connection.cursor() as cursor:
        cursor.execute(f"{LOCK} FOR NO KEY UPDATE" if by_row else LOCK, [article])
        row = cursor.fetchone()
    if row is None:
        raise Http404
    count, *columns = row
    return count, Pace(*columns)


def _ids(articles: QuerySet[Article]) -> list[int]:
    return list(articles.order_by().values_list("pk", flat=True))
