"""Which moderator is looking at a comment now."""

from django.conf import settings
from django.db import models

from comments.models.comment import Comment


class Claim(models.Model):
    """A moderator has a comment before them; others are shown that, so that nobody does the same work."""

    comment = models.OneToOneField(Comment, models.CASCADE, related_name="+")
    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.user}: comment {self.comment_id}"
