"""Mail leaves through the outbox: a row written in the transaction that causes it, sent by the worker, tried again."""

import datetime
import smtplib

import structlog
from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.db.models import F
from django.utils import timezone

from newsite.models import Mail

log = structlog.get_logger(__name__)

MAX_TRIES = 8
CLAIM = datetime.timedelta(minutes=5)


def post(*, to: str, subject: str, text: str) -> Mail:
    """Put a mail into the outbox; it is sent only if the caller's transaction commits."""
    subject = " ".join(subject.split())  # a line break would begin a new header
    return Mail.objects.create(to=to, subject=subject[:200], text=text, due_at=timezone.now())


def send_due(limit: int = 50) -> int:
    """Send the mails that are due, oldest first; returns how many were sent.

    Each is claimed by moving its due time ahead before it is sent, so that two workers never send the same one and a
    worker that is killed loses nothing: the claim runs out and the mail is tried again.
    """
    sent = 0
    for mail in Mail.objects.filter(sent_at=None, due_at__lte=timezone.now(), tries__lt=MAX_TRIES).order_by("due_at")[
        :limit
    ]:
        if _claim(mail):
            sent += _send(mail)
    return sent


def backoff(tries: int) -> datetime.timedelta:
    """How long to wait after so many tries: one minute, doubled each time, at most six hours."""
    return min(datetime.timedelta(minutes=2 ** (tries - 1)), datetime.timedelta(hours=6))


def _claim(mail: Mail) -> bool:
    return (
        Mail.objects.filter(pk=mail.pk, sent_at=None, due_at=mail.due_at).update(
            due_at=timezone.now() + CLAIM, tries=F("tries") + 1
        )
        == 1
    )


def _send(mail: Mail) -> bool:
    headers = {"Message-ID": f"<outbox-{mail.pk}@{settings.SITE.hostname}>", "Auto-Submitted": "auto-generated"}
    try:
        EmailMessage(mail.subject, mail.text, to=[mail.to], headers=headers, connection=get_connection()).send()
    except (OSError, smtplib.SMTPException, ValueError) as error:
        wait = backoff(mail.tries + 1)
        Mail.objects.filter(pk=mail.pk).update(due_at=timezone.now() + wait, last_error=str(error)[:300])
        log.warning("mail_failed", mail=mail.pk, tries=mail.tries + 1, error=type(error).__name__)
        return False
    Mail.objects.filter(pk=mail.pk).update(sent_at=timezone.now(), last_error="")
    return True
