"""What happened to a comment: decisions about it, and earlier texts of it. Both are only added to."""

from typing import ClassVar

from django.conf import settings
from django.db import models

from comments.models.comment import Comment, Reason
from newsite.journal import Entry, EntryQuerySet


class ModerationEvent(Entry):
    """One decision about a comment: the audit log, the statement of reasons, the undo and the statistics in one."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="events")
    action = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="the moderator; empty when it was done by screening or by the author",
    )
    by = models.CharField(max_length=10, help_text="moderator, screening, author or reports")
    old_status = models.CharField(max_length=12, choices=Comment.Status)
    new_status = models.CharField(max_length=12, choices=Comment.Status)
    reason = models.CharField(max_length=16, blank=True, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[EntryQuerySet["ModerationEvent"]] = EntryQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.action}: {self.old_status} → {self.new_status}"

    @property
    def told(self) -> str:
        """The note as the author reads it: what is done by itself notes for the newsroom what it noticed, and for the
        author only what no reason says."""
        return self.note if self.by == "moderator" or self.reason == Reason.OTHER else ""


class Revision(models.Model):
    """A text that a comment had before its author changed it."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="revisions")
    number = models.PositiveSmallIntegerField(help_text="0 is the text that was sent first")
    body = models.TextField()
    replaced_at = models.DateTimeField()

    class Meta:
        ordering = ("number",)
        constraints = (models.UniqueConstraint(fields=["comment", "number"], name="one_text_per_revision"),)

    def __str__(self) -> str:
        return f"{self.number}: {self.body[:60]}"
