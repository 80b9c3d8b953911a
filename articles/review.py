"""Ratings that were set aside: accepted, so that they count, or discarded; each decision with who took it and when."""

import datetime
from collections import Counter
from dataclasses import replace

from django.conf import settings
from django.contrib.auth.models import User
from django.db import models, transaction
from django.db.models import Min
from django.utils import timezone

from articles import bursts, ratings
from articles.models import Article, RatingBurst, RatingDecision
from articles.pace import MEMORY, Pace
from newsite.staff import log

State = RatingBurst.State


class Action(models.TextChoices):
    """What can be done with a burst."""

    ACCEPT = "accept", "Accept: they count"
    DISCARD = "discard", "Discard: they do not count"
    UNDO = "undo", "Undo my decision"


TARGETS = {Action.ACCEPT: State.ACCEPTED, Action.DISCARD: State.DISCARDED, Action.UNDO: State.WAITING}


class Conflict(Exception):
    """The burst is not, or no longer, in a state that the action starts from; the message says who was first."""


def decide(burst: RatingBurst, action: Action, *, by: User, seen: int | None = None) -> RatingDecision:
    """Accept or discard a burst, or take that back: its ratings count or do not, and the decision is noted.

    `seen` is the last rating that `by` was shown: those that came after it wait as a burst of their own.

    Raises Conflict.
    """
    with transaction.atomic():
        _, pace = ratings.lock(burst.article_id)
        article = Article.objects.without_text().get(pk=burst.article_id)
        current = RatingBurst.objects.get(pk=burst.pk)
        _check(current, action, by)
        rest = _leave_later_ones(current, seen) if current.state == State.WAITING else None
        was, did_count = current.state, current.counts
        current.state = TARGETS[action]
        current.save(update_fields=["state"])
        decision = _note(current, action, by, was)
        told = f"Ratings that were set aside: {action}, {decision.ratings} of them."
        log.note(told, by=by, about=article)
        factor = int(current.counts) - int(did_count)
        changes = Counter({stars: factor * count for stars, count in bursts.stars_of(current.ratings.all()).items()})
        current.ratings.update(counted=current.counts)
        ratings.count_up(article, changes, _pace_after(pace, current, rest, decision.ratings))
    burst.state = current.state
    return decision


def possible_actions(burst: RatingBurst, user: User) -> list[Action]:
    """What somebody who may review ratings can do with the burst now."""
    if burst.state == State.WAITING:
        return [Action.ACCEPT, Action.DISCARD]
    return [Action.UNDO] if _is_undoable(burst, user) else []


def count_waiting() -> int:
    """How many bursts wait for a decision."""
    return RatingBurst.objects.waiting().count()


def _check(burst: RatingBurst, action: Action, by: User) -> None:
    if action in possible_actions(burst, by):
        return
    if action == Action.UNDO:
        raise Conflict(f"There is no decision of yours on these ratings from the last {settings.UNDO_MINUTES} minutes.")
    last = burst.decisions.select_related("actor").last()
    who = f" by {last.actor.get_username()}" if last and last.actor else ""
    raise Conflict(f"These ratings are {burst.state} already{who}.")


def _is_undoable(burst: RatingBurst, user: User) -> bool:
    last = burst.decisions.last()
    since = timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
    return last is not None and last.actor_id == user.pk and last.created_at >= since


def _leave_later_ones(burst: RatingBurst, seen: int | None) -> RatingBurst | None:
    """Let those that came after the last one seen wait as a burst of their own, which is returned."""
    if seen is None:
        return None
    later = burst.ratings.filter(pk__gt=seen)
    began_at = later.aggregate(at=Min("created_at"))["at"]
    if began_at is None:
        return None
    rest = RatingBurst.objects.create(
        article_id=burst.article_id, kind=burst.kind, network=burst.network, usual=burst.usual, began_at=began_at
    )
    later.update(burst=rest)
    return rest


def _note(burst: RatingBurst, action: Action, by: User, was: str) -> RatingDecision:
    return RatingDecision.objects.create(
        burst=burst,
        action=action,
        actor=by,
        old_state=was,
        new_state=burst.state,
        ratings=burst.ratings.count(),
        created_at=timezone.now(),
    )


def _pace_after(pace: Pace, burst: RatingBurst, rest: RatingBurst | None, count: int) -> Pace:
    """An article's pace after a decision. A burst that goes on ends when it is accepted: from now on it is usual."""
    if pace.burst != burst.pk:
        return pace
    if not burst.counts:
        return replace(pace, burst=rest.pk if rest else burst.pk)
    minutes = max(MEMORY, (timezone.now() - burst.began_at).total_seconds() / 60)
    return replace(pace, usual=pace.usual + count / minutes, excess=0.0, first=0, burst=None)
