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
from django.db.models import F
from django.utils import timezone

from comments.models import Action, By, Comment, ModerationEvent, Reason
from comments.models.screening import Classifier, Feature, Verdict
from comments.screening.case import Case, Circumstances, Finding
from comments.screening.folding import Folded, fold
from comments.screening.links import domain_key

MOST_FEATURES = 400  # of one text
TELLING = 150  # features that decide
SEEN_LEAST = 2  # times, before which a feature tells nothing
LEAST_EACH = 20  # comments of each kind, before which it says nothing
ACTS_FROM = 200  # decisions, before which it never acts by itself
HOLD_FROM, ACT_FROM = 0.85, 0.99
BATCH = 100  # decisions that are learned from in one transaction
RUN = 4  # letters
FORGOTTEN_AFTER = datetime.timedelta(days=365)  # when it stood in one text only

WORD = re.compile(r"\w{2,30}")
TABLE = Feature._meta.db_table
ADD = f"""
    INSERT INTO {TABLE} (key, wanted, unwanted, seen_on) VALUES (%s, %s, %s, %s)
    ON CONFLICT (key) DO UPDATE SET seen_on = excluded.seen_on,
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
    opinion = opinion_of(features(case.folded, case.domains), row)
    if opinion is None or opinion.chance < (ACT_FROM if case.history.is_trusted else HOLD_FROM):
        return None
    may_act = row.is_acting and row.wanted + row.unwanted >= ACTS_FROM and opinion.chance >= ACT_FROM
    detail = f"{opinion.chance:.0%} like what was rejected here: {', '.join(opinion.words)}"
    verdict = Verdict.SPAM if may_act else Verdict.HOLD
    matched = tuple(_as_written(word, case) for word in opinion.words)
    return Finding("learned", verdict, detail, matched=matched, score=opinion.chance)


def features(folded: Folded, domains: Iterable[str] = ()) -> list[str]:
    """What a text has that others may have, too: words, runs of letters, domains; the first ones of a long text."""
    words = WORD.findall(folded.text)
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
    """Learn from the next decisions that nobody can take back any more, in their order; returns from how many. All of
    them are learned from, or none when it is interrupted or somebody else was faster."""
    row = Classifier.current()
    settled = timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
    events = ModerationEvent.objects.filter(pk__gt=row.learned_until, created_at__lt=settled)
    batch = list(events.select_related("comment").order_by("pk")[:BATCH])
    if not batch:
        return 0
    lessons = _lessons(batch)
    counts: tuple[Counter[str], Counter[str]] = Counter(), Counter()
    for comment, is_unwanted in lessons:
        counts[is_unwanted].update(features(fold(comment.body), Case(comment, Circumstances()).domains))
    unwanted = sum(is_unwanted for _, is_unwanted in lessons)
    with transaction.atomic():
        is_mine = Classifier.objects.filter(pk=row.pk, learned_until=row.learned_until).update(
            learned_until=batch[-1].pk,
            unwanted=row.unwanted + unwanted,
            wanted=row.wanted + len(lessons) - unwanted,
        )
        if is_mine:
            _add(*counts)
    return len(batch) if is_mine else 0


def prune() -> int:
    """Forget what has not stood in a second text for a long time; returns how many features."""
    since = timezone.localdate() - FORGOTTEN_AFTER
    return Feature.objects.filter(seen_on__lt=since, wanted__lt=SEEN_LEAST - F("unwanted")).delete()[0]


def _as_written(word: str, case: Case) -> str:
    found = re.search(rf"(?<!\w){re.escape(word)}(?!\w)", case.folded.text)
    return case.folded.as_written(*found.span()) if found else word


def _add(wanted: Counter[str], unwanted: Counter[str]) -> None:
    today = timezone.localdate()
    with connection.cursor() as cursor:
        cursor.executemany(ADD, [(key, wanted[key], unwanted[key], today) for key in sorted(wanted | unwanted)])


def _lessons(batch: list[ModerationEvent]) -> list[tuple[Comment, bool]]:
    """Which comments there is something to learn from, and whether they are unwanted. What is only said again teaches
    nothing; what has been contradicted meanwhile leaves it to the later decision."""
    decisions, lessons = _standing({event.comment_id for event in batch}), []
    for event in batch:
        said = {each.pk: _verdict(each, event.comment) for each in decisions[event.comment_id]}
        is_unwanted = said.get(event.pk)
        before = [verdict for pk, verdict in said.items() if pk < event.pk and verdict is not None]
        after = {verdict for pk, verdict in said.items() if pk > event.pk}
        if is_unwanted is not None and before[-1:] != [is_unwanted] and (not is_unwanted) not in after:
            lessons.append((event.comment, is_unwanted))
    return lessons


def _standing(comments: set[int]) -> dict[int, list[ModerationEvent]]:
    """What moderators have decided about each comment and not taken back, in its order."""
    standing: dict[int, list[ModerationEvent]] = {pk: [] for pk in comments}
    found = ModerationEvent.objects.standing().filter(comment__in=comments, by=By.MODERATOR)
    for event in found.order_by("pk"):
        standing[event.comment_id].append(event)
    return standing


def _verdict(event: ModerationEvent, comment: Comment) -> bool | None:
    """Whether a decision says that the text is unwanted; None when it says nothing about the text as it is now."""
    if not comment.reader or (comment.edited_at and comment.edited_at > event.created_at):
        return None
    if event.action in (Action.APPROVE, Action.KEEP):
        return False
    if event.action == Action.SPAM or (event.action == Action.REJECT and event.reason in UNWANTED):
        return True
    return None


def _chance(wanted: float, unwanted: float, count: int) -> float:
    """Robinson's estimate from the shares of both kinds that have the feature, and how many have it in all."""
    share = unwanted / (wanted + unwanted)
    return (0.5 + count * share) / (1 + count)
