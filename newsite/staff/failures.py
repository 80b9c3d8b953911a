"""Failed passwords and codes are counted; past the limit a right one is not looked at either."""

from collections.abc import Iterator
from contextlib import contextmanager

from django.contrib.auth.models import User
from django.core.exceptions import ValidationError
from django.db import transaction
from django.forms.forms import BaseForm
from django.http import HttpRequest

from newsite import ratelimit, readers
from newsite.staff import log

TOLD = {"logins": "Too many failed logins.", "codes": "Too many wrong codes."}
NOTED = {
    "logins": "A wrong password was given.",
    "codes": "A wrong second factor was given after the right password.",
}


class LockedOut(ValidationError):
    """Passwords or codes have failed too often; `limit` says until when none is looked at."""

    def __init__(self, policy: str, limit: ratelimit.RateLimited) -> None:
        super().__init__(f"{TOLD[policy]} Try again in {limit.wait}.", code="locked_out")
        self.limit = limit


@contextmanager
def counted(policy: str, request: HttpRequest, name: str) -> Iterator[None]:
    """Count what fails inside, for this network and this user name, and note it; what works counts for nothing.

    It is counted before it is tried and given back after it, so that tries at the same moment are no more than the
    limit. Anybody can fail in somebody's name: passwords of strangers are counted by a wider limit for it, and not
    by that which holds for whoever is logged in, or past the password.

    Raises LockedOut when one of them has failed too often.
    """
    network, person = f"n:{readers.network_key(request)}", f"u:{name.lower()[:60]}"
    is_stranger = policy == "logins" and request.user.get_username() != name
    uses = ((policy, (network,)), ("names", (person,))) if is_stranger else ((policy, (network, person)),)
    try:
        with transaction.atomic():
            for limit, keys in uses:
                ratelimit.take(limit, *keys)
    except ratelimit.RateLimited as reached:
        raise LockedOut(policy, reached) from reached
    try:
        yield
    except ValidationError:
        if user := User.objects.filter(username=name, is_staff=True).first():
            log.note(NOTED[policy], by=user)
        raise
    for limit, keys in uses:
        ratelimit.give_back(limit, *keys)


def limit_of(form: BaseForm) -> ratelimit.RateLimited | None:
    """The limit because of which a form was refused, if it was one."""
    found = (error for errors in form.errors.as_data().values() for error in errors)
    return next((error.limit for error in found if isinstance(error, LockedOut)), None)
