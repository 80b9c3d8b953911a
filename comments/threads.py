"""A discussion is stored as it is shown: each thread finished, beside the comment that begins it.

Writing settles a thread; reading a page of a discussion is one query, however many replies there are.
"""

import functools
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.template import Engine
from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments.models import Comment, CommentQuerySet
from newsite import keyset
from newsite.keyset import Position
from newsite.prepared import Prepared

TEMPLATES = ("comments/_thread.html", "comments/_comment.html")


@dataclass
class Thread:
    """A comment that begins a thread, and the first replies to it."""

    top: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def has_more(self) -> bool:
        return self.top.thread_size > len(self.replies)


@dataclass(frozen=True)
class Page:
    """Some threads, finished, and the comment after which the next page begins."""

    html: SafeString
    next: int | None


def page(article: Article, before: int | None = None) -> Page:
    """A page of an article's threads, newest first, older than the comment with the id `before`.

    Raises Comment.DoesNotExist when that is no comment of the article.
    """
    size = settings.THREADS_PER_PAGE
    rows = _newest(size).rows(article.pk) if before is None else list(_older(article, before, size))
    stored = {pk: html for pk, html, made_by in rows[:size] if made_by == fingerprint()}
    if len(stored) < len(rows[:size]):  # some were stored by an earlier version of the templates
        missing = Comment.objects.filter(pk__in=[pk for pk, *_ in rows[:size] if pk not in stored])
        stored |= {thread.top.pk: draw(thread) for thread in with_first_replies(list(missing))}
    html = mark_safe("".join(stored[pk] for pk, *_ in rows[:size]))  # noqa: S308 - drawn by `draw`
    return Page(html, rows[size - 1][0] if len(rows) > size else None)


def replies(top: Comment, after: Position | None = None) -> tuple[list[Comment], Position | None]:
    """A page of the replies in a thread, oldest first, and where the next page begins."""
    found = _replies(top)
    if after:
        found = found.filter(after.newer("created_at"))
    return keyset.cut(found, settings.THREADS_PER_PAGE, "created_at")


def with_first_replies(tops: list[Comment]) -> list[Thread]:
    """The threads that these comments begin, each with its first replies, read in one query."""
    ids = [pk for top in tops for pk in top.first_replies]
    found = Comment.objects.published().select_related("parent").in_bulk(ids) if ids else {}
    return [Thread(top, [found[pk] for pk in top.first_replies if pk in found]) for top in tops]


def settle(pk: int) -> None:
    """Store the thread that a comment begins as pages show it; the last step of every change of what it shows."""
    with transaction.atomic():
        _settle(Comment.objects.select_for_update().get(pk=pk))


def _settle(top: Comment) -> None:
    first = list(_replies(top)[: settings.REPLIES_PER_THREAD])
    top.first_replies = [reply.pk for reply in first]
    top.thread_html, top.thread_html_by = draw(Thread(top, first)), fingerprint()
    top.save(update_fields=["first_replies", "thread_html", "thread_html_by"])


def draw(thread: Thread) -> str:
    """The HTML of a thread with its first replies."""
    return render_to_string(TEMPLATES[0], {"thread": thread})


@functools.cache
def fingerprint() -> str:
    """A short hash of what draws a thread, beside its comments: HTML of another one is out of date."""
    sources = [settings.TIME_ZONE]
    sources += (Engine.get_default().get_template(name).source for name in TEMPLATES)
    return hashlib.sha256("".join(sources).encode()).hexdigest()[:12]


@functools.cache
def _newest(size: int) -> Prepared:
    return Prepared(lambda pk: _rows(Comment.objects.filter(article=pk), size), int)


def _older(article: Article, before: int, size: int) -> Iterable[tuple[int, str, str]]:
    of_article = Comment.objects.of(article)
    place = Position(of_article.values_list("created_at", flat=True).get(pk=before), before)
    return _rows(of_article.filter(place.older("created_at")), size)


def _rows(comments: CommentQuerySet, size: int) -> "QuerySet[Comment, tuple[int, str, str]]":
    """The newest threads and one more, which tells whether there is a next page."""
    tops = comments.published().tops().newest_first()
    return tops.values_list("pk", "thread_html", "thread_html_by")[: size + 1]


def _replies(top: Comment) -> CommentQuerySet:
    return Comment.objects.published().filter(thread=top).select_related("parent").order_by("created_at", "pk")
