"""What was decided about a comment, read from its events: what stands, and what can still be taken back."""

import datetime

from django.conf import settings
from django.contrib.auth.models import User
from django.utils import timezone

from comments.models import Action, Comment, ModerationEvent


def standing(comment: Comment) -> ModerationEvent | None:
    """The decision that brought the comment into the status it has."""
    return comment.events.deciding().filter(new_status=comment.status).last()


def is_undoable(last: ModerationEvent | None, user: User | None) -> bool:
    """Whether this moderator can take back the last event of a comment: it is their own, young, and not an undo."""
    if last is None or user is None or last.actor_id != user.pk or last.action == Action.UNDO:
        return False
    return last.created_at >= timezone.now() - datetime.timedelta(minutes=settings.UNDO_MINUTES)
