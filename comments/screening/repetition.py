"""The same text again: below one article, from one reader or network, or anywhere on the site."""

import datetime
import functools
import hashlib
import itertools
import re
from collections.abc import Iterable
from typing import Any

from django.utils import timezone

from comments.models import Comment
from comments.models.screening import Verdict
from comments.screening.case import Case, Finding
from comments.screening.folding import fold
from newsite.prepared import Prepared

CANDIDATES = 20  # how many recent comments of an article, and how many of a reader or network, are compared
ALIKE = 0.8  # which part of two texts' words must be the same for them to count as one text sent twice
FEW_WORDS = 4  # texts this short are alike only when they are the same
FLOOD_OVER = datetime.timedelta(days=2)
FLOOD_LETTERS = 25  # shorter texts may well be written by two people

# Signs of a writing that sets no spaces are words of their own.
_SIGN = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff"
WORD = re.compile(rf"[{_SIGN}]|[^\W{_SIGN}]+")


def flood(case: Case) -> Finding | None:
    """The same words stand in a comment somewhere else on the site, sent within two days."""
    comment = case.comment
    if sum(map(str.isalnum, comment.body)) < FLOOD_LETTERS:
        return None
    since = timezone.now() - FLOOD_OVER
    same = Comment.objects.filter(text_key=comment.text_key, created_at__gt=since).exclude(pk=comment.pk)
    found = list(same.exclude(article=comment.article_id).values_list("pk", flat=True)[:5])
    if not found:
        return None
    told = ", ".join(map(str, found))
    return Finding("flood", Verdict.HOLD, f"the same text below other articles: comment {told}", score=0.8)


def text_key(body: str) -> str:
    """What texts have in common that have the same words or, without any, the same signs, however dressed up."""
    folded = fold(body).text
    return hashlib.blake2b((" ".join(WORD.findall(folded)) or folded).encode(), digest_size=8).hexdigest()


def near_duplicate(case: Case) -> Finding | None:
    """Nearly the same text stands below this article already, or came from this reader or network."""
    comment = case.comment
    shape = _shape(comment.body)
    for pk, body, key in _recent(comment):
        if pk == comment.pk:  # an edited text is like its own earlier one
            continue
        alike = 1.0 if key == comment.text_key else _likeness(shape, _shape(body))
        if alike >= ALIKE:
            return Finding("near_duplicate", Verdict.HOLD, f"{alike:.0%} of its words stand in comment {pk}", score=0.6)
    return None


def _recent(comment: Comment) -> Iterable[tuple[Any, ...]]:
    found = RECENT["article"].rows(comment.article_id) + RECENT["reader"].rows(comment.reader)
    return found + RECENT["network"].rows(comment.network) if comment.network else found


def _recent_by(column: str, kind: type[int] | type[str]) -> Prepared:
    """The newest comments with a value in a column; each has an index that holds them in this order."""
    comments = Comment.objects.newest_first().values_list("pk", "body", "text_key")
    return Prepared(lambda value: comments.filter(**{column: value})[:CANDIDATES], kind)


RECENT = {
    "article": _recent_by("article", int),
    "reader": _recent_by("reader", str),
    "network": _recent_by("network", str),
}


@functools.lru_cache(maxsize=128)  # a busy article's comments are compared again and again
def _shape(body: str) -> frozenset[int]:
    """Hashes of each pair of neighbouring words, none of a short text."""
    words = WORD.findall(body.casefold())
    return frozenset(map(hash, itertools.pairwise(words))) if len(words) > FEW_WORDS else frozenset()


def _likeness(a: frozenset[int], b: frozenset[int]) -> float:
    """How much two texts share: the Jaccard index of their pairs of neighbouring words, from 0 to 1."""
    return len(a & b) / len(a | b) if a and b else 0.0
