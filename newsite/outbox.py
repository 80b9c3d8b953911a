"""Mail leaves through the outbox: a row written in the transaction that causes it, sent by the worker, tried again."""

import datetime
from collections.abc import Callable, Mapping

import structlog
from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection
from django.db.models import F
from django.utils import timezone

from newsite.models import MAX_TRIES, Mail, MailQuerySet

log = structlog.get_logger(__name__)

# How long a mail belongs to the worker that took it. Longer than a try lasts: about a dozen exchanges with the mail
# server, each of which is broken off after EMAIL_TIMEOUT seconds.
CLAIM = datetime.timedelta(minutes=5)


def post(*, to: str, subject: str, text: str, html: str = "", headers: Mapping[str, str] | None = None) -> Mail:
    """Put a mail into the outbox; it is sent only if the caller's transaction commits."""
    return Mail.objects.create(
        to=to,
        subject=_one_line(subject)[:200],
        text=text,
        html=html,
        headers={name: _one_line(value) for name, value in (headers or {}).items()},
        due_at=timezone.now(),
    )


def send_due(limit: int = 50, is_over: Callable[[], bool] = lambda: False) -> int:
    """Send the mails that are due, oldest first, until it is over; returns how many were sent.

    Each is claimed by moving its due time ahead before it is sent, so that two workers never send the same one and a
    worker that is killed loses nothing: the claim runs out and the mail is tried again.
    """
    sent = 0
    for mail in Mail.objects.due()[:limit]:
        if is_over():
            break
        if _claim(mail):
            sent += _send(mail)
    return sent


def try_again(mails: MailQuerySet) -> int:
    """Make those of the mails that were given up due at once, as if never tried; returns how many they are."""
    return mails.given_up().update(due_at=timezone.now(), tries=0)


def backoff(tries: int) -> datetime.timedelta:
    """How long to wait after so many tries: one minute, doubled each time, at most six hours."""
    return min(datetime.timedelta(minutes=2 ** (tries - 1)), datetime.timedelta(hours=6))


def _one_line(value: str) -> str:
    return " ".join(value.split())  # a line break would begin a new header


def _claim(mail: Mail) -> bool:
    """Take the mail in hand, unless another worker has done so since it was read."""
    unclaimed = Mail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at)
    mail.due_at = timezone.now() + CLAIM
    mail.tries += 1
    return unclaimed.update(due_at=mail.due_at, tries=F("tries") + 1) == 1


def _send(mail: Mail) -> bool:
    try:
        _message(mail).send()
    except Exception as error:  # whatever is wrong with one mail, the others go
        wait = backoff(mail.tries) if mail.tries < MAX_TRIES else datetime.timedelta(0)
        Mail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at).update(  # unless the claim has run out
            due_at=timezone.now() + wait, last_error=str(error)[:300]
        )
        log.warning("mail_failed", mail=mail.pk, tries=mail.tries, error=type(error).__name__)
        return False
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), last_error="")
    return True


def _message(mail: Mail) -> EmailMultiAlternatives:
    ours = {"Message-ID": f"<outbox-{mail.pk}@{settings.SITE.hostname}>", "Auto-Submitted": "auto-generated"}
    message = EmailMultiAlternatives(
        mail.subject, mail.text, to=[mail.to], headers={**mail.headers, **ours}, connection=get_connection()
    )
    if mail.html:
        message.attach_alternative(mail.html, "text/html")
    return message
