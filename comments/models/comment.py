"""A comment or question: what its row holds, and what it knows about itself."""

import datetime
from typing import Any, ClassVar

from django.conf import settings
from django.core.validators import MaxLengthValidator, MinLengthValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString

from articles.models import Article
from articles.text import check_seen
from comments.models.queryset import CommentQuerySet

NAME_LENGTH = (2, 60)
BODY_LENGTH = (2, 5000)
PLACE = 19  # figures of the largest id
FOLDED_FROM, FOLDED_LINES = 1200, 18  # characters and lines from which pages fold a comment


class Reason(models.TextChoices):
    """Why a comment was rejected; its author is told."""

    SPAM = "spam"
    ADVERTISING = "advertising"
    OFFENSIVE = "offensive"
    HARASSMENT = "harassment"
    HATE_SPEECH = "hate_speech", "Hate speech"
    ILLEGAL = "illegal", "Illegal content"
    PERSONAL_DATA = "personal_data", "Personal data"
    MISINFORMATION = "misinformation"
    OFF_TOPIC = "off_topic", "Off topic"
    DUPLICATE = "duplicate"
    OTHER = "other"


def _listing(name: str, *columns: Any, **which: Any) -> models.Index:
    """An index for a list of threads: it ends with the id, like the order of the list."""
    return models.Index(*columns, F("id").desc(), name=name, condition=Q(is_shown=True, parent=None, **which))


def votes_told(pk: int, votes: int) -> SafeString:
    """The votes for a comment as threads show them: found again by the id when their number changes."""
    return format_html('<b id="votes-{}">{}</b>', pk, votes or "")


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

    class Role(models.TextChoices):
        READER = "", "reader"
        STAFF = "staff", "Staff"
        AUTHOR = "author", "Author"

    article = models.ForeignKey(Article, models.CASCADE, related_name="comments")
    parent = models.ForeignKey("self", models.CASCADE, null=True, blank=True, related_name="replies")
    thread = models.ForeignKey(
        "self", models.CASCADE, null=True, blank=True, related_name="+", help_text="the comment that began it"
    )
    path = models.CharField(
        max_length=2 * PLACE, default="", editable=False, help_text="where a reply stands in its thread"
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
    role = models.CharField(max_length=6, choices=Role, default=Role.READER, blank=True, editable=False)
    is_first = models.BooleanField(default=False, editable=False, help_text="the first that its reader published here")
    body = models.TextField(
        max_length=BODY_LENGTH[1],
        validators=[MinLengthValidator(BODY_LENGTH[0]), MaxLengthValidator(BODY_LENGTH[1]), check_seen],
    )
    body_html = models.TextField(editable=False)
    status = models.CharField(max_length=12, choices=Status, editable=False)
    created_at = models.DateTimeField()
    decided_at = models.DateTimeField(null=True, blank=True, editable=False)
    published_at = models.DateTimeField(null=True, blank=True, editable=False, help_text="for the first time")
    edited_at = models.DateTimeField(null=True, blank=True, editable=False)
    revision = models.PositiveSmallIntegerField(default=0, editable=False, help_text="how often it was edited")
    is_shown = models.BooleanField(default=False, editable=False, help_text="has a place in its thread")
    findings = models.JSONField(default=list, editable=False)
    risk = models.FloatField(default=0, editable=False, help_text="that something is wrong with it, from 0 to 1")
    text_key = models.CharField(max_length=16, default="", editable=False, help_text="equal for equal words")
    is_unread = models.BooleanField(default=False, editable=False, help_text="was published without a moderator")
    reader = models.CharField(max_length=32, blank=True, editable=False)
    network = models.CharField(max_length=32, blank=True, editable=False)

    pinned = models.BooleanField(default=False, editable=False, help_text="stands above the others")
    featured = models.BooleanField(default=False, editable=False, help_text="marked as the editors' choice")
    accepted = models.BooleanField(default=False, editable=False, help_text="a moderator took it for the answer")
    answer = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", help_text="the first one"
    )
    duplicate_of = models.ForeignKey(
        "self", models.SET_NULL, null=True, blank=True, editable=False, related_name="+", help_text="was asked before"
    )

    reply_count = models.PositiveIntegerField(default=0, editable=False, help_text="published replies to itself")
    votes = models.PositiveIntegerField(default=0, editable=False)
    open_reports = models.PositiveIntegerField(default=0, editable=False, help_text="of how many readers")
    score = models.FloatField(default=0, editable=False, help_text="orders the best first; see ranking.py")
    # What is stored with a comment that begins a thread, so that reading a discussion is reading one column.
    thread_size = models.PositiveIntegerField(default=0, editable=False, help_text="places shown below it")
    first_replies = models.JSONField(default=list, editable=False, help_text="ids")
    thread_html = models.TextField(default="", editable=False)
    thread_html_by = models.CharField(max_length=12, default="", editable=False, help_text="of which templates")

    objects: ClassVar[CommentQuerySet] = CommentQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        permissions = (
            ("moderate_comment", "Can approve, reject and mark comments as spam"),
            ("feature_comment", "Can pin and feature comments"),
            ("answer_comment", "Can answer as the newsroom"),
        )
        indexes = (
            _listing("comment_tops", F("article"), F("created_at").desc()),
            _listing("comment_tops_best", F("article"), F("score").desc()),
            _listing("comment_kinds", F("article"), F("kind"), F("created_at").desc()),
            _listing("comment_kinds_best", F("article"), F("kind"), F("score").desc()),
            _listing("comment_unanswered", F("article"), F("kind"), F("answer"), F("created_at").desc()),
            _listing("comment_pinned", F("article"), F("created_at").desc(), pinned=True),
            models.Index(F("thread"), F("path"), name="comment_replies", condition=Q(is_shown=True)),
            models.Index(F("parent"), F("id"), name="comment_direct_replies", condition=Q(status="published")),
            models.Index(F("article"), F("published_at"), name="comment_news", condition=Q(status="published")),
            models.Index(
                *(F("kind"), F("answer"), F("created_at"), F("id")),
                name="comment_questions",
                condition=Q(status="published"),
            ),
            models.Index(F("created_at"), F("id"), name="comment_reported", condition=Q(open_reports__gt=0)),
            # No index begins with the status: SQLite, which keeps no statistics, would read most of the table by it.
            models.Index(F("created_at"), F("id"), name="comment_queue", condition=Q(status="pending")),
            models.Index(F("risk").desc(), F("id").desc(), name="comment_risk", condition=Q(status="pending")),
            models.Index(F("created_at"), F("id"), name="comment_unread", condition=Q(is_unread=True)),
            models.Index(
                *(F("decided_at").desc(), F("id").desc()),
                name="comment_decided",
                condition=Q(decided_at__isnull=False),
            ),
            models.Index(F("text_key"), F("created_at"), name="comment_by_text"),
            models.Index(F("author_email"), F("created_at").desc(), name="comment_by_email"),
            models.Index(F("created_at"), F("status"), name="comment_by_time"),
            models.Index(F("article"), F("created_at").desc(), name="comment_by_article"),
            models.Index(F("reader"), F("created_at").desc(), name="comment_by_reader"),
            models.Index(F("network"), F("created_at").desc(), name="comment_by_network"),
        )

    def __str__(self) -> str:
        return f"{self.author_name}: {self.body[:60]}"

    def get_absolute_url(self) -> str:
        return reverse("comment", args=[self.pk])

    @property
    def is_published(self) -> bool:
        return self.status == self.Status.PUBLISHED

    @property
    def version(self) -> str:
        """What a moderator has before them: which text, in which status. A decision about another one is refused."""
        return f"{self.revision}-{self.status}"

    @property
    def is_question(self) -> bool:
        return self.kind == self.Kind.QUESTION

    @property
    def answered(self) -> bool:
        """Whether it is a question that has an answer."""
        return self.answer_id is not None

    @property
    def author_is_staff(self) -> bool:
        return self.author_id is not None

    @property
    def is_answer(self) -> bool:
        """Whether it answers a question: the newsroom wrote it, or a moderator accepted it."""
        return (self.author_is_staff or self.accepted) and self.parent is not None and self.parent.is_question

    @property
    def votes_told(self) -> SafeString:
        return votes_told(self.pk, self.votes)

    @property
    def is_deep(self) -> bool:
        """Whether it stands on the third level of its thread, where all deeper ones stand as well."""
        return len(self.path) > PLACE

    @property
    def is_displaced(self) -> bool:
        """Whether what it replies to is not the comment that it stands below."""
        return self.is_deep and self.parent_id != int(self.path[:PLACE])

    @property
    def is_long(self) -> bool:
        """Whether pages fold it."""
        return len(self.body) > FOLDED_FROM or self.body.count("\n") > FOLDED_LINES

    @property
    def editable_until(self) -> datetime.datetime:
        """Until when its author can edit it, if nothing else is against it."""
        return self.created_at + datetime.timedelta(minutes=settings.EDIT_MINUTES)

    def why_not_editable(self) -> str:
        """Why its author cannot edit it now, in a sentence; empty when they can."""
        if self.status not in (self.Status.UNCONFIRMED, self.Status.PENDING, self.Status.PUBLISHED):
            return f"It has been {'withdrawn' if self.status == self.Status.WITHDRAWN else 'rejected'}."
        if timezone.now() > self.editable_until:
            return f"It can be edited for {settings.EDIT_MINUTES} minutes after it was sent, and they are over."
        unread = (self.Status.UNCONFIRMED, self.Status.SPAM)
        if Comment.objects.filter(parent=self).exclude(status__in=unread).exists():
            return "Somebody has replied to it meanwhile."
        return ""

    def place_below(self, parent: "Comment") -> str:
        """The path of this reply: its ancestor on the second level and itself, as ids of one width. Sorted by it, a
        thread is in reading order; it consists of figures, so that every collation sorts it alike."""
        own = f"{self.pk:0{PLACE}d}"
        return parent.path[:PLACE] + own

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
