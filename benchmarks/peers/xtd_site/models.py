"""What is commented on."""

from django.db import models


class Article(models.Model):
    """Its number is how many comments it has."""

    title = models.CharField(max_length=100)

    class Meta:
        app_label = "xtd_site"

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return f"/{self.pk}/"
