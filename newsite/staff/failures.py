"""Failed passwords and codes are counted; past the limit a right one is not looked at either."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.core.exceptions import ValidationError
from django.http import HttpRequest

from newsite import ratelimit, readers

TOLD = {"logins": "Too many failed logins.", "codes": "Too many wrong codes."}


@contextmanager
def counted(policy: str, request: HttpRequest, name: str) -> Iterator[None]:
    """Count what fails inside, for this network and this user name; what works counts for nothing.

    Raises ValidationError with the code "locked_out" when one of them has failed too often.
    """
    keys = (f"n:{readers.network_key(request)}", f"u:{name.lower()[:60]}")
    try:
        ratelimit.check(policy, *keys)
    except ratelimit.RateLimited as limit:
        minutes = -(-limit.retry_after // 60)
        raise ValidationError(f"{TOLD[policy]} Try again in {minutes} minutes.", code="locked_out") from limit
    try:
        yield
    except ValidationError:
        for key in keys:
            with suppress(ratelimit.RateLimited):  # at the limit already: the next try is told
                ratelimit.take(policy, key)
        raise
