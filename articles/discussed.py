"""What an article knows of its discussion: whether it is open, and if not, since when and why."""

import datetime
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.db import models
from django.utils import dateformat, timezone
from django.utils.html import format_html

from articles.policy import TOLD, Policy, in_force, policy_field
from articles.text import check_seen

CLOSED_BY_EDITOR = "This discussion was closed on {when}{why} You can still read it."
CLOSED_AT_SOME_TIME = "This discussion is closed{why} You can still read it."
CLOSED_BY_ITSELF = "Discussions close {days} after publication; this one closed on {when}. You can still read it."


class Discussed(models.Model):
    """The part of an article that is about its discussion."""

    # The article's own:
    published_at: "models.DateTimeField[Any, datetime.datetime | None]"
    section: Any

    comments_policy = policy_field()
    comments_closed_at = models.DateTimeField(null=True, editable=False, help_text="empty also when it is not known")
    comments_closed_because = models.CharField(
        max_length=200,
        blank=True,
        validators=[check_seen],
        help_text="Why the discussion is closed. Readers are shown it.",
    )
    comment_count = models.PositiveIntegerField(default=0, editable=False)
    question_count = models.PositiveIntegerField(default=0, editable=False)

    class Meta:
        abstract = True

    @property
    def discussion_count(self) -> int:
        """Comments and questions together, as the page counts them."""
        return self.comment_count + self.question_count

    @property
    def policy(self) -> str:
        """When a comment shows here: the policy in force, which is `closed` also when time has closed it."""
        return Policy.CLOSED if self._closed_by_itself else in_force(self.comments_policy, self.section)

    @property
    def policy_told(self) -> str:
        """To who writes: when it will show."""
        return TOLD[Policy(self.policy)]

    @property
    def comments_open(self) -> bool:
        return self.policy != Policy.CLOSED

    @property
    def comments_closed_since(self) -> datetime.datetime | None:
        """Since when the discussion is closed; None while it is open, or when nobody knows."""
        if self._site_is_closed:
            return None
        if self._closed_by_editor:  # who closed it said so, and may have said why: that goes before the setting
            return self.comments_closed_at
        if self.published_at and self._closed_by_itself:
            return self.published_at + datetime.timedelta(days=settings.CLOSE_AFTER_DAYS)
        return None

    @property
    def closed_told(self) -> str:
        """To readers of a closed discussion: since when and why it is closed."""
        return self._tell_closed(str.format, "{day}")

    @property
    def closed_html(self) -> str:
        """The same for pages, with its date marked."""
        return self._tell_closed(format_html, '<time datetime="{at}">{day}</time>')

    @property
    def _site_is_closed(self) -> bool:
        return bool(self.section.site.emergency == Policy.CLOSED)

    @property
    def _closed_by_editor(self) -> bool:
        return in_force(self.comments_policy, self.section) == Policy.CLOSED

    @property
    def _closed_by_itself(self) -> bool:
        days = settings.CLOSE_AFTER_DAYS
        is_over = self.published_at and timezone.now() - self.published_at >= datetime.timedelta(days=days)
        return bool(days and is_over)

    def _tell_closed(self, fill: Callable[..., str], date: str) -> str:
        """`fill` puts values into a pattern, such as the one of a date."""
        since, site = self.comments_closed_since, self.section.site
        because = site.emergency_because if self._site_is_closed else self.comments_closed_because
        by_editor = CLOSED_BY_EDITOR if since else CLOSED_AT_SOME_TIME
        pattern = by_editor if self._closed_by_editor else CLOSED_BY_ITSELF
        at = timezone.localtime(since) if since else None
        when = fill(date, at=at.isoformat(), day=dateformat.format(at, "j F Y")) if at else ""
        why = f": {because}" if because else ""
        why += "" if why.endswith((".", "!", "?", "…")) else "."
        days = settings.CLOSE_AFTER_DAYS
        return fill(pattern, when=when, why=why, days=f"{days} day{'' if days == 1 else 's'}")
