"""The API's view of comments: a discussion, one comment, and what its author and its readers do with it."""

from comments.api.author import AppealView, CommentView, FollowView, StatusView
from comments.api.discussion import CaptchaView, CommentsView, PreviewView
from comments.api.readers import RepliesView, ReportView, VoteView

__all__ = [
    "AppealView",
    "CaptchaView",
    "CommentView",
    "CommentsView",
    "FollowView",
    "PreviewView",
    "RepliesView",
    "ReportView",
    "StatusView",
    "VoteView",
]
