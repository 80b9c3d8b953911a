"""What readers write, what is decided about it, what others do with it, and who is told by mail."""

from comments.models.comment import BODY_LENGTH, NAME_LENGTH, Comment, Reason
from comments.models.event import ModerationEvent, Revision
from comments.models.following import Address, Notice, Subscription
from comments.models.queryset import CommentQuerySet
from comments.models.response import Report, Vote

__all__ = [
    "BODY_LENGTH",
    "NAME_LENGTH",
    "Address",
    "Comment",
    "CommentQuerySet",
    "ModerationEvent",
    "Notice",
    "Reason",
    "Report",
    "Revision",
    "Subscription",
    "Vote",
]
