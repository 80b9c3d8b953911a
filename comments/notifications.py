"""What people are told by mail: links to confirm at once, everything else as notices, which `digests` puts into mails.

Notices are written in the transaction that causes them.
"""

from typing import Any

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse

from comments import decisions
from comments.models import Address, Comment, ModerationEvent, Notice, Report, Subscription
from newsite import outbox

Status = Comment.Status

_confirmation = Signer(salt="comments.confirm")


def ask_to_confirm(comment: Comment) -> None:
    """Mail the link that takes the place of the captcha."""
    url = settings.SITE_URL + reverse("comment-confirm", args=[confirmation_key(comment)])
    context = {"comment": comment, "article": comment.article, "confirm_url": url}
    _post(comment.author_email, "Confirm your comment", "confirm", context)


def ask_address(address: Address, about: str, key: str) -> None:
    """Mail the link that confirms an address, and what for."""
    url = settings.SITE_URL + reverse("mail-confirm", args=[key])
    _post(address.email, "Confirm your address", "confirm_address", {"about": about, "confirm_url": url})


def ask_reporter(address: Address, report: Report, key: str) -> None:
    """Mail the receipt of a notice of illegal content, with the link that confirms its sender's address."""
    url = settings.SITE_URL + reverse("mail-confirm", args=[key])
    context = {"report": report, "comment": report.comment, "confirm_url": url, "is_confirmed": address.confirmed_at}
    _post(address.email, f"Your notice {report.pk} was received", "receipt", context)


def decided(comment: Comment, event: ModerationEvent) -> None:
    """Tell what a decision means: its author the outcome, those whom it answers that it is there. What was not mailed
    yet and is not true any more is not told at all. Spammers are not told."""
    if event.new_status == event.old_status:
        return
    Notice.objects.filter(comment=comment, kind=Notice.Kind.DECIDED).delete()
    if event.new_status in (Status.PUBLISHED, Status.REJECTED):
        holds = decisions.standing(comment) if event.undoes else event
        _tell(Subscription.objects.about(comment, Subscription.Kind.DECISION), Notice.Kind.DECIDED, comment, holds)
    if comment.published_at == event.created_at:  # for the first time
        replied(comment)


def replied(comment: Comment) -> None:
    """Tell those who follow what a published reply replies to."""
    if comment.parent is None:
        return
    kind = Notice.Kind.ANSWERED if comment.is_answer else Notice.Kind.REPLIED
    if comment.accepted:  # perhaps for the second time: what was not mailed yet is told once
        Notice.objects.filter(comment=comment, kind=kind).delete()
    followers = Subscription.objects.about(comment.parent, Subscription.Kind.REPLIES)
    _tell(followers.exclude(address__reader=comment.reader), kind, comment)


def appeal_answered(comment: Comment, event: ModerationEvent) -> None:
    """Tell the author that the decision stands, and why."""
    _tell(Subscription.objects.about(comment, Subscription.Kind.DECISION), Notice.Kind.APPEALED, comment, event)


def reports_settled(comment: Comment, event: ModerationEvent) -> None:
    """Tell those whose notices about a comment were decided by this event."""
    senders = Report.objects.filter(settled_by=event, is_notice=True).values("reader")
    followers = Subscription.objects.about(comment, Subscription.Kind.REPORT).filter(address__reader__in=senders)
    _tell(followers, Notice.Kind.REPORTED, comment, event)


def taken_back(event: ModerationEvent) -> None:
    """The decision was taken back: what was not mailed yet is not told."""
    Notice.objects.filter(event=event).delete()


def confirmation_key(comment: Comment) -> str:
    """What the mailed link carries: only who reads the mail has it."""
    return _confirmation.sign(str(comment.pk))


def confirmed_id(key: str) -> int | None:
    """The comment that a mailed link is about, or None for a link that this site did not send."""
    try:
        return int(_confirmation.unsign(key))
    except (BadSignature, ValueError):
        return None


def rendered(template: str, context: dict[str, Any]) -> tuple[str, str]:
    """A mail as text and as HTML."""
    shared = {"site_name": settings.SITE_NAME, "site_url": settings.SITE_URL, **context}
    return render_to_string(f"emails/{template}.txt", shared), render_to_string(f"emails/{template}.html", shared)


def _tell(followers: Any, kind: Notice.Kind, comment: Comment, event: ModerationEvent | None = None) -> None:
    # Locked, so that nobody ends what a notice is just being written for.
    found = followers.select_for_update(of=("self",), no_key=True).order_by("pk")
    if notices := [Notice(subscription=follower, kind=kind, comment=comment, event=event) for follower in found]:
        Notice.objects.bulk_create(notices)


def _post(to: str, subject: str, template: str, context: dict[str, Any]) -> None:
    text, html = rendered(template, context)
    outbox.post(to=to, subject=f"{subject} – {settings.SITE_NAME}", text=text, html=html)
