"""Appeals: an author asks once that a decision be looked at again; somebody else than its maker answers.

Directive for both: articles 17 and 20 of the Digital Services Act.
"""

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone

from comments import moderation, notifications
from comments.models import Appeal, Comment, ModerationEvent

AGAINST = (Comment.Status.REJECTED, Comment.Status.SPAM)


class NotPossible(Exception):
    """There is nothing to appeal against; the message says why."""


def appealable(comment: Comment) -> ModerationEvent | None:
    """The decision against which the author can appeal now."""
    if comment.status not in AGAINST:
        return None
    event = moderation.last_decision(comment)
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


def uphold(comment: Comment, *, by: User, answer: str) -> Appeal:
    """Let the decision stand, and say why. (To take it back is to approve the comment.)

    Raises moderation.Refused when there is no open appeal, the moderator made the decision themselves, or says nothing.
    """
    with transaction.atomic():
        current = moderation.locked(comment)
        found = current.appeals.filter(outcome=Appeal.Outcome.OPEN).select_related("event").first()
        if found is None:
            raise moderation.Conflict(f"Comment {current.pk} has no open appeal.")
        if found.event.actor_id == by.pk:
            raise moderation.Refused("This was your own decision: somebody else answers the appeal.")
        if not answer.strip():
            raise moderation.Refused("Write a note: the author is told why the decision stands.")
        found.outcome, found.answer = Appeal.Outcome.UPHELD, answer.strip()
        found.decided_by, found.decided_at = by, timezone.now()
        found.save()
        notifications.appeal_answered(current, found.event)
    return found
