"""The one table."""

from django.db import models


class Note(models.Model):
    """As much of a comment as is needed to have a row of its size."""

    author_name = models.CharField(max_length=60)
    body = models.TextField()
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "insert_site"
