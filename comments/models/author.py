"""What the newsroom keeps about authors: who is blocked, and what moderators want to remember."""

from typing import ClassVar, Self

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.text import check_seen


class BlockQuerySet(models.QuerySet["Block"]):
    """Which blocks."""

    def active(self) -> Self:
        """Those that have not run out."""
        return self.filter(Q(expires_at=None) | Q(expires_at__gt=timezone.now()))

    def holding(self, known: dict[str, str]) -> Self:
        """Those of somebody who is known by this, each kind with its value; an address also by its domain."""
        whose = Q(pk=None)
        for kind, value in known.items():
            values = [value, f"@{value.partition('@')[2]}"] if kind == Block.Kind.EMAIL else [value]
            whose |= Q(kind=kind, value__in=values) if value else Q()
        return self.filter(whose)


class Block(models.Model):
    """An author whose comments are rejected, by what tells them from others."""

    class Kind(models.TextChoices):
        READER = "reader", "browser"
        EMAIL = "email", "e-mail address, or @domain"
        NETWORK = "network", "network (of one day)"
        NAME = "name"

    kind = models.CharField(max_length=7, choices=Kind)
    value = models.CharField(max_length=254, validators=[check_seen])
    reason = models.CharField(max_length=200, help_text="The author is told.")
    expires_at = models.DateTimeField(null=True, blank=True, help_text="Left empty, it stays.")
    created_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, models.SET_NULL, null=True, editable=False, related_name="+"
    )
    created_at = models.DateTimeField(auto_now_add=True)

    objects: ClassVar[BlockQuerySet] = BlockQuerySet.as_manager()  # type: ignore[assignment]

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["kind", "value"], name="block_value"),)

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.value}"

    @property
    def until(self) -> str:
        """Until when, in words."""
        return f"until {timezone.localtime(self.expires_at):%-d %B %Y}" if self.expires_at else "for good"


class AuthorNote(models.Model):
    """What a moderator wants others to know about an author. Readers never see it."""

    KINDS = [choice for choice in Block.Kind.choices if choice[0] != Block.Kind.NAME]  # noqa: RUF012

    kind = models.CharField(max_length=7, choices=KINDS)
    value = models.CharField(max_length=254)
    text = models.CharField(max_length=1000, validators=[check_seen])
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, models.SET_NULL, null=True, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("-pk",)
        indexes = (models.Index(fields=["kind", "value"], name="note_value"),)

    def __str__(self) -> str:
        return self.text[:60]
