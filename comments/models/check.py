"""What services outside are still to be asked about."""

from django.db import models

from comments.models.comment import Comment


class ExternalCheck(models.Model):
    """A comment that the services outside have not looked at yet; the row goes when they have. Without such services
    there is none."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="external_check")
    revision = models.PositiveSmallIntegerField(help_text="of the text that they are asked about")
    may_show = models.BooleanField(default=False, help_text="screening may publish it, as nothing was against it")
    due_at = models.DateTimeField(db_index=True, help_text="a worker that asks sets this to when another one may")
    address = models.CharField(max_length=45, blank=True, help_text="only for Akismet, which wants it")
    agent = models.CharField(max_length=300, blank=True, help_text="the browser, only for Akismet")

    def __str__(self) -> str:
        return f"about comment {self.comment.pk}"
