"""Who is told by mail: addresses that were confirmed, what each follows, and what it is still to be told."""

from typing import ClassVar, Self

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from articles.models import Article
from comments.models.comment import Comment
from comments.models.event import ModerationEvent


class Address(models.Model):
    """An e-mail address as one reader gave it. Until its link is followed, nothing but that link is sent to it.

    Another reader who gives the same address confirms it again: nobody gets mail because a stranger typed theirs.
    """

    email = models.EmailField("e-mail")
    reader = models.CharField(max_length=32)
    confirmed_at = models.DateTimeField(null=True, blank=True)
    quiet_until = models.DateTimeField(default=timezone.now, help_text="what comes before this time is sent together")
    created_at = models.DateTimeField(auto_now_add=True, db_index=True)

    class Meta:
        verbose_name_plural = "addresses"
        constraints = (models.UniqueConstraint(fields=["email", "reader"], name="one_address_per_reader_and_email"),)

    def __str__(self) -> str:
        return self.email


class SubscriptionQuerySet(models.QuerySet["Subscription"]):
    """Which subscriptions."""

    def about(self, comment: Comment, *kinds: "Subscription.Kind") -> Self:
        """Those that concern this very comment."""
        return self.filter(comment=comment, kind__in=kinds)


class Subscription(models.Model):
    """What an address is told about."""

    class Kind(models.TextChoices):
        DECISION = "decision", "what is decided about your comment"
        REPLIES = "replies", "replies to your comment"
        REPORT = "report", "what is decided about the comment that you reported"
        ARTICLE = "article", "new comments on an article"

    address = models.ForeignKey(Address, models.CASCADE, related_name="subscriptions")
    kind = models.CharField(max_length=10, choices=Kind)
    comment = models.ForeignKey(Comment, models.CASCADE, null=True, blank=True, related_name="+")
    article = models.ForeignKey(Article, models.CASCADE, null=True, blank=True, related_name="+")
    told_until = models.DateTimeField(default=timezone.now, help_text="of an article: until when it was told")

    objects: ClassVar[SubscriptionQuerySet] = SubscriptionQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        constraints = (
            models.UniqueConstraint(
                F("address"), F("kind"), F("comment"), name="one_subscription_per_comment", condition=~Q(comment=None)
            ),
            models.UniqueConstraint(
                F("address"), F("article"), name="one_subscription_per_article", condition=~Q(article=None)
            ),
            models.CheckConstraint(
                condition=Q(comment=None, article__isnull=False) | Q(comment__isnull=False, article=None),
                name="subscription_to_one_thing",
            ),
        )

    def __str__(self) -> str:
        return f"{self.address}: {self.get_kind_display()}"


class Notice(models.Model):
    """Something that an address is to be told; gone when it stands in a mail."""

    class Kind(models.TextChoices):
        DECIDED = "decided"
        REPLIED = "replied"
        ANSWERED = "answered"
        REPORTED = "reported"
        APPEALED = "appealed"

    subscription = models.ForeignKey(Subscription, models.CASCADE, related_name="notices")
    kind = models.CharField(max_length=10, choices=Kind)
    comment = models.ForeignKey(Comment, models.CASCADE, related_name="+", help_text="what it is about")
    event = models.ForeignKey(ModerationEvent, models.CASCADE, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.kind}: comment {self.comment_id}"
