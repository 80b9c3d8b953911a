"""What readers write, what is decided about it, what others do with it, and who is told by mail."""

from comments.models.appeal import APPEAL_LENGTH, Appeal, NoteTemplate
from comments.models.author import AuthorNote, Block
from comments.models.check import ExternalCheck
from comments.models.claim import Claim
from comments.models.comment import BODY_LENGTH, NAME_LENGTH, Comment, Reason
from comments.models.event import Action, By, ModerationEvent, Revision
from comments.models.following import Address, Notice, Subscription
from comments.models.queryset import CommentQuerySet
from comments.models.response import Report, Vote
from comments.models.screening import Classifier, Feature, Rule, Verdict

__all__ = [
    "APPEAL_LENGTH",
    "BODY_LENGTH",
    "NAME_LENGTH",
    "Action",
    "Address",
    "Appeal",
    "AuthorNote",
    "Block",
    "By",
    "Claim",
    "Classifier",
    "Comment",
    "CommentQuerySet",
    "ExternalCheck",
    "Feature",
    "ModerationEvent",
    "NoteTemplate",
    "Notice",
    "Reason",
    "Report",
    "Revision",
    "Rule",
    "Subscription",
    "Verdict",
    "Vote",
]
