"""What authors answer to a decision, and the sentences that moderators use again."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q

from articles.text import check_seen
from comments.models.comment import Comment, Reason
from comments.models.event import ModerationEvent

APPEAL_LENGTH = 2000


class Appeal(models.Model):
    """An author asks that a decision be looked at again, once; somebody else than its maker does."""

    class Outcome(models.TextChoices):
        OPEN = "", "waits"
        UPHELD = "upheld", "the decision stands"
        REVERSED = "reversed", "the decision was taken back"

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="appeals")
    event = models.OneToOneField(
        ModerationEvent, models.CASCADE, related_name="appeal", help_text="the decision that is appealed against"
    )
    text = models.TextField(
        max_length=APPEAL_LENGTH,
        validators=[MaxLengthValidator(APPEAL_LENGTH), check_seen],
        help_text="why it is wrong",
    )
    created_at = models.DateTimeField()
    outcome = models.CharField(max_length=8, choices=Outcome, blank=True, default=Outcome.OPEN)
    answered_by = models.ForeignKey(
        ModerationEvent, models.CASCADE, null=True, related_name="answers", help_text="what was decided then"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["comment"], condition=Q(outcome=""), name="one_open_appeal_per_comment"),
        )
        indexes = (models.Index(F("created_at"), F("id"), name="appeal_open", condition=Q(outcome="")),)

    def __str__(self) -> str:
        return f"against {self.event}"


class NoteTemplate(models.Model):
    """A note to authors that is needed again and again."""

    reason = models.CharField(max_length=16, choices=Reason)
    text = models.CharField(max_length=1000, validators=[check_seen])

    class Meta:
        ordering = ("reason", "pk")

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.text[:60]}"
