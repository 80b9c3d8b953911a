"""Reports: a reader says, once, that a comment should not stand there. Enough of them bring it back to moderators."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments import counting, following, moderation
from comments.models import Action, By, Comment, Report
from newsite import ratelimit
from newsite.readers import Asker


@dataclass(frozen=True)
class Complaint:
    """What a reader says is wrong; its shape has been checked. A notice of illegal content says who sends it."""

    reason: str
    detail: str = ""
    is_notice: bool = False
    name: str = ""
    email: str = ""


def report(*, comment: Comment, who: Asker, complaint: Complaint) -> Report:
    """Note a reader's complaint about a published comment; a second one of the same kind by the same reader is the
    first. When enough readers have complained since a moderator last decided about it, the comment is held.

    Raises Comment.DoesNotExist when it is not published any more, or RateLimited.
    """
    with transaction.atomic():
        current = moderation.locked(comment)
        if not current.is_published:
            raise Comment.DoesNotExist
        if known := _known(current, who, complaint):
            return known
        ratelimit.take("reports", *who.limit_keys)
        return _note(current, who, complaint)


def _known(comment: Comment, who: Asker, complaint: Complaint) -> Report | None:
    """The reader's report, if there is one; of notices, which may be several, an open one that says the same."""
    same: dict[str, Any] = {"detail": complaint.detail, "settled_by": None} if complaint.is_notice else {}
    return Report.objects.filter(comment=comment, reader=who.reader, is_notice=complaint.is_notice, **same).first()


def _note(comment: Comment, who: Asker, complaint: Complaint) -> Report:
    made = Report.objects.create(
        comment=comment,
        reader=who.reader,
        network=who.network,
        reason=complaint.reason,
        detail=complaint.detail,
        is_notice=complaint.is_notice,
        name=complaint.name,
        email=complaint.email,
        created_at=timezone.now(),
    )
    readers = counting.settle_reports(comment.pk)
    if complaint.email:
        following.follow_report(made, who)
    if readers >= settings.REPORTS_TO_HOLD:
        note = f"{settings.REPORTS_TO_HOLD} readers have reported it"
        moderation.moderate(comment, Action.HOLD, role=By.REPORTS, note=note)
    return made
