"""Mail as it arrives, and the links in it."""

import re

from django.core import mail
from django.core.mail import EmailMultiAlternatives

from comments import digests
from newsite import outbox

SITE = "http://127.0.0.1:8000"


def arriving() -> list[EmailMultiAlternatives]:
    """What the worker sends now."""
    before = len(mail.outbox)
    digests.send_due()
    digests.send_news()
    outbox.send_due()
    return mail.outbox[before:]  # type: ignore[return-value]


def path_in(message: EmailMultiAlternatives, what: str) -> str:
    """The path of the one link in a mail that begins in this way."""
    found = set(re.findall(rf"{SITE}({what}[^\s<>]*)", str(message.body)))
    assert len(found) == 1, message.body
    return str(found.pop())


def html_of(message: EmailMultiAlternatives) -> str:
    """The mail as HTML."""
    ((html, kind),) = message.alternatives
    assert kind == "text/html"
    return str(html)
