"""A text classifier that learns from this site's own decisions: naive Bayes on words, runs of letters and domains.

The chance that a text with a feature is unwanted is estimated as G. Robinson does ("A statistical approach to the spam
problem", Linux Journal 107, 2003): f = (s·x + n·p) / (s + n), with s = 1 and x = 0.5 for what was never seen. The log
odds of the most telling features are added, as P. Graham does ("A plan for spam", 2002), and divided by the root of
their number, since the features of one text are far from independent.
"""

import datetime
import itertools
import math
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.db import connection, transaction
from django.utils import timezone

from comments.models import Comment, ModerationEvent, Reason
from comments.models.screening import Classifier, Feature, Verdict
from comments.screening.case import Case, Circumstances, Finding
from comments.screening.folding import fold
from comments.screening.links import domain_key

MOST_FEATURES = 400  # of one text
TELLING = 150  # features that decide
SEEN_LEAST = 2  # times, before which a feature tells nothing
LEAST_EACH = 20  # comments of each kind, before which it says nothing
ACTS_FROM = 200  # decisions, before which it never acts by itself
HOLD_FROM, ACT_FROM = 0.85, 0.99
BATCH = 100  # decisions that are learned from in one transaction
RUN = 4  # letters

WORD = re.compile(r"\w{2,30}")
TABLE = Feature._meta.db_table
ADD = f"""
    INSERT INTO {TABLE} (key, wanted, unwanted) VALUES (%s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET
        wanted = {TABLE}.wanted + excluded.wanted, unwanted = {TABLE}.unwanted + excluded.unwanted
"""  # noqa: S608 - the only name put in is our own table's
UNWANTED = {Reason.SPAM, Reason.ADVERTISING, Reason.OFFENSIVE, Reason.HARASSMENT, Reason.HATE_SPEECH, Reason.ILLEGAL}


@dataclass(frozen=True)
class Opinion:
    """How likely a text is unwanted, from 0 to 1, and the words that say so most."""

    chance: float
    words: tuple[str, ...]


def learned(case: Case) -> Finding | None:
    """The text is like what moderators have rejected."""
    row = Classifier.current()
    opinion = opinion_of(features(case.comment.body, case.domains), row)
    if opinion is None or opinion.chance < (ACT_FROM if case.history.is_trusted else HOLD_FROM):
        return None
    may_act = row.is_acting and row.wanted + row.unwanted >= ACTS_FROM and opinion.chance >= ACT_FROM
    detail = f"{opinion.chance:.0%} like what was rejected here: {', '.join(opinion.words)}"
    verdict = Verdict.SPAM if may_act else Verdict.HOLD
    return Finding("learned", verdict, detail, matched=opinion.words, score=opinion.chance)


def features(text: str, domains: Iterable[str] = ()) -> list[str]:
    """What a text has that others may have, too: words, runs of letters, domains; the first ones of a long text."""
    words = WORD.findall(fold(text).text)
    runs = (f"c:{word[n : n + RUN]}" for word in words for n in range(max(1, len(word) - RUN + 1)))
    found = itertools.chain(map(domain_key, domains), (f"w:{word}" for word in words), runs)
    return list(itertools.islice(dict.fromkeys(found), MOST_FEATURES))


def opinion_of(found: list[str], row: Classifier) -> Opinion | None:
    """What the classifier makes of these features; None before it has learned enough."""
    if min(row.wanted, row.unwanted) < LEAST_EACH:
        return None
    seen = Feature.objects.filter(key__in=found).values_list("key", "wanted", "unwanted")
    chances = {
        key: _chance(wanted / row.wanted, unwanted / row.unwanted, wanted + unwanted)
        for key, wanted, unwanted in seen
        if wanted + unwanted >= SEEN_LEAST
    }
    telling = sorted(chances.items(), key=lambda item: abs(item[1] - 0.5), reverse=True)[:TELLING]
    odds = sum(math.log(chance / (1 - chance)) for _, chance in telling) / math.sqrt(max(1, len(telling)))
    words = [key[2:] for key, chance in telling if chance > 0.5 and key[0] != "c"]
    return Opinion(1 / (1 + math.exp(-odds)), tuple(words[:5]))


def learn() -> int:
    """Learn from the decisions that nobody can take back any more, in their order; returns from how many."""
    return sum(iter(_learn_some, 0))


def _learn_some() -> int:
    """Learn from some decisions in one transaction: all of them, or none when it is interrupted."""
    with transaction.atomic():
        row = Classifier.objects.select_for_update().get_or_create(pk=1)[0]
        settled = timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
        events = ModerationEvent.objects.filter(pk__gt=row.learned_until, created_at__lt=settled)
        found = list(events.select_related("comment").order_by("pk")[:BATCH])
        counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
        for event in found:
            row.learned_until = event.pk
            is_unwanted = _lesson(event)
            if is_unwanted is not None:
                row.unwanted, row.wanted = row.unwanted + is_unwanted, row.wanted + (not is_unwanted)
                counts[is_unwanted].update(features(event.comment.body, _domains(event.comment)))
        with connection.cursor() as cursor:
            keys = sorted(counts[0] | counts[1])  # in one order, whoever else learns
            cursor.executemany(ADD, [(key, counts[0][key], counts[1][key]) for key in keys])
        row.save()
    return len(found)


def _lesson(event: ModerationEvent) -> bool | None:
    """Whether a moderator's decision says that a text is unwanted; None when it says nothing about the text."""
    if event.by != "moderator" or not event.comment.reader:
        return None
    following = event.comment.events.filter(pk__gt=event.pk).first()
    if following and following.action == "undo":
        return None
    if event.action in ("approve", "keep"):
        return False
    if event.action == "spam" or (event.action == "reject" and event.reason in UNWANTED):
        return True
    return None


def _domains(comment: Comment) -> list[str]:
    return Case(comment, Circumstances()).domains


def _chance(wanted: float, unwanted: float, count: int) -> float:
    """Robinson's estimate from the shares of both kinds that have the feature, and how many have it in all."""
    share = unwanted / (wanted + unwanted)
    return (0.5 + count * share) / (1 + count)
