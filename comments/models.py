"""What readers write, and what was decided about it."""

from typing import Any, ClassVar, NoReturn, Self

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import F, Q

from articles.models import Article
from articles.text import check_seen

NAME_LENGTH = (2, 60)
BODY_LENGTH = (2, 5000)


class Reason(models.TextChoices):
    """Why a comment was rejected; its author is told."""

    SPAM = "spam"
    ADVERTISING = "advertising"
    OFFENSIVE = "offensive"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech", "hate speech"
    ILLEGAL = "illegal", "illegal content"
    PERSONAL_DATA = "personal_data", "personal data"
    MISINFORMATION = "misinformation"
    OFF_TOPIC = "off_topic", "off topic"
    DUPLICATE = "duplicate"
    OTHER = "other"


class CommentQuerySet(models.QuerySet["Comment"]):
    """Which comments; pages, API and admin name their choice here."""

    def published(self) -> Self:
        """What readers may see."""
        return self.filter(status=Comment.Status.PUBLISHED)

    def waiting(self) -> Self:
        """What a moderator has to decide."""
        return self.filter(status=Comment.Status.PENDING)

    def of(self, article: Article) -> Self:
        return self.filter(article=article)

    def tops(self) -> Self:
        """Those that begin a thread."""
        return self.filter(parent=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def that_are_answered(self, answered: bool) -> Self:
        """Those that the newsroom has replied to, or has not."""
        return self.filter(answer_count__gt=0) if answered else self.filter(answer_count=0)


class Comment(models.Model):
    """A comment or question of a reader. Its status is written by `moderation` alone."""

    class Kind(models.TextChoices):
        COMMENT = "comment"
        QUESTION = "question"

    class Status(models.TextChoices):
        UNCONFIRMED = "unconfirmed", "waits for the mailed link"
        PENDING = "pending"
        PUBLISHED = "published"
        REJECTED = "rejected"
        SPAM = "spam"
        WITHDRAWN = "withdrawn"

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", help_text="the comment that began it"
    )
    kind = models.CharField(max_length=10, choices=Kind, default=Kind.COMMENT)
    author_name = models.CharField("name", max_length=NAME_LENGTH[1], validators=[MinLengthValidator(2), check_seen])
    author_email = models.EmailField("e-mail", blank=True)
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        null=True,
        blank=True,
        related_name="+",
        help_text="the member of staff who wrote it; their account can be made inactive, not deleted",
    )
    body = models.TextField(
        max_length=BODY_LENGTH[1],
        validators=[MinLengthValidator(BODY_LENGTH[0]), MaxLengthValidator(BODY_LENGTH[1]), check_seen],
    )
    body_html = models.TextField(editable=False)
    status = models.CharField(max_length=12, choices=Status, editable=False)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    notify = models.BooleanField(default=True, help_text="tell the author by e-mail what was decided")
    findings = models.JSONField(default=list, editable=False)
    reader = models.CharField(max_length=32, blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)

    reply_count = models.PositiveIntegerField(default=0, editable=False)
    answer_count = models.PositiveIntegerField(default=0, editable=False, help_text="replies by the newsroom")
    # What is stored with a comment that begins a thread, so that reading a discussion is reading one column.
    thread_size = models.PositiveIntegerField(default=0, editable=False, help_text="replies at any depth")
    first_replies = models.JSONField(default=list, editable=False, help_text="ids")
    thread_html = models.TextField(default="", editable=False)
    thread_html_by = models.CharField(max_length=12, default="", editable=False, help_text="of which templates")
    votes = models.PositiveIntegerField(default=0, editable=False)
    pinned = models.BooleanField(default=False)

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        permissions = (("moderate_comment", "Can approve, reject and mark comments as spam"),)
        indexes = (
            models.Index(
                F("article"),
                F("created_at").desc(),
                F("id").desc(),
                name="comment_tops",
                condition=Q(status="published", parent=None),
            ),
            models.Index(
                F("thread"), F("created_at"), F("id"), name="comment_replies", condition=Q(status="published")
            ),
            models.Index(F("status"), F("created_at"), F("id"), name="comment_queue"),
            models.Index(F("article"), F("created_at").desc(), name="comment_by_article"),
            models.Index(F("reader"), F("created_at").desc(), name="comment_by_reader"),
            models.Index(F("network"), F("created_at").desc(), name="comment_by_network"),
        )

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"

    def get_absolute_url(self) -> str:
        return f"{self.article.get_absolute_url()}#comment-{self.pk}"

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    @property
    def answered(self) -> bool:
        """Whether the newsroom has replied to it, which makes a question an answered one."""
        return self.answer_count > 0

    @property
    def author_is_staff(self) -> bool:
        return self.author_id is not None

    @property
    def is_answer(self) -> bool:
        """Whether the newsroom answers a question with it."""
        return self.author_is_staff and self.parent is not None and self.parent.is_question

    @property
    def status_told(self) -> str:
        """The status as its author is told it."""
        return self.Status.PENDING if self.status == self.Status.UNCONFIRMED else self.status

    @property
    def tint(self) -> int:
        """Which of twelve tints the monogram has: always the same for a name."""
        return sum(self.author_name.casefold().encode()) % 12

    @property
    def monogram(self) -> str:
        words = [word for word in self.author_name.split() if word[0].isalnum()] or [self.author_name]
        return "".join(word[0] for word in (words[:1] + words[-1:] if len(words) > 1 else words)).upper()


class EventQuerySet(models.QuerySet["ModerationEvent"]):
    """Events are added and read; there is no other way to treat them."""

    def update(self, **kwargs: Any) -> NoReturn:
        raise TypeError("A moderation event cannot be changed.")

    def delete(self) -> NoReturn:
        raise TypeError("A moderation event cannot be deleted.")


class ModerationEvent(models.Model):
    """One decision about a comment: the audit log, the statement of reasons, the undo and the statistics in one."""

    comment = models.ForeignKey(Comment, models.CASCADE, related_name="events")
    action = models.CharField(max_length=10)
    actor = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.SET_NULL,
        null=True,
        related_name="+",
        help_text="the moderator; empty when it was done by screening or by the author",
    )
    by = models.CharField(max_length=10, help_text="moderator, screening, author or reports")
    old_status = models.CharField(max_length=12, choices=Comment.Status)
    new_status = models.CharField(max_length=12, choices=Comment.Status)
    reason = models.CharField(max_length=16, blank=True, choices=Reason)
    note = models.CharField(max_length=1000, blank=True)
    created_at = models.DateTimeField(db_index=True)

    objects: ClassVar[EventQuerySet] = EventQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("pk",)

    def __str__(self) -> str:
        return f"{self.action}: {self.old_status} → {self.new_status}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        if self.pk is not None:
            raise TypeError("A moderation event cannot be changed.")
        super().save(*args, **kwargs)

    def delete(self, *args: Any, **kwargs: Any) -> NoReturn:
        raise TypeError("A moderation event cannot be deleted.")
