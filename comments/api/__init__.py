"""The API's view of comments: a discussion, one comment, and what its author and its readers do with it."""

from comments.api.author import AppealView, CommentView, FollowView, StatusView
from comments.api.discussion import CaptchaView, CommentsView, PreviewView
from comments.api.moderation import BulkView, DecideView, EventsView, QueueView
from comments.api.readers import RepliesView, ReportView, VoteView

__all__ = [
    "AppealView",
    "BulkView",
    "CaptchaView",
    "CommentView",
    "CommentsView",
    "DecideView",
    "EventsView",
    "FollowView",
    "PreviewView",
    "QueueView",
    "RepliesView",
    "ReportView",
    "StatusView",
    "VoteView",
]
