"""What happened to a comment: decisions about it, and earlier texts of it. Both are only added to."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Exists, F, OuterRef

from comments.models.comment import Comment, Reason
from newsite.journal import Entry, EntryQuerySet


class Action(models.TextChoices):
    """What can be done with a comment."""

    APPROVE = "approve"
    KEEP = "keep"
    REJECT = "reject"
    SPAM = "spam"
    HOLD = "hold"
    UPHOLD = "uphold"
    UNDO = "undo"
    CONFIRM = "confirm"
    WITHDRAW = "withdraw"


class By(models.TextChoices):
    """In what capacity somebody acts."""

    MODERATOR = "moderator"
    STAFF = "staff", "staff, about their own answer"
    SCREENING = "screening"
    REPORTS = "reports"
    AUTHOR = "author"


class EventQuerySet(EntryQuerySet["ModerationEvent"]):
    """What was done, seen from what holds today."""

    def standing(self) -> "EventQuerySet":
        """What nobody has taken back, without the taking back itself."""
        return self.filter(undone_by=None).exclude(action=Action.UNDO)

    def deciding(self) -> "EventQuerySet":
        """What brought a comment into another status and stands."""
        return self.standing().exclude(new_status=F("old_status"))

    def first_looks(self) -> "EventQuerySet":
        """What moderators did first with comments that waited for them."""
        looks = self.filter(by=By.MODERATOR, old_status=Comment.Status.PENDING)
        earlier = ModerationEvent.objects.filter(comment=OuterRef("comment"), by=By.MODERATOR, pk__lt=OuterRef("pk"))
        return looks.exclude(Exists(earlier))


class ModerationEvent(Entry):
    """One decision about a comment: the audit log, the statement of reasons, the undo and the statistics in one."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="events")
    action = models.CharField(max_length=10, choices=Action)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="the moderator; empty when it was done by screening or by the author",
    )
    by = models.CharField(max_length=10, choices=By)
    undoes = models.OneToOneField(
        "self", models.CASCADE, null=True, related_name="undone_by", help_text="the event that this one takes back"
    )
    old_status = models.CharField(max_length=12, choices=Comment.Status)
    new_status = models.CharField(max_length=12, choices=Comment.Status)
    reason = models.CharField(max_length=16, blank=True, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.action}: {self.old_status} → {self.new_status}"

    @property
    def is_personal(self) -> bool:
        """Whether a person has decided, and not a program."""
        return self.by in (By.MODERATOR, By.STAFF)

    @property
    def told(self) -> str:
        """The note as the author reads it: what is done by itself notes for the newsroom what it noticed, and for the
        author only what no reason says."""
        return self.note if self.is_personal or self.reason == Reason.OTHER else ""


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
