"""What is published: topics, articles with their stored counters."""

import datetime
import functools
import math
from typing import ClassVar, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, URLValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone

from articles.discussed import Discussed
from articles.models.section import Section
from articles.text import check_seen

STARS = (1, 2, 3, 4, 5)
WORDS_PER_MINUTE = 230  # silent reading of non-fiction in English: 238, Brysbaert, J. Mem. Lang. 109 (2019)

http_url = URLValidator(schemes=["http", "https"])


# What readers and decisions change in an article's row, each by its own verb.
COUNTERS = (*(f"stars_{stars}" for stars in STARS), "rating_count", "rating_sum", "rating_score")
COUNTERS += ("comment_count", "question_count")
PACE = (
    "rating_pace",
    "rating_excess",
    "rating_excess_from",
    "rating_burst_id",
    "rating_pace_at",
)  # see articles/pace.py


class Topic(models.Model):
    """A name worth a page of its own; the first mention of it in an article links there."""

    class Kind(models.TextChoices):
        COMPANY = "company"
        MODEL = "model"
        PERSON = "person"
        TOOL = "tool"
        CONCEPT = "concept"

    name = models.CharField(
        max_length=80, unique=True, help_text="Found in texts as written here; a concept in small letters, in any case."
    )
    slug = models.SlugField(max_length=80, unique=True)
    kind = models.CharField(max_length=10, choices=Kind)
    aliases = models.TextField(blank=True, max_length=2000, help_text="Other names for the same, one a line.")
    description = models.CharField(max_length=400, blank=True)

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name

    def get_absolute_url(self) -> str:
        return reverse("topic", args=[self.slug])

    @property
    def names(self) -> list[str]:
        """The name and all aliases."""
        return [self.name, *(line.strip() for line in self.aliases.splitlines() if line.strip())]


class ArticleQuerySet(models.QuerySet["Article"]):
    """Which articles; every page, feed and API call names its choice here."""

    def published(self, now: datetime.datetime | None = None) -> Self:
        """What readers may see: published, or scheduled for a time that has come."""
        return self.filter(status__in=Article.PUBLIC_STATUSES, published_at__lte=now or timezone.now())

    def due(self) -> Self:
        """Scheduled for a time that has come."""
        return self.filter(status=Article.Status.SCHEDULED, published_at__lte=timezone.now())

    def newest_first(self) -> Self:
        return self.order_by("-published_at", "-pk")

    def without_text(self) -> Self:
        """Their rows without the long columns, where no text is shown."""
        return self.defer("body", "body_html", "outline")

    def matching(self, words: str) -> Self:
        """Articles whose title or standfirst holds every one of the words; of a long search, the first words count."""
        found = self
        for word in words.replace("\0", " ")[:100].split()[:8]:
            found = found.filter(Q(title__icontains=word) | Q(standfirst__icontains=word))
        return found


class Article(Discussed):
    """An article. Its HTML, topics and counters are derived and stored, so that reading computes nothing."""

    class Status(models.TextChoices):
        DRAFT = "draft"
        SCHEDULED = "scheduled"
        PUBLISHED = "published"
        WITHDRAWN = "withdrawn"

    PUBLIC_STATUSES = (Status.PUBLISHED, Status.SCHEDULED)

    title = models.CharField(max_length=200, validators=[check_seen])
    slug = models.SlugField(max_length=200, unique=True)
    standfirst = models.TextField(
        max_length=400,
        blank=True,
        validators=[MaxLengthValidator(400), check_seen],
        help_text="The lines under the title. Left empty, the beginning of the text.",
    )
    body = models.TextField(
        max_length=200_000, validators=[MaxLengthValidator(200_000), check_seen], help_text="Markdown."
    )
    body_html = models.TextField(editable=False)
    outline = models.JSONField(default=list, editable=False)
    minutes = models.PositiveSmallIntegerField(default=1, editable=False)
    section = models.ForeignKey(Section, models.PROTECT, related_name="articles")
    extra_topics = models.ManyToManyField(
        Topic, blank=True, related_name="+", help_text="Topics that the text does not name itself."
    )
    topics = models.ManyToManyField(Topic, blank=True, editable=False, related_name="articles")
    byline = models.CharField(max_length=120, blank=True, validators=[check_seen])
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        blank=True,
        related_name="+",
        help_text="The account of who wrote it; what they answer below it is marked as the author's.",
    )
    source_name = models.CharField(max_length=120, blank=True, validators=[check_seen])
    source_url = models.URLField(blank=True, validators=[http_url])
    status = models.CharField(max_length=10, choices=Status, default=Status.DRAFT, editable=False)
    published_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    updated_at = models.DateTimeField(auto_now=True)

    stars_1 = models.PositiveIntegerField(default=0, editable=False)
    stars_2 = models.PositiveIntegerField(default=0, editable=False)
    stars_3 = models.PositiveIntegerField(default=0, editable=False)
    stars_4 = models.PositiveIntegerField(default=0, editable=False)
    stars_5 = models.PositiveIntegerField(default=0, editable=False)
    rating_count = models.PositiveIntegerField(default=0, editable=False)
    rating_sum = models.PositiveIntegerField(default=0, editable=False)
    rating_score = models.FloatField(default=0, editable=False, help_text="Bayesian average; orders lists.")

    rating_pace = models.FloatField(default=0, editable=False, help_text="ratings a minute, of those that count")
    rating_excess = models.FloatField(default=0, editable=False, help_text="first-time readers above that pace")
    rating_excess_from = models.BigIntegerField(default=0, editable=False, help_text="the first rating of the excess")
    rating_burst = models.ForeignKey(
        "RatingBurst", models.SET_NULL, null=True, editable=False, related_name="+", help_text="the one that goes on"
    )
    rating_pace_at = models.FloatField(default=0, editable=False, help_text="seconds since 1970")

    objects: ClassVar[ArticleQuerySet] = ArticleQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        permissions = (("publish_article", "Can publish, schedule and withdraw articles"),)
        indexes = (
            models.Index(F("published_at").desc(), F("id").desc(), name="article_stream"),
            models.Index(F("section"), F("published_at").desc(), F("id").desc(), name="article_by_section"),
            models.Index(F("rating_score").desc(), F("id").desc(), name="article_by_rating"),
            models.Index(F("comment_count").desc(), F("id").desc(), name="article_by_comments"),
        )
        constraints = (
            models.CheckConstraint(
                condition=Q(published_at__isnull=False) | Q(status__in=["draft", "withdrawn"]),
                name="public_article_has_a_time",
            ),
        )

    def __str__(self) -> str:
        return self.title

    def get_absolute_url(self) -> str:
        return reverse("article", args=[self.slug])

    @property
    def stamp(self) -> str:
        """What pages that show only this article name as their subject."""
        return f"article-{self.pk}"

    @property
    def full_url(self) -> str:
        """The address with the site's name, for mails and programs."""
        return settings.SITE_URL + self.get_absolute_url()

    @functools.cached_property
    def topic_list(self) -> list[Topic]:
        """Its topics, read once however often a page shows them."""
        return list(self.topics.all())

    @property
    def is_public(self) -> bool:
        return (
            self.status in self.PUBLIC_STATUSES
            and self.published_at is not None
            and self.published_at <= timezone.now()
        )

    @property
    def rating_average(self) -> float | None:
        """The plain average of the ratings that count, from 1 to 5, or None while there is none."""
        return self.rating_sum / self.rating_count if self.rating_count else None

    @property
    def rating_told(self) -> str:
        """The average as pages write it, such as 4.3."""
        return f"{self.rating_average:.1f}" if self.rating_average else ""

    @property
    def histogram(self) -> dict[int, int]:
        """How many readers gave each number of stars."""
        return {stars: getattr(self, f"stars_{stars}") for stars in STARS}

    def count_minutes(self) -> int:
        """How long the text takes to read, in whole minutes."""
        return max(1, math.ceil(len(self.body.split()) / WORDS_PER_MINUTE))


class Correction(models.Model):
    """What was wrong in an article, and since when it is put right."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="corrections")
    text = models.TextField(max_length=1000)
    corrected_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("corrected_at",)

    def __str__(self) -> str:
        return self.text[:60]
