"""What is known of an author: by their browser's cookie, and by an address that they have confirmed."""

import datetime
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from comments.models import Address, Comment

Status = Comment.Status

NEWEST = 200  # of an author's comments, so that a prolific one costs no more than others
TRUSTED_FROM = 2  # comments that a person approved
DECIDED = (Status.PUBLISHED, Status.REJECTED, Status.SPAM)
TRUST_LOST_FOR = datetime.timedelta(days=30)  # after a rejection
RATE_OVER = datetime.timedelta(days=7)
RATE_LIMIT, RATE_LEAST = 0.30, 3  # share of rejected comments, among at least so many decided ones


@dataclass(frozen=True)
class History:
    """An author's decided comments, counted; what showed at once is not, until a moderator has read it."""

    approved: int = 0
    rejected_lately: int = 0  # in the time that takes trust away
    decided_this_week: int = 0
    rejected_this_week: int = 0
    is_verified: bool = False

    @property
    def is_trusted(self) -> bool:
        return self.approved >= TRUSTED_FROM and not self.rejected_lately and self.is_verified

    @property
    def is_often_rejected(self) -> bool:
        enough = self.decided_this_week >= RATE_LEAST
        return enough and self.rejected_this_week / self.decided_this_week >= RATE_LIMIT


def history_of(comment: Comment) -> History:
    """Count what was decided about the author's newest comments. An address counts only between the browsers from
    which it was confirmed: everybody can type a stranger's."""
    if not comment.reader:
        return History()
    email = comment.author_email
    confirmed = Address.objects.filter(email=email, confirmed_at__isnull=False)
    is_verified = bool(email) and confirmed.filter(reader=comment.reader).exists()
    rows = dict(_decided(reader=comment.reader))
    if is_verified:
        rows |= dict(_decided(author_email=email, reader__in=confirmed.values("reader")))
    rows.pop(comment.pk, None)
    now = timezone.now()
    bad = [at for status, at in rows.values() if status in (Status.REJECTED, Status.SPAM)]
    week = [at for _, at in rows.values() if at > now - RATE_OVER]
    return History(
        approved=sum(status == Status.PUBLISHED for status, _ in rows.values()),
        rejected_lately=sum(at > now - TRUST_LOST_FOR for at in bad),
        decided_this_week=len(week),
        rejected_this_week=sum(at > now - RATE_OVER for at in bad),
        is_verified=is_verified,
    )


def _decided(**whose: Any) -> list[tuple[int, tuple[str, datetime.datetime]]]:
    found = Comment.objects.filter(**whose, status__in=DECIDED, is_unread=False).newest_first()
    rows = found.values_list("pk", "status", "decided_at")[:NEWEST]
    return [(pk, (status, at)) for pk, status, at in rows if at is not None]
