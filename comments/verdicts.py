"""What findings do to a comment: what screening decides about it by itself, at once or after services outside have
looked at it, too."""

import datetime
from typing import Any

import structlog
from django.conf import settings
from django.db import transaction
from django.utils import timezone

from comments import counting, moderation, screening
from comments.models import Action, By, Comment, ExternalCheck, Verdict
from comments.screening import external
from newsite.readers import Origin

log = structlog.get_logger(__name__)

NOTED = ("text_key", "findings", "risk")  # columns of what screening has noticed
BY_VERDICT = {Verdict.SPAM: Action.SPAM, Verdict.REJECT: Action.REJECT, Verdict.PUBLISH: Action.APPROVE}
ASKED_ABOUT = (Comment.Status.PENDING, Comment.Status.PUBLISHED)  # nobody is told what was taken away
AT_ONCE = 20  # comments about which services are asked at the same time
CLAIMED_FOR = datetime.timedelta(minutes=1)  # then another worker asks, since the first was killed


def note(comment: Comment, findings: list[dict[str, Any]]) -> None:
    """Put what was noticed, and what it amounts to, into the comment's columns."""
    comment.findings, comment.risk = findings, screening.risk(findings)


def carry_out(comment: Comment, origin: Origin) -> None:
    """Do what screening decides about a new comment. What it does not take away waits until the services outside have
    been asked, where there are any."""
    finding = screening.decided(comment.findings, comment.article.policy)
    if external.is_on() and not _takes_away(finding):
        _enqueue(comment, origin, may_show=True)
    elif finding:
        _act(comment, finding)


def carry_out_edited(comment: Comment, origin: Origin) -> None:
    """The same for a new text: what was published stays so when screening would publish it and nobody has complained
    about the old one. What waits goes on waiting: its author does not release it, and what waits for the mailed link is
    decided when that is followed."""
    if comment.status == Comment.Status.UNCONFIRMED:
        return
    if _settle(comment):
        ExternalCheck.objects.filter(comment=comment).delete()
    elif external.is_on():
        _enqueue(comment, origin, may_show=False)


def check_due() -> int:
    """Ask the services outside about the comments that wait for it longest, and do what follows; returns how many."""
    now = timezone.now()
    due = ExternalCheck.objects.filter(due_at__lte=now, comment__status__in=ASKED_ABOUT).order_by("due_at")
    mine = [check for check in due.select_related("comment__article")[:AT_ONCE] if _claim(check, now + CLAIMED_FOR)]
    for check, findings in zip(mine, external.ask(mine) if mine else [], strict=True):
        try:
            _checked(check, [finding.stored() for finding in findings])
        except moderation.Refused:  # it waits for a moderator; the others do not wait for it
            log.exception("external_verdict_refused", comment=check.comment.pk)
            ExternalCheck.objects.filter(pk=check.pk).delete()
    return len(mine)


def _claim(check: ExternalCheck, until: datetime.datetime) -> bool:
    return bool(ExternalCheck.objects.filter(pk=check.pk, due_at=check.due_at).update(due_at=until))


def _checked(check: ExternalCheck, findings: list[dict[str, Any]]) -> None:
    with transaction.atomic():
        current = moderation.locked(check.comment)
        asked = ExternalCheck.objects.filter(pk=check.pk, revision=check.revision)
        if not asked.delete()[0] or check.revision != current.revision:
            return  # it was edited meanwhile, and is asked about anew
        own = [finding for finding in current.findings if finding["check"] not in external.NAMES]
        note(current, own + findings)
        current.save(update_fields=NOTED)
        written_at = current.edited_at or current.created_at
        is_decided = current.events.filter(by=By.MODERATOR, created_at__gte=written_at).exists()
        if is_decided or current.status not in ASKED_ABOUT:
            return  # somebody has decided about this text, and may read what was found
        finding = screening.decided(current.findings, current.article.policy)
        if current.is_published:
            _settle(current)
        elif finding and (_takes_away(finding) or (check.may_show and not current.open_reports)):
            _act(current, finding)


def _settle(comment: Comment) -> bool:
    """Leave a comment as it is, hold it, or take it away, as its new findings say; whether it was taken away."""
    finding = screening.decided(comment.findings, comment.article.policy)
    if finding and _takes_away(finding):
        _act(comment, finding)
    elif comment.is_published and (finding is None or comment.open_reports):
        moderation.moderate(comment, Action.HOLD, role=By.SCREENING, note="edited" if comment.revision else "checked")
    elif comment.is_published:
        counting.show(comment)
    return _takes_away(finding)


def _takes_away(finding: dict[str, Any] | None) -> bool:
    return finding is not None and finding["verdict"] != Verdict.PUBLISH


def _act(comment: Comment, finding: dict[str, Any]) -> None:
    why = {"reason": finding["reason"], "note": finding["detail"]}
    moderation.moderate(comment, BY_VERDICT[finding["verdict"]], role=By.SCREENING, **why)


def _enqueue(comment: Comment, origin: Origin, *, may_show: bool) -> None:
    asked: dict[str, Any] = {"revision": comment.revision, "due_at": timezone.now(), "may_show": may_show}
    if settings.AKISMET_KEY:
        asked |= {"address": origin.address, "agent": origin.agent}
    ExternalCheck.objects.update_or_create(comment=comment, defaults=asked)
