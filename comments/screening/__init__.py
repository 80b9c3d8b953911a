"""What is noticed about a comment before a moderator sees it, and what follows: a tuple of small checks, in this order.

A check looks at one thing and returns a finding or nothing. All findings are stored with the comment and shown to the
moderator. The strictest verdict decides: spam, reject, hold; what nobody objects to is published where the policy and,
if that asks for it, a trusted author allow it. Everything else waits for a moderator.
"""

import math
from collections.abc import Callable, Iterable
from typing import Any

from articles.policy import Policy
from comments.models import Comment
from comments.models.screening import Verdict
from comments.screening import authors, classifier, links, manner, repetition, rules, sending
from comments.screening.case import Case, Circumstances, Finding

__all__ = ["CHECKS", "OF_CIRCUMSTANCES", "Circumstances", "Finding", "Verdict", "decided", "prepare", "risk", "screen"]

CHECKS: tuple[Callable[[Case], Finding | None], ...] = (
    sending.too_fast,
    sending.honeypot,
    authors.blocked,
    rules.unwanted,
    repetition.flood,
    repetition.near_duplicate,
    links.many_links,
    links.new_domain,
    authors.impersonation,
    manner.personal_data,
    manner.shouting,
    manner.gibberish,
    authors.often_rejected,
    classifier.learned,
    authors.unknown,
    authors.trusted,
)
# What stays true of a comment whose text is edited.
OF_CIRCUMSTANCES = {sending.too_fast.__name__, sending.honeypot.__name__}


def prepare() -> None:
    """Make ready what takes long after a change of the rules: to be called before the transaction that screens."""
    rules.current()


def screen(comment: Comment, circumstances: Circumstances) -> list[dict[str, Any]]:
    """The findings of all checks, ready to be stored. The comment need not be saved yet."""
    case = Case(comment, circumstances)
    return [finding.stored() for check in CHECKS if (finding := check(case))]


def decided(findings: Iterable[dict[str, Any]], policy: str) -> dict[str, Any] | None:
    """The finding that decides about a comment by itself; None when a moderator has to.

    Its verdict is spam, reject or publish.
    """
    by_verdict: dict[str, dict[str, Any]] = {}
    for finding in findings:
        by_verdict.setdefault(finding["verdict"], finding)
    for strict in (Verdict.SPAM, Verdict.REJECT):
        if strict in by_verdict:
            return by_verdict[strict]
    if Verdict.HOLD in by_verdict or policy not in (Policy.TRUSTED, Policy.POST):
        return None
    trusted = by_verdict.get(Verdict.PUBLISH)
    shown_at_once = Finding("policy", Verdict.PUBLISH, "comments show at once here").stored()
    return trusted or (shown_at_once if policy == Policy.POST else None)


def risk(findings: Iterable[dict[str, Any]]) -> float:
    """How likely something is wrong with a comment, from 0 to 1, taking what was noticed as independent signs."""
    return 1.0 - math.prod(1.0 - min(1.0, float(finding.get("score", 0.5))) for finding in findings)
