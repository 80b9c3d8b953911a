"""The worker: one loop that sends mail and does what is due. Any number may run; none is needed to serve pages."""

import datetime
from collections.abc import Callable

import structlog
from django.core.management import call_command
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from articles import publishing
from comments import digests, verdicts
from comments.screening import classifier
from newsite import outbox
from newsite.models import Heartbeat

log = structlog.get_logger(__name__)

PAUSE_SECONDS = 1.0
BEAT_SECONDS = 10
PRUNE_EVERY = datetime.timedelta(hours=6)


def run(is_over: Callable[[], bool], pause: Callable[[float], object]) -> None:
    """Work until it is over, pausing when nothing is due. A failing database is logged and the round tried again."""
    pruned_at = beat_at = timezone.now() - datetime.timedelta(days=1)
    while not is_over():
        now = timezone.now()
        try:
            if (now - beat_at).total_seconds() >= BEAT_SECONDS:
                Heartbeat.objects.update_or_create(name="worker", defaults={"at": now})
                publishing.settle_due()
                digests.send_news()
                beat_at = now
            if now - pruned_at >= PRUNE_EVERY:
                call_command("prune", verbosity=0)
                pruned_at = now
            done = verdicts.check_due() + digests.send_due() + outbox.send_due(is_over=is_over) + classifier.learn()
        except DatabaseError:
            log.exception("worker_round_failed")
            close_old_connections()
            done = 0
        if not done:
            pause(PAUSE_SECONDS)
