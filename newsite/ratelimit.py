"""Exact rate limits: one UPSERT a window decides, so that any number of processes admit exactly the limit.

A policy is a name in settings.RATES with one or more windows (how many, in how many seconds). A window of a key
begins with its first use. Over the limit nothing is written, so that a flood costs no disk.
"""

import math
import time

from django.conf import settings
from django.db import connection, transaction
from django.db.models import F
from django.http import HttpResponse

from newsite.models import RateCount
from newsite.refusals import Refusal

TABLE = RateCount._meta.db_table
TAKE = f"""
    INSERT INTO {TABLE} ("window", key, count, expires_at) VALUES (%(window)s, %(key)s, 1, %(expires_at)s)
    ON CONFLICT ("window", key) DO UPDATE SET
        count = CASE WHEN {TABLE}.expires_at <= %(now)s THEN 1 ELSE {TABLE}.count + 1 END,
        expires_at = CASE WHEN {TABLE}.expires_at <= %(now)s THEN excluded.expires_at ELSE {TABLE}.expires_at END
    WHERE {TABLE}.count < %(limit)s OR {TABLE}.expires_at <= %(now)s
    RETURNING count
"""  # noqa: S608 - the only name put in is our own table's


class RateLimited(Refusal):
    """A key has used up a window of a policy; `retry_after` says in how many whole seconds it may try again."""

    status = 429

    def __init__(self, policy: str, retry_after: int) -> None:
        super().__init__(f"{policy}: again in {retry_after} s")
        self.policy = policy
        self.retry_after = retry_after

    @property
    def wait(self) -> str:
        """How long the limit still holds, such as “40 seconds” or “3 minutes”."""
        minutes = -(-self.retry_after // 60)
        return f"{self.retry_after} seconds" if minutes < 2 else f"{minutes} minutes"

    @property
    def told(self) -> str:
        """The limit in a sentence for the reader who met it."""
        return f"That was a lot in a short time. Nothing is lost: please send this again in {self.wait}."

    def mark(self, response: HttpResponse) -> HttpResponse:
        response.headers["Retry-After"] = str(self.retry_after)
        return response


def take(policy: str, *keys: str) -> None:
    """Count one use of a policy by each of the keys.

    Raises RateLimited, and counts nothing, when one of the keys has used up one of the policy's windows.
    """
    if not settings.RATELIMITS:
        return
    now = time.time()
    with transaction.atomic(), connection.cursor() as cursor:
        for limit, seconds in settings.RATES[policy]:
            window = f"{policy}/{seconds}"
            for key in sorted(keys):
                cursor.execute(
                    TAKE,
                    {"window": window, "key": key, "limit": limit, "now": now, "expires_at": now + seconds},
                )
                if cursor.fetchone() is None:
                    raise RateLimited(policy, min(seconds, _seconds_left(window, key, now)))


def give_back(policy: str, *keys: str) -> None:
    """Undo one use of a policy by each of the keys, which they have taken."""
    windows = [f"{policy}/{seconds}" for _, seconds in settings.RATES[policy]]
    taken = RateCount.objects.filter(window__in=windows, key__in=keys, count__gt=0, expires_at__gt=time.time())
    taken.update(count=F("count") - 1)


def prune() -> int:
    """Remove counts whose window has ended; returns how many."""
    return RateCount.objects.filter(expires_at__lte=time.time()).delete()[0]


def _seconds_left(window: str, key: str, now: float) -> int:
    expires_at = RateCount.objects.values_list("expires_at", flat=True).get(window=window, key=key)
    return max(1, math.ceil(expires_at - now))
