"""What happens to articles: they are saved, published, scheduled, withdrawn, and rendered again.

Each first bumps the site's stamp: it is the one row that all of them write, and so the one lock that they queue for.
"""

import datetime
import re
from collections.abc import Iterable

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from articles import text
from articles.models import COUNTERS, PACE, Article, Topic
from articles.policy import Policy
from articles.topics import Linker
from newsite import stamps

# All that saving an article writes: not its status, which has verbs of its own, nor what is counted.
KEPT = {"id", "status", *COUNTERS, *PACE}
WRITTEN = [field.name for field in Article._meta.concrete_fields if field.attname not in KEPT]


class NotPossible(ValueError):
    """The article's status does not allow this; the message says why."""


def save(article: Article, linker: Linker | None = None) -> None:
    """Save an article with all that follows from its text: HTML, subheads, standfirst, reading time, topics."""
    if not article.standfirst:
        article.standfirst = text.standfirst(article.body)
    article.minutes = article.count_minutes()
    linker = linker or Linker(Topic.objects.all())
    with transaction.atomic():
        stamps.bump(stamps.SITE)
        named = _render(article, linker)
        _settle_closing(article)
        # What readers and decisions have changed meanwhile is not written back to what it was.
        article.save(update_fields=WRITTEN if article.pk else None)
        _set_topics(article, named)


def tag(article: Article, extra: Iterable[Topic]) -> None:
    """Set the topics that an editor adds to those that the text names."""
    article.extra_topics.set(extra)
    settle_topics(article)


def settle_topics(article: Article) -> None:
    """Derive an article's topics anew: those that its text names, and those that an editor has added."""
    with transaction.atomic():
        stamps.bump(stamps.SITE)
        _set_topics(article, _render(article, Linker(Topic.objects.all())))


def publish(article: Article, *, at: datetime.datetime | None = None) -> None:
    """Show an article to readers, from now on or since a time in the past.

    Raises NotPossible for a time to come (that is `schedule`).
    """
    now = timezone.now()
    if at and at > now:
        raise NotPossible("The time is still to come: schedule the article instead.")
    article.published_at = at or (article.published_at if _was_shown(article) else now)
    _set_status(article, Article.Status.PUBLISHED)


def schedule(article: Article, *, at: datetime.datetime | None = None) -> None:
    """Let an article appear at a time to come; it then does so by itself, to the second.

    Raises NotPossible without such a time.
    """
    at = at or article.published_at
    if at is None or at <= timezone.now():
        raise NotPossible("Set “published at” to a time to come first.")
    article.published_at = at
    _set_status(article, Article.Status.SCHEDULED)


def withdraw(article: Article) -> None:
    """Take an article away from readers; its comments and ratings are kept."""
    _set_status(article, Article.Status.WITHDRAWN)


def next_due() -> datetime.datetime | None:
    """When the next article appears whose time is to come, or None while there is none."""
    coming = Article.objects.filter(status__in=Article.PUBLIC_STATUSES, published_at__gt=timezone.now())
    return coming.order_by("published_at").values_list("published_at", flat=True).first()


def settle_due() -> int:
    """Call scheduled articles whose time has come published; readers see them already. Returns how many."""
    return Article.objects.due().update(status=Article.Status.PUBLISHED)


def render_again(articles: Iterable[Article], linker: Linker | None = None) -> Iterable[Article]:
    """Make the stored HTML and topics of articles anew, yielding each when it is done; their times stay."""
    linker = linker or Linker(Topic.objects.all())
    for article in articles:
        with transaction.atomic():
            stamps.bump(stamps.SITE)
            article.body = Article.objects.select_for_update().values_list("body", flat=True).get(pk=article.pk)
            named = _render(article, linker)
            Article.objects.filter(pk=article.pk).update(body_html=article.body_html, outline=article.outline)
            _set_topics(article, named)
        yield article


def link_again(names: Iterable[str]) -> int:
    """Set the links anew in all articles that have one of the names in their text; returns how many."""
    condition = Q(pk=None)
    for name in names:
        # The longest run of plain letters in it: a line may break a name, a plural change its end, and databases
        # do not agree on the small letters of É.
        runs = re.findall(r"[A-Za-z0-9]+", name[:-1])
        condition |= Q(body__icontains=max(runs, key=len, default=""))
    return sum(1 for _ in render_again(Article.objects.filter(condition)))


def _settle_closing(article: Article) -> None:
    """Note since when the discussion is closed, by what is stored: what is in memory may be older than that."""
    closed = Policy.CLOSED
    if article.comments_policy != closed:
        article.comments_closed_at, article.comments_closed_because = None, ""
        return
    was_closed = Article.objects.filter(pk=article.pk, comments_policy=closed)
    since = was_closed.values_list("comments_closed_at", flat=True)[:1]
    article.comments_closed_at = next(iter(since), timezone.now())


def _was_shown(article: Article) -> bool:
    return article.published_at is not None and article.published_at <= timezone.now()


def _render(article: Article, linker: Linker) -> list[Topic]:
    named: list[Topic] = []
    rendered = text.render_article(article.body, lambda tokens: named.extend(linker.link(tokens)))
    article.body_html = rendered.html
    article.outline = rendered.outline
    return named


def _set_status(article: Article, status: str) -> None:
    article.status = status
    with transaction.atomic():
        stamps.bump(stamps.SITE)
        article.save(update_fields=["status", "published_at", "updated_at"])


def _set_topics(article: Article, named: list[Topic]) -> None:
    article.topics.set([*named, *article.extra_topics.all()])
