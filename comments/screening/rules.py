"""The newsroom's rules: words, beginnings of words, expressions and domains, all looked for in one pass.

Words are looked for in the folded text, and so are domains, which may be named without being linked. Each process keeps
the rules ready, and makes them anew when they change.
"""

import math
import re
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ahocorasick
import regex  # type: ignore[import-untyped]

from comments.models.screening import Rule, Verdict
from comments.screening.case import Case, Finding
from comments.screening.folding import Folded, fold
from newsite import stamps

SUBJECT = "rules"
REGEX_SECONDS = 0.05  # for all expressions and one comment
REPEATS = 1000  # letters that an expression may become by the counts in its braces; each one takes memory
COUNT = re.compile(r"\{(\d+)")
STRICTEST = [Verdict.SPAM, Verdict.REJECT, Verdict.HOLD]
SHOWN = 20
COLUMNS = ("pk", "kind", "pattern", "verdict", "reason")


@dataclass(frozen=True)
class Match:
    """A rule and what it matched, as it is written."""

    rule: Any
    text: str


@dataclass
class Rules:
    """All active rules, ready to be looked for."""

    words: Any = None
    domains: dict[str, list[Any]] = field(default_factory=dict)
    expressions: list[tuple[Any, Any]] = field(default_factory=list)


def unwanted(case: Case) -> Finding | None:
    """A word, a domain or an expression that the newsroom has a rule about; the strictest rule decides."""
    rules = current()
    linked = list(_domains(rules, case))
    told = {match.rule.pk for match in linked}
    named = (match for match in _words(rules, case) if match.rule.pk not in told)
    found = [*linked, *named, *_expressions(rules, case)]
    if not found:
        return None
    first = min(found, key=lambda match: STRICTEST.index(Verdict(match.rule.verdict))).rule
    texts = tuple(dict.fromkeys(match.text for match in found))[:SHOWN]
    what = {Rule.Kind.WORD: "the word", Rule.Kind.PREFIX: "a word with", Rule.Kind.DOMAIN: "the domain"}
    detail = f"has {what.get(first.kind, 'what matches')} “{first.pattern}”"
    detail += f", and {len(texts) - 1} more" if len(texts) > 1 else ""
    return Finding(
        "rule",
        Verdict(first.verdict),
        detail,
        matched=texts,
        rule=f"{first.kind}: {first.pattern}",
        score=0.7 if first.verdict == Verdict.HOLD else 1.0,
        reason=first.reason,
    )


def problem(kind: str, pattern: str) -> str:
    """Why a pattern cannot be a rule, in a sentence; empty when it can."""
    if kind == Rule.Kind.REGEX:
        return _problem_of_expression(pattern)
    if kind == Rule.Kind.DOMAIN:
        if not re.fullmatch(r"(?:[\w-]+\.)+[\w-]{2,}", pattern.lower()):
            return "Write a domain such as example.org, without anything before or behind it."
    elif len([sign for sign in fold(pattern).text if sign.isalnum()]) < 2:
        return "Write at least two letters or figures."
    return ""


def _problem_of_expression(pattern: str) -> str:
    if math.prod(max(1, int(count)) for count in COUNT.findall(pattern)) > REPEATS:
        return f"This repeats something more than {REPEATS} times."
    try:
        if regex.compile(pattern, regex.IGNORECASE).search("", timeout=REGEX_SECONDS):
            return "This matches every comment."
    except regex.error as error:
        return f"This is no regular expression: {error}."
    except TimeoutError:
        return "This takes too long."
    return ""


_kept: tuple[int, Rules] = (-1, Rules())


def current() -> Rules:
    """The rules as they are now; reading them again costs one small query when nothing has changed."""
    global _kept
    version = stamps.version(SUBJECT)
    if _kept[0] != version:
        _kept = (version, _prepared(Rule.objects.filter(is_active=True).only(*COLUMNS)))
    return _kept[1]


def _prepared(rows: Iterable[Rule]) -> Rules:
    rules, words = Rules(), ahocorasick.Automaton()
    patterns: dict[str, list[Rule]] = {}
    for rule in rows:
        if rule.kind == Rule.Kind.REGEX:
            rules.expressions.append((rule, regex.compile(rule.pattern, regex.IGNORECASE)))
            continue
        patterns.setdefault(fold(rule.pattern).text.strip(), []).append(rule)
        if rule.kind == Rule.Kind.DOMAIN:
            rules.domains.setdefault(rule.pattern.lower(), []).append(rule)
    for pattern, its_rules in patterns.items():
        words.add_word(pattern, (len(pattern), its_rules))
    if patterns:
        words.make_automaton()
        rules.words = words
    return rules


def _words(rules: Rules, case: Case) -> Iterator[Match]:
    if rules.words is None:
        return
    folded = case.folded
    for last, (length, its_rules) in rules.words.iter(folded.text):
        start, end = last - length + 1, last + 1
        if folded.is_in_word(start - 1):
            continue
        for rule in its_rules:
            if _is_whole(rule.kind, folded, start, end):
                yield Match(rule, folded.as_written(start, end))


def _is_whole(kind: str, folded: Folded, start: int, end: int) -> bool:
    """Whether what begins a word there ends with it, or need not; a domain ends no longer name and begins none."""
    if kind == Rule.Kind.PREFIX:
        return True
    before, after = folded.text[max(0, start - 1) : start], folded.text[end : end + 1]
    if kind == Rule.Kind.DOMAIN and ("-" in (before, after) or (after == "." and folded.is_in_word(end + 1))):
        return False
    return not folded.is_in_word(end)


def _domains(rules: Rules, case: Case) -> Iterator[Match]:
    for domain in case.domains if rules.domains else ():
        labels = domain.split(".")
        for above in (".".join(labels[n:]) for n in range(len(labels) - 1)):
            for rule in rules.domains.get(above, ()):
                yield Match(rule, domain)


def _expressions(rules: Rules, case: Case) -> Iterator[Match]:
    until = time.monotonic() + REGEX_SECONDS
    for rule, expression in rules.expressions:
        try:
            left = max(until - time.monotonic(), 0)
            if found := expression.search(case.comment.body, timeout=left):
                yield Match(rule, found[0][:200])
        except TimeoutError:  # nobody knows what this one and those behind it would have found: a moderator looks
            yield Match(Rule(kind=rule.kind, pattern=f"{rule.pattern} (took too long)", verdict=Verdict.HOLD), "")
            return
