"""The newsroom's rules: words, beginnings of words, expressions and domains, all looked for in one pass.

Words are looked for in the folded text. Each process keeps the rules ready, and makes them anew when they change.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import ahocorasick
import regex  # type: ignore[import-untyped]

from comments.models.screening import Rule, Verdict
from comments.screening.case import Case, Finding
from comments.screening.folding import fold
from newsite import stamps

SUBJECT = "rules"
REGEX_SECONDS = 0.05  # for one expression and one comment
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
    domains: dict[str, Any] = field(default_factory=dict)
    expressions: list[tuple[Any, Any]] = field(default_factory=list)


def unwanted(case: Case) -> Finding | None:
    """A word, a domain or an expression that the newsroom has a rule about; the strictest rule decides."""
    rules = current()
    found = [*_words(rules, case), *_domains(rules, case), *_expressions(rules, case)]
    if not found:
        return None
    first = min(found, key=lambda match: STRICTEST.index(Verdict(match.rule.verdict))).rule
    texts = tuple(dict.fromkeys(match.text for match in found))[:SHOWN]
    told = {Rule.Kind.WORD: "the word", Rule.Kind.PREFIX: "a word with", Rule.Kind.DOMAIN: "a link to"}
    detail = f"has {told.get(first.kind, 'what matches')} “{first.pattern}”"
    detail += f", and {len(texts) - 1} more" if len(texts) > 1 else ""
    return Finding(
        *("rule", Verdict(first.verdict), detail),
        matched=texts,
        rule=f"{first.kind}: {first.pattern}",
        score=0.7 if first.verdict == Verdict.HOLD else 1.0,
        reason=first.reason,
    )


def problem(kind: str, pattern: str) -> str:
    """Why a pattern cannot be a rule, in a sentence; empty when it can."""
    if kind == Rule.Kind.REGEX:
        try:
            if regex.compile(pattern, regex.IGNORECASE).search("", timeout=REGEX_SECONDS):
                return "This matches every comment."
        except regex.error as error:
            return f"This is no regular expression: {error}."
        except TimeoutError:
            return "This takes too long."
    elif kind == Rule.Kind.DOMAIN:
        if not re.fullmatch(r"(?:[\w-]+\.)+[\w-]{2,}", pattern.lower()):
            return "Write a domain such as example.org, without anything before or behind it."
    elif len([sign for sign in fold(pattern).text if sign.isalnum()]) < 2:
        return "Write at least two letters or figures."
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
        if rule.kind == Rule.Kind.DOMAIN:
            rules.domains[rule.pattern.lower()] = rule
        elif rule.kind == Rule.Kind.REGEX:
            rules.expressions.append((rule, regex.compile(rule.pattern, regex.IGNORECASE)))
        else:
            patterns.setdefault(" ".join(fold(rule.pattern).text.split()), []).append(rule)
    for pattern, its_rules in patterns.items():
        words.add_word(pattern, (len(pattern), its_rules))
    if patterns:
        words.make_automaton()
        rules.words = words
    return rules


def _words(rules: Rules, case: Case) -> Iterator[Match]:
    if rules.words is None:
        return
    folded, text = case.folded, case.folded.text
    for last, (length, its_rules) in rules.words.iter(text):
        start, end = last - length + 1, last + 1
        if start and text[start - 1].isalnum():
            continue
        for rule in its_rules:
            if rule.kind == Rule.Kind.PREFIX or end == len(text) or not text[end].isalnum():
                yield Match(rule, folded.as_written(start, end))


def _domains(rules: Rules, case: Case) -> Iterator[Match]:
    for domain in case.domains if rules.domains else ():
        labels = domain.split(".")
        for above in (".".join(labels[n:]) for n in range(len(labels) - 1)):
            if rule := rules.domains.get(above):
                yield Match(rule, domain)


def _expressions(rules: Rules, case: Case) -> Iterator[Match]:
    for rule, expression in rules.expressions:
        try:
            if found := expression.search(case.comment.body, timeout=REGEX_SECONDS):
                yield Match(rule, found[0][:200])
        except TimeoutError:  # nobody knows what it would have found: a moderator looks
            yield Match(Rule(kind=rule.kind, pattern=f"{rule.pattern} (took too long)", verdict=Verdict.HOLD), "")
