"""What is noticed about a comment before a moderator sees it: a tuple of small checks, each with its reason.

A check looks at one thing and returns a finding or nothing. Findings are stored with the comment and shown to the
moderator; they hold a comment, they never refuse it.
"""

import functools
import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings

from comments.models import Comment
from newsite.prepared import Prepared

CANDIDATES = 20  # how many recent comments of an article, and how many of a reader or network, are compared
ALIKE = 0.8  # which part of two texts' words must be the same for them to count as one text sent twice
FEW_WORDS = 4  # texts this short are alike only when they are the same

WORD = re.compile(r"\w+")


@dataclass(frozen=True)
class Circumstances:
    """How a comment came in."""

    seconds_to_answer: float | None = None
    honeypot: str = ""


@dataclass(frozen=True)
class Finding:
    """What a check noticed, for the moderator to read."""

    check: str
    verdict: str
    detail: str


type_check = Callable[[Comment, Circumstances], Finding | None]


def screen(comment: Comment, circumstances: Circumstances) -> list[dict[str, Any]]:
    """The findings of all checks, ready to be stored. The comment need not be saved yet."""
    return [asdict(finding) for check in CHECKS if (finding := check(comment, circumstances))]


def too_fast(comment: Comment, circumstances: Circumstances) -> Finding | None:
    """Nobody reads six letters and copies them in less time than this."""
    seconds = circumstances.seconds_to_answer
    if seconds is None or seconds >= settings.CAPTCHA_MIN_SECONDS:
        return None
    return Finding("too_fast", "hold", f"sent {seconds:.1f} s after its captcha was issued")


def honeypot(comment: Comment, circumstances: Circumstances) -> Finding | None:
    """A field that people do not see was filled in."""
    if not circumstances.honeypot:
        return None
    return Finding("honeypot", "hold", f"the hidden field was filled in with “{circumstances.honeypot[:60]}”")


def near_duplicate(comment: Comment, circumstances: Circumstances) -> Finding | None:
    """Nearly the same text stands below this article already, or came from this reader or network."""
    shape = _shape(comment.body)
    for pk, body in _recent(comment):
        if pk == comment.pk:  # an edited text is like its own earlier one
            continue
        alike = _likeness(shape, _shape(body))
        if alike >= ALIKE:
            return Finding("near_duplicate", "hold", f"{alike:.0%} of its words stand in comment {pk}")
    return None


CHECKS: tuple[type_check, ...] = (too_fast, honeypot, near_duplicate)
OF_CIRCUMSTANCES = {too_fast.__name__, honeypot.__name__}  # what stays true of a comment whose text is edited


def _recent(comment: Comment) -> Iterable[tuple[Any, ...]]:
    found = RECENT["article"].rows(comment.article_id) + RECENT["reader"].rows(comment.reader)
    return found + RECENT["network"].rows(comment.network) if comment.network else found


def _recent_by(column: str, kind: type[int] | type[str]) -> Prepared:
    """The newest comments with a value in a column; each has an index that holds them in this order."""
    comments = Comment.objects.newest_first().values_list("pk", "body")
    return Prepared(lambda value: comments.filter(**{column: value})[:CANDIDATES], kind)


RECENT = {
    "article": _recent_by("article", int),
    "reader": _recent_by("reader", str),
    "network": _recent_by("network", str),
}


@functools.lru_cache(maxsize=128)  # a busy article's comments are compared again and again
def _shape(body: str) -> tuple[int, frozenset[int]]:
    """Hashes of a text: of its words as a whole, and of each pair of neighbouring words, none in a short text."""
    words = WORD.findall(body.casefold())
    pairs = itertools.pairwise(words) if len(words) > FEW_WORDS else ()
    return hash(tuple(words)), frozenset(map(hash, pairs))


def _likeness(a: tuple[int, frozenset[int]], b: tuple[int, frozenset[int]]) -> float:
    """How much two texts share: the Jaccard index of their pairs of neighbouring words, from 0 to 1."""
    if a[0] == b[0]:
        return 1.0
    return len(a[1] & b[1]) / len(a[1] | b[1]) if a[1] and b[1] else 0.0
