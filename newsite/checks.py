"""A misconfiguration is an error at start, not a surprise at night."""

from collections.abc import Iterable, Iterator
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register
from django.core.checks import Warning as CheckWarning
from django.core.exceptions import ImproperlyConfigured

MIN_KEY_LENGTH = 50
MIN_KEY_LETTERS = 5


def in_production() -> bool:
    """Everything is production, save DEBUG on one's own machine (`make dev`)."""
    return not (settings.DEBUG and settings.ON_LOOPBACK)


@register()
def check_settings(app_configs: Any = None, **kwargs: Any) -> Iterable[CheckMessage]:
    """What must not be so where strangers can reach the site."""
    return [*_errors(), *_warnings()] if in_production() else list(_warnings())


def refuse_misconfiguration() -> None:
    """Raise ImproperlyConfigured with the first of the errors; for servers that do not run Django's checks."""
    for message in check_settings():
        if message.level >= 40:
            raise ImproperlyConfigured(f"{message.msg} {message.hint}")


def _errors() -> Iterator[CheckMessage]:
    if settings.CAPTCHA_TEST_MODE:
        yield Error(
            "CAPTCHA_TEST_MODE is on: every captcha would pass.", hint="Remove CAPTCHA_TEST_MODE.", id="newsite.E001"
        )
    if len(settings.SECRET_KEY) < MIN_KEY_LENGTH or len(set(settings.SECRET_KEY)) < MIN_KEY_LETTERS:
        yield Error(
            "SECRET_KEY is weak: cookies and private links could be forged.",
            hint=f"Remove it, and a strong one is made; or set at least {MIN_KEY_LENGTH} random characters.",
            id="newsite.E002",
        )
    if settings.DEBUG:
        yield Error(
            "DEBUG is on at a public SITE_URL: errors would show code and settings.",
            hint="Remove DEBUG.",
            id="newsite.E003",
        )
    if any(host.startswith(("*", ".*")) or host == "." for host in settings.ALLOWED_HOSTS):
        yield Error(
            "ALLOWED_HOSTS accepts every name: links in mails and caches could be poisoned.",
            hint="Name the hosts; without ALLOWED_HOSTS it is the host of SITE_URL.",
            id="newsite.E004",
        )


def _warnings() -> Iterator[CheckMessage]:
    if not settings.RATELIMITS:
        yield CheckWarning(
            "RATELIMITS=off: no limit on comments, ratings, captchas and logins.",
            hint="For measuring only.",
            id="newsite.W001",
        )
