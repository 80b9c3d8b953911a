"""What is noticed about a comment before a moderator sees it: a tuple of small checks, each with its reason.

A check looks at one thing and returns a finding or nothing. Findings are stored with the comment and shown to the
moderator; they hold a comment, they never refuse it.
"""

import itertools
import re
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from typing import Any

from django.conf import settings
from django.db.models import Q

from comments.models import Comment

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
    words = _words(comment.body)
    for other in _recent(comment):
        alike = _likeness(words, _words(other.body))
        if alike >= ALIKE:
            return Finding("near_duplicate", "hold", f"{alike:.0%} of its words stand in comment {other.pk}")
    return None


CHECKS: tuple[type_check, ...] = (too_fast, honeypot, near_duplicate)


def _recent(comment: Comment) -> Iterable[Comment]:
    others = Comment.objects.only("pk", "body").newest_first()
    yield from others.filter(article_id=comment.article_id)[:CANDIDATES]
    own = Q(reader=comment.reader) | Q(network=comment.network) if comment.network else Q(reader=comment.reader)
    yield from others.filter(own).exclude(article_id=comment.article_id)[:CANDIDATES]


def _words(body: str) -> list[str]:
    return WORD.findall(body.casefold())


def _likeness(a: list[str], b: list[str]) -> float:
    """How much two texts share: the Jaccard index of their pairs of neighbouring words, from 0 to 1."""
    if a == b:
        return 1.0
    if len(a) <= FEW_WORDS or len(b) <= FEW_WORDS:
        return 0.0
    one, two = set(itertools.pairwise(a)), set(itertools.pairwise(b))
    return len(one & two) / len(one | two)
