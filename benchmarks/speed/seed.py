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
from django.core.management import call_command
from django.db import connection, transaction
from django.db.migrations.loader import MigrationLoader

from articles import publishing
from articles.models import Article, Rating, Section, Topic
from articles.text import render_comment
from benchmarks.peers.texts import FIRST, SEED, WORDS, comments, sentence
from benchmarks.speed.site import SLUGS
from comments import moderation, threads
from comments.models import Comment
from newsite import assets
from newsite.models import RateCount

WORDS_OF_ARTICLE = 800
SENTENCES_OF_PARAGRAPH = 5
PARAGRAPHS_OF_PART = 4
TOPICS = 8
ADMINISTRATOR = "bench"  # with one, `serve` does not ask for another
TOLD_EVERY = 10_000


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
    with transaction.atomic():
        written = Comment.objects.exclude(status=Comment.Status.PUBLISHED)
        for rows in (written, Rating.objects.all(), CaptchaStore.objects.all(), RateCount.objects.all()):
            rows._raw_delete(rows.db)
    call_command("recount", stdout=io.StringIO())


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
    published = Comment.objects.published().of(about)
    with transaction.atomic():
        if published.count() != count:
            Comment.objects.of(about)._raw_delete(published.db)
            _tell(f"writing {count:,} comments …")
            Comment.objects.bulk_create(_rows(about, count), batch_size=1000)
            published.update(**moderation.recounted_replies())
            Article.objects.filter(pk=about.pk).update(**moderation.recounted(Article.objects.all())[about.pk])
        outdated = published.tops().exclude(thread_html_by=threads.fingerprint()).values_list("pk", flat=True)
        for done, pk in enumerate(list(outdated)):
            if done % TOLD_EVERY == 0:
                _tell(f"settling {len(outdated):,} threads of {count:,} comments: {done:,} done")
            threads.settle(pk)


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
    first = last + 1
    for comment in comments(count):
        is_reply = comment.parent is not None
        yield Comment(
            pk=first + comment.index,
            article=about,
            parent_id=first + comment.parent if comment.parent is not None else None,
            thread_id=first + comment.thread if is_reply else None,
            author_name=comment.author,
            author_email=comment.email,
            body=comment.body,
            body_html=render_comment(comment.body),
            status=Comment.Status.PUBLISHED,
            created_at=comment.created_at,
            decided_at=comment.created_at,
            reader=f"{first + comment.index:032x}",
            network=f"{comment.index % 5000:032x}",
        )


def _tell(text: str) -> None:
    print(text, file=sys.stderr, flush=True)  # noqa: T201


if __name__ == "__main__":
    prepare()
    for count in map(int, sys.argv[1:]):
        fill(count)
    with connection.cursor() as cursor:
        cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)")
