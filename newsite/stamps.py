"""What pages show has a stamp that changes with it: bumped by writers, watched by every process that keeps pages.

A stamp is a row of its own, so that any number of processes and machines see it. Watching costs one query a second a
process: it reads the rows that changed lately, which are few, however many pages are kept.
"""

import time
from collections.abc import Callable
from datetime import datetime

import structlog
from django.db import Error as DatabaseError
from django.db import close_old_connections, connection

from newsite.models import Stamp

SITE = "site"  # the articles, sections and topics that there are: every page shows some of it
EVERYTHING = ""  # what a page shows that says nothing more exact
LOOK_SECONDS = 1.0
# Rows changed this long ago are still read. It is twice as long as a page is kept: room for clocks that differ
# between machines and for the time between a bump and its commit.
RECENT_SECONDS = 120

log = structlog.get_logger(__name__)

TABLE = Stamp._meta.db_table
BUMP = f"""
    INSERT INTO {TABLE} (subject, version, changed_at) VALUES (%(subject)s, %(version)s, %(now)s)
    ON CONFLICT (subject) DO UPDATE SET changed_at = excluded.changed_at,
        version = CASE WHEN {TABLE}.version < excluded.version THEN excluded.version ELSE {TABLE}.version + 1 END
    RETURNING version
"""  # noqa: S608 - the only name put in is our own table's


def bump(subject: str) -> int:
    """Say that what pages show of a subject changes with the transaction that this is called in.

    Returns the subject's new version, which goes into `?v=` for the one who caused the change. A version is the
    time in milliseconds, or one more than the last: a row that was pruned and made again repeats none.
    """
    now = time.time()
    with connection.cursor() as cursor:
        cursor.execute(BUMP, {"subject": subject, "now": now, "version": int(now * 1000)})
        return int(cursor.fetchone()[0])


def version(subject: str) -> int:
    """The version of a subject, which every change of it raises; 0 before the first."""
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT version FROM {TABLE} WHERE subject = %s", [subject])  # noqa: S608 - our own table's name
        row = cursor.fetchone()
    return int(row[0]) if row else 0


def is_recent(version: str) -> bool:
    """Whether a version, as somebody has written it, was made so lately that this process may not know it yet."""
    written = version[:20]
    return written.isdecimal() and int(written) / 1000 > time.time() - RECENT_SECONDS


def prune() -> int:
    """Remove the rows that nobody will read again; returns how many."""
    return Stamp.objects.filter(changed_at__lt=time.time() - 10 * RECENT_SECONDS).delete()[0]


class Watch:
    """What one process knows of the stamps. `generation` counts the looks that found something changed."""

    def __init__(self, next_change: Callable[[], datetime | None]) -> None:
        """`next_change` tells when pages will next change by themselves, if that is known."""
        self._next_change = next_change
        self._versions: dict[str, int] = {}
        self._changed: dict[str, int] = {}
        self.generation = 0
        self.is_failing = False
        # All by the monotonic clock: when to look again, when the database last answered, when pages change.
        self.next_look = self.looked_at = 0.0
        self.changes_at = 0.0

    def look(self) -> None:
        """Learn what has changed. To be called when `next_look` has come: a second after the last look, or when pages
        change by themselves.

        When the database fails, that is remembered, and the next look waits three times as long as this one took: a
        server that answers nobody must not hold up those who ask for pages.
        """
        started = time.monotonic()
        close_old_connections()
        try:
            recent = Stamp.objects.filter(changed_at__gt=time.time() - RECENT_SECONDS)
            self._learn(dict(recent.values_list("subject", "version")), started)
            self.looked_at, self.is_failing = started, False
            self.next_look = min(started + LOOK_SECONDS, self.changes_at)
        except DatabaseError:
            self.is_failing = True
            self.next_look = started + LOOK_SECONDS + 3 * (time.monotonic() - started)
            log.warning("stamps_cannot_be_read", exc_info=True)
        finally:
            close_old_connections()

    def changed(self, subject: str) -> int:
        """The generation in which a subject last changed, as far as pages that are kept can tell."""
        if subject == EVERYTHING:
            return self.generation
        return max(self._changed.get(subject, 0), self._changed.get(SITE, 0))

    def _learn(self, versions: dict[str, int], now: float) -> None:
        new = {subject for subject, version in versions.items() if self._versions.get(subject) != version}
        if SITE in new or self.changes_at <= now:
            following = self._next_change()
            self.changes_at = now + following.timestamp() - time.time() if following else float("inf")
        if new:
            self.generation += 1
        # Subjects that are not recent any more are dropped: no page is kept that long.
        self._changed = {name: self.generation if name in new else self._changed[name] for name in versions}
        self._versions = versions
