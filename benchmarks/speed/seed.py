"""`python -m benchmarks.speed.seed COUNT …`, run with DATA_DIR set: articles with so many comments, ready to measure.

What is there already is used again. What earlier runs have written is removed, so that each begins with the same site.
"""

import io
import random
import sys
from collections.abc import Iterator

import django

django.setup()

from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader
from django.db.models import Min, QuerySet

from articles import publishing
from articles.models import Article, Rating, Section, Topic
from articles.text import render_comment
from benchmarks.peers import texts
from benchmarks.peers.texts import FIRST, SEED, WORDS, Shape, comments, sentence
from benchmarks.speed.site import SLUGS
from comments import counting, ranking, threads
from comments.models import Comment, ModerationEvent, Vote
from newsite import assets
from newsite.models import RateCount

WORDS_OF_ARTICLE = 800
SENTENCES_OF_PARAGRAPH = 5
PARAGRAPHS_OF_PART = 4
TOPICS = 8
ADMINISTRATOR = "bench"  # with one, `serve` does not ask for another
TOLD_EVERY = 10_000
QUESTION_EVERY, ANSWER_EVERY = 10, 2  # comments that begin a thread to a question, replies to a question to an answer
VOTED_SHARE, VOTES_MEAN = 0.3, 3
SEEDED = "0" * 16  # what the ids of seeded readers begin with: no others do
BATCH = 1000

type_comments = QuerySet[Comment]


def prepare() -> None:
    """Bring the database and the static files up to date, and remove what earlier runs have written."""
    loader = MigrationLoader(connection)
    if loader.applied_migrations.keys() - loader.disk_migrations.keys():
        sys.exit(f"its database was made by a later version of the site; remove {settings.DATA_DIR} to make it anew")
    call_command("migrate", verbosity=0)
    if not assets.are_collected():
        assets.collect()
    if not User.objects.filter(is_superuser=True).exists():
        User.objects.create_superuser(ADMINISTRATOR)
    clean()
    with transaction.atomic():
        Session.objects.all().delete()  # and what refers to them
        for rows in (Rating.objects.all(), CaptchaStore.objects.all(), RateCount.objects.all()):
            rows._raw_delete(rows.db)
    call_command("recount", stdout=io.StringIO())


def clean() -> None:
    """Remove the comments and votes that earlier measurements have written, and bring up to date what they changed."""
    with transaction.atomic():
        votes = Vote.objects.exclude(reader__startswith=SEEDED)
        changed = set(votes.values_list("comment", flat=True).distinct())
        votes._raw_delete(votes.db)
        written = Comment.objects.filter(pk__in=list(_written()))
        for parent, thread in written.published().values_list("parent", "thread"):
            changed |= {pk for pk in (parent, thread) if pk}
        events = ModerationEvent.objects.filter(comment__in=written)
        events._raw_delete(events.db)
        written._raw_delete(written.db)
        kept = Comment.objects.filter(pk__in=changed)
        settle(kept)
        for pk in {thread or pk for pk, thread in kept.values_list("pk", "thread")}:
            threads.settle(pk)


def _written() -> Iterator[int]:
    """The comments that were not seeded: an article's seeded ones have ids in a row, and were published."""
    for count, slug in SLUGS.items():
        found = Comment.objects.filter(article__slug=slug)
        first = found.aggregate(first=Min("pk"))["first"] or 0
        yield from found.filter(pk__gte=first + count).values_list("pk", flat=True)
        yield from (
            found.filter(pk__lt=first + count).exclude(status=Comment.Status.PUBLISHED).values_list("pk", flat=True)
        )


def settle(rows: type_comments) -> None:
    """Count again what is stored of comments beside them, and of their articles."""
    rows.update(**counting.recounted_comments())
    for votes in set(rows.values_list("votes", flat=True)):
        rows.filter(votes=votes).update(score=ranking.confidence(votes, 0))
    articles = Article.objects.filter(pk__in=rows.values("article"))
    for pk, counters in counting.recounted(articles).items():
        Article.objects.filter(pk=pk).update(**counters)


def article(count: int) -> Article:
    """The article that gets so many comments."""
    found = Article.objects.filter(slug=SLUGS[count]).first()
    if found:
        return found
    section, _ = Section.objects.get_or_create(slug="research", defaults={"name": "Research", "position": 1})
    for name in WORDS["thing"][:TOPICS]:
        Topic.objects.get_or_create(slug=name, defaults={"name": name, "kind": Topic.Kind.CONCEPT})
    made = Article(
        title=f"What {count:,} readers say of it",
        slug=SLUGS[count],
        body=_body(count),
        section=section,
        byline="Ada Abel",
        status=Article.Status.PUBLISHED,
        published_at=FIRST,
    )
    publishing.save(made)
    return made


def fill(count: int) -> None:
    """Give the article its comments, unless they are there, and settle its threads where they are out of date."""
    about = article(count)
    found = Comment.objects.of(about)
    with transaction.atomic():
        if not _is_filled(found, count):
            votes = Vote.objects.filter(comment__in=found)
            votes._raw_delete(votes.db)
            found._raw_delete(found.db)
            _tell(f"writing {count:,} comments …")
            Comment.objects.bulk_create(_rows(about, count), batch_size=BATCH)
            Vote.objects.bulk_create(_votes(list(found.values_list("pk", flat=True))), batch_size=BATCH)
            settle(found)
        outdated = found.tops().exclude(thread_html_by=threads.fingerprint()).values_list("pk", flat=True)
        for done, pk in enumerate(list(outdated)):
            if done % TOLD_EVERY == 0:
                _tell(f"settling {len(outdated):,} threads of {count:,} comments: {done:,} done")
            threads.settle(pk)


def first_of(about: Article) -> int:
    """The id of the first comment of a seeded article; those of the others follow."""
    return int(Comment.objects.of(about).order_by("pk").values_list("pk", flat=True)[0])


def _is_filled(found: type_comments, count: int) -> bool:
    """Whether they are as many as they should be, with the long thread and with votes."""
    first = found.aggregate(first=Min("pk"))["first"] or 0
    long = Shape(count).long
    has_thread = found.filter(pk=first + long[0], thread_size=len(long) - 1).exists()
    return has_thread and found.count() == count and found.filter(votes__gt=0).exists()


def _body(count: int) -> str:
    """A text of some parts with paragraphs, in the words of the comments."""
    rng = random.Random(SEED + count)  # noqa: S311
    text, words, paragraphs = "", 0, 0
    while words < WORDS_OF_ARTICLE:
        if paragraphs and paragraphs % PARAGRAPHS_OF_PART == 0:
            text += f"## Part {paragraphs // PARAGRAPHS_OF_PART}\n\n"
        paragraph = " ".join(sentence(rng) for _ in range(SENTENCES_OF_PARAGRAPH))
        text, words, paragraphs = f"{text}{paragraph}\n\n", words + len(paragraph.split()), paragraphs + 1
    return text


def _rows(about: Article, count: int) -> Iterator[Comment]:
    last = Comment.objects.order_by("pk").values_list("pk", flat=True).last() or 0
    staff = User.objects.filter(is_superuser=True)[0]
    first, questions, paths = last + 1, set[int](), dict[int, str]()
    for comment in comments(count):
        made = row(about, first, comment)
        if comment.parent is not None:
            made.path = made.place_below(Comment(path=paths[comment.parent]))
        elif comment.index % QUESTION_EVERY == QUESTION_EVERY // 2:
            made.kind = Comment.Kind.QUESTION
            questions.add(comment.index)
        paths[comment.index] = made.path
        if comment.parent in questions and comment.index % ANSWER_EVERY == 0:
            made.author, made.role = staff, Comment.Role.STAFF
        yield made


def row(about: Article, first: int, comment: texts.Comment) -> Comment:
    """A published comment, as if it began a thread or replied to the one that did."""
    return Comment(
        pk=first + comment.index,
        article=about,
        parent_id=None if comment.parent is None else first + comment.parent,
        thread_id=None if comment.parent is None else first + comment.thread,
        author_name=comment.author,
        author_email=comment.email,
        body=comment.body,
        body_html=render_comment(comment.body),
        status=Comment.Status.PUBLISHED,
        is_shown=True,
        created_at=comment.created_at,
        decided_at=comment.created_at,
        published_at=comment.created_at,
        reader=f"{first + comment.index:032x}",
        network=f"{comment.index % 5000:032x}",
    )


def _votes(comments: list[int]) -> Iterator[Vote]:
    """Three in ten comments have votes."""
    rng = random.Random(SEED)  # noqa: S311
    for pk in comments:
        if rng.random() < VOTED_SHARE:
            for number in range(1 + int(rng.expovariate(1 / VOTES_MEAN))):
                yield Vote(comment_id=pk, reader=f"{number:032x}")


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    prepare()
    for count in map(int, sys.argv[1:]):
        fill(count)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
