"""`manage.py prune`: remove what is kept for a limited time."""

import datetime
from typing import Any

from captcha.models import CaptchaStore
from django.conf import settings
from django.contrib.sessions.models import Session
from django.core.management.base import BaseCommand
from django.db.models import F, QuerySet
from django.utils import timezone

from articles.models import Rating, RatingBurst
from comments import following
from comments.models import Claim, Comment, ExternalCheck, Report
from comments.screening import classifier
from newsite import ratelimit, stamps
from newsite.models import KeptAnswer, Mail, NetworkSecret, StaffSession

SENT_MAIL_DAYS = 30
NETWORKS: "dict[str, QuerySet[Any]]" = {
    "comments": Comment.objects.annotate(since=F("created_at")),
    "ratings": Rating.objects.annotate(since=F("created_at")),
    "set-aside ratings": RatingBurst.objects.annotate(since=F("began_at")),
    "reports": Report.objects.annotate(since=F("created_at")),
    "sessions": StaffSession.objects.annotate(since=F("created_at")),
}


class Command(BaseCommand):
    """The worker calls this every six hours; a cron job may as well."""

    help = "Remove network keys and their secrets, expired captchas, old counts, kept answers, claims, sent mail."

    def handle(self, *args: Any, **options: Any) -> None:
        now = timezone.now()
        networks_before = now - datetime.timedelta(days=settings.NETWORK_KEY_DAYS)
        unconfirmed_before = now - datetime.timedelta(days=settings.UNCONFIRMED_DAYS)
        day_ago = now - datetime.timedelta(days=1)
        removed = {
            **{f"network keys of {name}": _forget(rows, before=networks_before) for name, rows in NETWORKS.items()},
            "ended sessions": Session.objects.filter(expire_date__lt=now).delete()[1].get("sessions.Session", 0),
            "network secrets": NetworkSecret.objects.filter(day__lt=networks_before.date()).delete()[0],
            "rate counts": ratelimit.prune(),
            "stamps": stamps.prune(),
            "captchas": CaptchaStore.objects.filter(expiration__lte=now).delete()[0],
            "kept answers": KeptAnswer.objects.filter(created_at__lt=day_ago).delete()[0],
            "claims": Claim.objects.filter(at__lt=day_ago).delete()[0],
            "addresses for checks": ExternalCheck.objects.exclude(address="")
            .filter(due_at__lt=day_ago)
            .update(address="", agent=""),
            "sent mails": Mail.objects.filter(sent_at__lt=now - datetime.timedelta(days=SENT_MAIL_DAYS)).delete()[0],
            "unconfirmed comments": Comment.objects.filter(
                status=Comment.Status.UNCONFIRMED, created_at__lt=unconfirmed_before
            ).delete()[0],
            "features of one text": classifier.prune(),
            "unconfirmed addresses": following.prune(unconfirmed_before),
        }
        if options["verbosity"]:
            self.stdout.write(", ".join(f"{count} {name}" for name, count in removed.items()) + " removed.")


def _forget(rows: "QuerySet[Any]", *, before: datetime.datetime) -> int:
    return rows.exclude(network="").filter(since__lt=before).update(network="")
