"""Mails to authors: written into the outbox in the transaction that causes them."""

from django.conf import settings
from django.core.signing import BadSignature, Signer
from django.template.loader import render_to_string
from django.urls import reverse

from comments import tokens
from comments.models import Comment, ModerationEvent
from newsite import outbox

TOLD = (Comment.Status.PUBLISHED, Comment.Status.REJECTED)
_confirmation = Signer(salt="comments.confirm")


def ask_to_confirm(comment: Comment) -> None:
    """Mail the link that takes the place of the captcha."""
    path = reverse("comment-confirm", args=[confirmation_key(comment)])
    _post(comment, "Confirm your comment", "confirm", confirm_url=settings.SITE_URL + path)


def decided(comment: Comment, event: ModerationEvent) -> None:
    """Tell the author that the comment was published, or rejected and why. Spammers are not told."""
    if not comment.author_email or not comment.notify or event.new_status not in TOLD:
        return
    if event.new_status == event.old_status:
        return
    subject = f"Your {comment.kind} was {event.new_status}"
    _post(comment, subject, "decided", event=event)


def confirmation_key(comment: Comment) -> str:
    """What the mailed link carries: only who reads the mail has it."""
    return _confirmation.sign(str(comment.pk))


def confirmed_id(key: str) -> int | None:
    """The comment that a mailed link is about, or None for a link that this site did not send."""
    try:
        return int(_confirmation.unsign(key))
    except (BadSignature, ValueError):
        return None


def _post(comment: Comment, subject: str, template: str, **context: object) -> None:
    text = render_to_string(
        f"emails/{template}.txt",
        {
            "comment": comment,
            "article": comment.article,
            "status_url": tokens.status_url(comment.pk),
            "site_name": settings.SITE_NAME,
            "site_url": settings.SITE_URL,
            **context,
        },
    )
    outbox.post(to=comment.author_email, subject=f"{subject} – {settings.SITE_NAME}", text=text)
