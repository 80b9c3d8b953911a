"""What readers do with the comments of others: vote for them, report them."""

from django.core.validators import MaxLengthValidator
from django.db import models
from django.db.models import F, Q

from articles.text import check_seen
from comments.models.comment import Comment, Reason
from comments.models.event import ModerationEvent


class Vote(models.Model):
    """A reader found a comment helpful."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+")
    reader = models.CharField(max_length=32, db_index=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["comment", "reader"], name="one_vote_per_reader_and_comment"),)

    def __str__(self) -> str:
        return f"for comment {self.comment_id}"


class Report(models.Model):
    """A reader says that a comment should not stand there. Open until a moderator decides about the comment."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="reports")
    reader = models.CharField(max_length=32, db_index=True)
    network = models.CharField(max_length=32, blank=True, help_text="key of the network, removed after a while")
    reason = models.CharField(max_length=16, choices=Reason)
    detail = models.TextField(
        max_length=2000, blank=True, validators=[MaxLengthValidator(2000), check_seen], help_text="what is wrong"
    )
    # A notice of illegal content, as article 16 of the Digital Services Act describes it, says who sends it.
    is_notice = models.BooleanField("notice of illegal content", default=False)
    name = models.CharField(max_length=120, blank=True, validators=[check_seen])
    email = models.EmailField("e-mail", blank=True)
    created_at = models.DateTimeField()
    settled_by = models.ForeignKey(
        ModerationEvent, models.SET_NULL, null=True, blank=True, related_name="+", help_text="empty while it is open"
    )

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["comment", "reader"], name="one_report_per_reader_and_comment", condition=Q(is_notice=False)
            ),
        )
        indexes = (models.Index(F("comment"), F("id"), name="report_open", condition=Q(settled_by=None)),)

    def __str__(self) -> str:
        return f"{self.get_reason_display()}: {self.detail[:60]}"
