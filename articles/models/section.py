"""The parts of the paper."""

from django.db import models
from django.urls import reverse

from articles.policy import SitePolicy, policy_field
from articles.text import check_seen

STREAM_SLUG = "real-time"  # the section that is the stream of everything, that is the home page


class SectionManager(models.Manager["Section"]):
    """Sections come with what holds for the whole site."""

    def get_queryset(self) -> "models.QuerySet[Section]":
        return super().get_queryset().select_related("site")


class Section(models.Model):
    """A part of the paper, such as Research."""

    name = models.CharField(max_length=60, unique=True, validators=[check_seen])
    slug = models.SlugField(max_length=60, unique=True)
    description = models.CharField(max_length=200, blank=True)
    position = models.PositiveSmallIntegerField(default=0, help_text="Lower comes first in the navigation.")
    comments_policy = policy_field()
    site = models.ForeignKey(SitePolicy, models.PROTECT, default=1, editable=False, related_name="+")

    objects = SectionManager()

    class Meta:
        ordering = ("position", "name")
        base_manager_name = "objects"  # also when an article asks for its own

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("home") if self.slug == STREAM_SLUG else reverse("section", args=[self.slug])
