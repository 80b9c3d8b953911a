"""`manage.py recount`: the stored counters, made again from the rows that they count."""

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import transaction
from django.db.models import F, Q

from articles import ratings
from articles.models import Article
from comments import counting, ranking, threads
from comments.models import Comment
from newsite import stamps

BATCH = 200
ROUNDING = 1e-9  # the database's own sums of floats may differ in the last digits


class Command(BaseCommand):
    """Counters are kept exact in each transaction; this proves it, and mends them after surgery on the database."""

    help = "Make the counters of articles and comments anew from their rows; with --check only say what differs."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--check", action="store_true", help="change nothing; exit 1 when something differs")

    def handle(self, *args: Any, check: bool, **options: Any) -> None:
        different = 0
        ids = list(Article.objects.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(ids), BATCH):
            with transaction.atomic():
                different += self._articles(ids[start : start + BATCH], check)
        different += self._comments(check) + self._scores(check)
        if check and different:
            raise CommandError(f"{different} counters differ from a recount.")
        if different and not check:
            stamps.bump(stamps.SITE)
        done = "equal a recount" if check else f"recounted, {different} mended"
        self.stdout.write(f"The counters of {len(ids)} articles and their comments {done}.")

    def _articles(self, ids: list[int], check: bool) -> int:
        # Locked until they are counted and mended, so that nobody rates or decides in between.
        chosen = Article.objects.filter(pk__in=ids)
        locked = list(chosen.select_for_update().order_by("pk"))
        tallies, counts = ratings.recounted(chosen), counting.recounted(chosen)
        different = 0
        for article in locked:
            right: dict[str, float] = {**tallies[article.pk].columns, **counts[article.pk]}
            wrong = {name: getattr(article, name) for name, value in right.items() if getattr(article, name) != value}
            right["rating_score"] = ratings.score(tallies[article.pk])
            if abs(article.rating_score - right["rating_score"]) > ROUNDING:
                wrong["rating_score"] = article.rating_score
            for name, value in wrong.items():
                self.stdout.write(f"{article.slug}: {name} is {value}, recounted {right[name]}")
            different += len(wrong)
            if wrong and not check:
                ratings.store(article.pk, tallies[article.pk])
                Article.objects.filter(pk=article.pk).update(**counts[article.pk])
        return different

    def _comments(self, check: bool) -> int:
        different = 0
        for column, right in counting.recounted_comments().items():
            wrong = Comment.objects.annotate(right=right).exclude(_is_right(column))
            for pk, article in list(wrong.values_list("pk", "article")):
                different += self._comment(pk, article, column, check)
        return different

    def _comment(self, pk: int, article: int, column: str, check: bool) -> int:
        """Count again while nobody can decide about comments of this article; returns how many counters differ then."""
        with transaction.atomic():
            Article.objects.select_for_update().only("pk").get(pk=article)
            found = Comment.objects.filter(pk=pk).annotate(right=counting.recounted_comments()[column])
            row = found.exclude(_is_right(column)).values_list("thread", column, "right").first()
            if row is None:
                return 0
            thread, value, recounted = row
            self.stdout.write(f"comment {pk}: {column} is {value}, recounted {recounted}")
            if not check:
                Comment.objects.filter(pk=pk).update(**{column: recounted})
                counting.settle_reports(pk)
                threads.settle(thread or pk)
        return 1

    def _scores(self, check: bool) -> int:
        """What follows from the counters that are right now; returns how many differ."""
        right = counting.recounted_comments()
        counted = Comment.objects.alias(right_votes=right["votes"], right_reports=right["open_reports"]).filter(
            ~Q(votes=0, score=0), votes=F("right_votes"), open_reports=F("right_reports")
        )
        wrong = [
            (pk, score)
            for pk, votes, reports, score in counted.values_list("pk", "votes", "open_reports", "score").iterator()
            if abs(score - ranking.confidence(votes, reports)) > ROUNDING
        ]
        for pk, score in wrong:
            self.stdout.write(f"comment {pk}: score is {score}, which its votes and reports do not give")
            if not check:
                with transaction.atomic():
                    Comment.objects.select_for_update().only("pk").get(pk=pk)
                    counting.settle_reports(pk)
        return len(wrong)


def _is_right(column: str) -> Q:
    return Q(**{column: F("right")}) | Q(**{column: None, "right": None})
