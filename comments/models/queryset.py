"""Which comments: pages, API, mail and admin name their choice here."""

from typing import TYPE_CHECKING, Any, Self

from django.db import models
from django.db.models import Q

from articles.models import Article

if TYPE_CHECKING:
    from comments.models.comment import Comment  # noqa: F401 - named in a string below


class CommentQuerySet(models.QuerySet["Comment"]):
    """Which comments; pages, API and admin name their choice here."""

    def published(self) -> Self:
        """What readers may see."""
        return self.filter(status=self.model.Status.PUBLISHED)

    def waiting(self) -> Self:
        """What a moderator has to decide."""
        return self.filter(status=self.model.Status.PENDING)

    def decided(self) -> Self:
        """What was published or removed, by whomever."""
        return self.filter(decided_at__isnull=False).exclude(status=self.model.Status.WITHDRAWN)

    def reported(self) -> Self:
        """What readers have complained about since a moderator last decided."""
        return self.filter(open_reports__gt=0)

    def unanswered(self) -> Self:
        """Published questions that nobody has answered yet."""
        return self.published().filter(kind=self.model.Kind.QUESTION, answer=None)

    def of(self, article: Article) -> Self:
        return self.filter(article=article)

    def shown(self) -> Self:
        """What has a place in its thread: published, withdrawn after that, or removed above published replies."""
        return self.filter(is_shown=True)

    def tops(self) -> Self:
        """Those shown that begin a thread."""
        return self.shown().filter(parent=None)

    def newest_first(self) -> Self:
        return self.order_by("-created_at", "-pk")

    def answers_to(self, question: Any) -> Self:
        """The published replies that answer a question: those of the newsroom, and those that a moderator accepted."""
        return self.published().filter(Q(author__isnull=False) | Q(accepted=True), parent=question).order_by("pk")
