"""The newsroom's side: comments to decide, what was decided, what was reported."""

from comments.admin.comment import CommentAdmin
from comments.admin.log import EventAdmin, ReportAdmin

__all__ = ["CommentAdmin", "EventAdmin", "ReportAdmin"]
