"""Tables that both apps stand on: counters of the rate limits, network secrets, answers kept, mail to send, stamps,
and what the newsroom's people are known by: sessions and tokens."""

import secrets
from typing import ClassVar

from django.conf import settings
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

MAX_TRIES = 8  # then a mail is given up


def _new_secret() -> bytes:
    return secrets.token_bytes(32)


class RateCount(models.Model):
    """How often one key used one window of one policy, until when."""

    window = models.CharField(max_length=40)
    key = models.CharField(max_length=64)
    count = models.PositiveIntegerField()
    expires_at = models.FloatField(db_index=True, help_text="seconds since 1970")

    class Meta:
        constraints = (models.UniqueConstraint(fields=["window", "key"], name="one_count_per_window_and_key"),)


class NetworkSecret(models.Model):
    """The secret of one day, with which addresses become keys. When it is pruned, nobody can go back."""

    day = models.DateField(primary_key=True)
    secret = models.BinaryField(default=_new_secret)


class KeptAnswer(models.Model):
    """The answer that an Idempotency-Key was given, to be given again."""

    key = models.CharField(max_length=64, primary_key=True, help_text="hash of path, key and network")
    request = models.CharField(max_length=64, help_text="hash of the request's body")
    status = models.PositiveSmallIntegerField(default=0)
    body = models.TextField(default="")
    reader = models.CharField(max_length=32, default="", help_text="the id of the reader who got it")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)


class MailQuerySet(models.QuerySet["Mail"]):
    """Mails by what has become of them: each is either waiting, sent or given up."""

    def due(self) -> "MailQuerySet":
        """What should be sent now, oldest first."""
        return self.filter(sent_at=None, due_at__lte=timezone.now(), tries__lt=MAX_TRIES).order_by("due_at")

    def given_up(self) -> "MailQuerySet":
        """What was tried often enough. A mail in a worker's hand for the last time is not there yet: its claim runs."""
        return self.filter(sent_at=None, due_at__lte=timezone.now(), tries__gte=MAX_TRIES)

    def waiting(self) -> "MailQuerySet":
        """What is still to be sent, now or later."""
        return self.filter(sent_at=None).exclude(due_at__lte=timezone.now(), tries__gte=MAX_TRIES)

    def sent(self) -> "MailQuerySet":
        """What the mail server has accepted."""
        return self.exclude(sent_at=None)


class Mail(models.Model):
    """A mail in the outbox. The row, not any task, is the truth about whether it was sent."""

    to = models.EmailField()
    subject = models.CharField(max_length=200)
    text = models.TextField()
    html = models.TextField(blank=True)
    headers = models.JSONField(default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    due_at = models.DateTimeField()
    tries = models.PositiveSmallIntegerField(default=0)
    last_error = models.CharField(max_length=300, blank=True)
    sent_at = models.DateTimeField(null=True, blank=True)

    objects: ClassVar[MailQuerySet] = MailQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name = "outgoing mail"
        verbose_name_plural = "outgoing mail"
        indexes = (models.Index(fields=["due_at"], name="mail_waiting", condition=models.Q(sent_at=None)),)

    def __str__(self) -> str:
        return self.subject

    @property
    def state(self) -> str:
        """In a word what has become of it, as the QuerySet has it."""
        if self.sent_at:
            return "sent"
        return "given up" if self.tries >= MAX_TRIES and self.due_at <= timezone.now() else "waiting"


class Heartbeat(models.Model):
    """When a background process was last seen alive."""

    name = models.CharField(max_length=30, primary_key=True)
    at = models.DateTimeField()


class Stamp(models.Model):
    """The version of what pages show of a subject, raised by every change, and when it last changed."""

    subject = models.CharField(max_length=40, primary_key=True)
    version = models.BigIntegerField()
    changed_at = models.FloatField(db_index=True, help_text="seconds since 1970")


class StaffSession(models.Model):
    """A session in which somebody uses the newsroom. It goes with Django's own row, however that one ends.

    It has a number of its own, which pages may show: the key of Django's row would log in whoever has it.
    """

    session = models.OneToOneField(Session, models.CASCADE)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    browser = models.CharField(max_length=60)
    network = models.CharField(max_length=32, help_text="key of the network in which it began")
    created_at = models.DateTimeField(default=timezone.now)
    last_seen_at = models.DateTimeField(default=timezone.now)


class StaffToken(models.Model):
    """A token with which a program uses the API in the name of a member of staff. Only its hash is kept."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE)
    name = models.CharField("used for", max_length=80)
    hash = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField(auto_now_add=True)
    last_used_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "API token"

    def __str__(self) -> str:
        return f"{self.name} ({self.user})"
