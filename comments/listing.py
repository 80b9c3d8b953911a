"""Lists of threads: which of an article's, in what order, and one page of them. Pages and API ask here."""

import functools
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any

from django.conf import settings
from django.db.models import Q, QuerySet
from django.utils.http import urlencode
from django.utils.safestring import SafeString, mark_safe

from articles.models import Article
from comments.models import Comment, CommentQuerySet
from comments.threads import draw, fingerprint, with_first_replies
from newsite.prepared import Prepared

PARAMETERS = ("kind", "answered", "sort")
SORTS = {"newest": ("-created_at", "-pk"), "oldest": ("created_at", "pk"), "top": ("-score", "-pk")}
KINDS = {
    "All": {"kind": "", "answered": ""},
    "Comments": {"kind": "comment", "answered": ""},
    "Questions": {"kind": "question", "answered": ""},
    "Unanswered": {"kind": "question", "answered": "false"},
}
COLUMNS = ("pk", "thread_html", "thread_html_by")

type_row = tuple[int, str, str]


@dataclass(frozen=True)
class Choice:
    """What a reader wants to see of a discussion, and in what order; what cannot be meant is left at the default."""

    kind: str = ""
    answered: str = ""
    sort: str = "newest"

    @classmethod
    def of(cls, asked: Mapping[str, Any]) -> "Choice":
        """The choice that a query makes."""
        answered = asked.get("answered", "")
        kind = Comment.Kind.QUESTION if answered in ("true", "false") else asked.get("kind", "")
        return cls(
            kind=kind if kind in Comment.Kind.values else "",
            answered=answered if answered in ("true", "false") else "",
            sort=asked["sort"] if asked.get("sort") in SORTS else "newest",
        )

    @property
    def is_filtered(self) -> bool:
        return bool(self.kind)

    @property
    def query(self) -> str:
        """The query that makes this choice."""
        chosen = {"kind": "" if self.answered else self.kind, "answered": self.answered, "sort": self.sort}
        return urlencode({name: value for name, value in chosen.items() if value})

    @property
    def kinds(self) -> list[dict[str, Any]]:
        """The choices of what to see, for a row of links."""
        return [self._offer(label, **which) for label, which in KINDS.items()]

    @property
    def sorts(self) -> list[dict[str, Any]]:
        """The choices of order, for a row of links."""
        return [self._offer(name.capitalize(), sort=name) for name in SORTS]

    def _offer(self, label: str, **change: str) -> dict[str, Any]:
        offered = replace(self, **change)
        return {"label": label, "query": offered.query, "is_current": offered == self}

    def tops(self, article: Article) -> CommentQuerySet:
        """The threads chosen, in no order yet."""
        found = Comment.objects.of(article).tops()
        if self.kind:
            found = found.published().filter(kind=self.kind)
        return found.filter(answer__isnull=self.answered == "false") if self.answered else found


DEFAULT = Choice()


@dataclass(frozen=True)
class Page:
    """Some threads, finished, and the comment after which the next page begins."""

    html: SafeString
    next: int | None


def page(article: Article, choice: Choice = DEFAULT, after: int | None = None) -> Page:
    """A page of an article's threads, behind the comment with the id `after`; the first begins with what is pinned.

    Raises Comment.DoesNotExist when that is no comment of the article.
    """
    size = settings.THREADS_PER_PAGE
    rows: Iterable[type_row]
    if after is not None:
        rows = _behind(article, choice, after, size)
    elif choice == DEFAULT:
        rows = _newest(size).rows(article.pk)
    else:
        rows = _rows(choice.tops(article), choice, size)
    found = list(rows)
    pinned = _pinned().rows(article.pk) if after is None and not choice.is_filtered else []
    html = _html([*pinned, *found[:size]])
    return Page(html, found[size - 1][0] if len(found) > size else None)


def is_on_first_page(top: Comment) -> bool:
    """Whether the article's own page shows this thread."""
    newer = Q(created_at__gt=top.created_at) | Q(created_at=top.created_at, pk__gt=top.pk)
    others = DEFAULT.tops(top.article).filter(newer, created_at__gte=top.created_at, pinned=False).newest_first()
    size = settings.THREADS_PER_PAGE
    return top.pinned or len(others.values_list("pk")[:size]) < size


def _html(rows: list[type_row]) -> SafeString:
    stored = {pk: html for pk, html, made_by in rows if made_by == fingerprint()}
    if len(stored) < len(rows):  # some were stored by an earlier version of the templates
        missing = Comment.objects.filter(pk__in=[pk for pk, *_ in rows if pk not in stored])
        stored |= {thread.top.pk: draw(thread) for thread in with_first_replies(list(missing))}
    return mark_safe("".join(stored[pk] for pk, *_ in rows if pk in stored))  # noqa: S308 - drawn by `draw`


@functools.cache
def _newest(size: int) -> Prepared:
    return Prepared(lambda pk: _rows(DEFAULT.tops(Article(pk=pk)), DEFAULT, size), int)


@functools.cache
def _pinned() -> Prepared:
    pinned = Comment.objects.tops().filter(pinned=True).newest_first().values_list(*COLUMNS)
    return Prepared(lambda pk: pinned.filter(article=pk), int)


def _behind(article: Article, choice: Choice, after: int, size: int) -> list[type_row]:
    """The rows behind a comment: its equals in the list's first column, then the others. An index begins at each,
    which one query for both would not let it do."""
    column = SORTS[choice.sort][0].removeprefix("-")
    value = Comment.objects.of(article).values_list(column, flat=True).get(pk=after)
    side = "lt" if SORTS[choice.sort][0].startswith("-") else "gt"
    tops = choice.tops(article)
    equal = list(_rows(tops.filter(**{column: value, f"pk__{side}": after}), choice, size))
    return equal + list(_rows(tops.filter(**{f"{column}__{side}": value}), choice, size))[: size + 1 - len(equal)]


def _rows(tops: CommentQuerySet, choice: Choice, size: int) -> "QuerySet[Comment, type_row]":
    """The first rows of a list and one more, which tells whether there is a next page."""
    if not choice.is_filtered:
        tops = tops.filter(pinned=False)  # shown above the first page
    return tops.order_by(*SORTS[choice.sort]).values_list(*COLUMNS)[: size + 1]
