"""Appeals: an author asks once that a decision be looked at again; a moderator answers by approving the comment, or
somebody else than who decided by upholding the decision.

Directive for both: articles 17 and 20 of the Digital Services Act.
"""

from django.db import transaction
from django.utils import timezone

from comments import complaints, decisions, moderation
from comments.models import Appeal, Comment, ModerationEvent


class NotPossible(Exception):
    """There is nothing to appeal against; the message says why."""


def appealable(comment: Comment) -> ModerationEvent | None:
    """The decision against which the author can appeal now."""
    if comment.status not in complaints.APPEALABLE:
        return None
    event = decisions.standing(comment)
    return event if event and not Appeal.objects.filter(event=event).exists() else None


def appeal_of(comment: Comment) -> Appeal | None:
    """The appeal that the author has made last."""
    return comment.appeals.order_by("pk").last()


def appeal(comment: Comment, *, text: str) -> Appeal:
    """Ask for another look at the decision that took a comment away.

    Raises NotPossible when there is no such decision, or it was appealed against before.
    """
    with transaction.atomic():
        current = moderation.locked(comment)
        event = appealable(current)
        if event is None:
            raise NotPossible("Each decision can be appealed against once, and only while it stands.")
        return Appeal.objects.create(comment=current, event=event, text=text, created_at=timezone.now())
