"""Ratings that readers give, the bursts of them that were set aside, and what was decided about those."""

from typing import ClassVar

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from articles.models.article import Article
from newsite.journal import Entry


class RatingBurstQuerySet(models.QuerySet["RatingBurst"]):
    """Which bursts."""

    def waiting(self) -> "RatingBurstQuerySet":
        """Those about which nothing is decided yet."""
        return self.filter(state=RatingBurst.State.WAITING)


class RatingBurst(models.Model):
    """Ratings by first-time readers that came together; set aside until somebody has decided about them."""

    class Kind(models.TextChoices):
        PACE = "pace", "many readers at once"
        NETWORK = "network", "many readers of one network"

    class State(models.TextChoices):
        WAITING = "waiting"
        ACCEPTED = "accepted"
        DISCARDED = "discarded"

    article = models.ForeignKey(Article, models.CASCADE, related_name="rating_bursts")
    kind = models.CharField(max_length=8, choices=Kind)
    network = models.CharField(max_length=32, blank=True, help_text="key of the one network, removed after a while")
    usual = models.FloatField(help_text="how many ratings a minute the article was given before")
    began_at = models.DateTimeField()
    state = models.CharField(max_length=10, choices=State, default=State.WAITING)

    objects: ClassVar[RatingBurstQuerySet] = RatingBurstQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        verbose_name, verbose_name_plural = "burst of ratings", "set-aside ratings"
        default_permissions = ()
        permissions = (("review_ratings", "Can review ratings that were set aside"),)
        indexes = (
            models.Index(fields=["state", "id"], name="burst_by_state"),
            models.Index(fields=["article", "network"], condition=Q(state="waiting"), name="burst_waiting_of_network"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}, since {self.began_at:%d.%m.%Y %H:%M}"

    @property
    def counts(self) -> bool:
        """Whether its ratings are counted."""
        return self.state == self.State.ACCEPTED


class Rating(models.Model):
    """The one rating that a reader gave an article."""

    article = models.ForeignKey(Article, models.CASCADE, related_name="ratings")
    reader = models.CharField(max_length=32, db_index=True)
    network = models.CharField(max_length=32, blank=True, help_text="key of the network, removed after a while")
    newcomer = models.BooleanField(default=False, help_text="no rating by this reader had counted for a day")
    stars = models.PositiveSmallIntegerField(validators=[MinValueValidator(1), MaxValueValidator(5)])
    stars_before = models.PositiveSmallIntegerField(default=0, help_text="before the last change; 0: it is the first")
    counted = models.BooleanField(default=True, help_text="unless its burst waits or was discarded")
    burst = models.ForeignKey(RatingBurst, models.RESTRICT, null=True, related_name="ratings", db_index=False)
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["article", "reader"], name="one_rating_per_reader_and_article"),
            models.CheckConstraint(condition=Q(stars__range=(1, 5)), name="one_to_five_stars"),
            models.CheckConstraint(condition=Q(counted=True) | Q(burst__isnull=False), name="set_aside_with_a_burst"),
        )
        indexes = (
            models.Index(
                fields=["article", "network", "created_at"], condition=Q(newcomer=True), name="rating_by_newcomer"
            ),
            models.Index(fields=["burst"], condition=Q(burst__isnull=False), name="rating_of_burst"),
        )

    def __str__(self) -> str:
        return f"{self.stars} stars"


class RatingDecision(Entry):
    """One decision about a burst."""

    burst = models.ForeignKey(RatingBurst, models.CASCADE, related_name="decisions")
    action = models.CharField(max_length=8)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    old_state = models.CharField(max_length=10, choices=RatingBurst.State)
    new_state = models.CharField(max_length=10, choices=RatingBurst.State)
    ratings = models.PositiveIntegerField(help_text="how many ratings it was about")
    created_at = models.DateTimeField()

    class Meta:
        ordering = ("pk",)
        default_permissions = ()

    def __str__(self) -> str:
        return f"{self.action}: {self.old_state} → {self.new_state}"
