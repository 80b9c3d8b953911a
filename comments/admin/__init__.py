"""The newsroom's side: comments to decide, what was decided, what was reported, what screening looks for."""

from comments.admin.comment import CommentAdmin
from comments.admin.log import EventAdmin, ReportAdmin
from comments.admin.screening import BlockAdmin, ClassifierAdmin, NoteTemplateAdmin, RuleAdmin

__all__ = [
    "BlockAdmin",
    "ClassifierAdmin",
    "CommentAdmin",
    "EventAdmin",
    "NoteTemplateAdmin",
    "ReportAdmin",
    "RuleAdmin",
]
