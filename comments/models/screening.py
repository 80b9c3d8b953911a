"""What screening knows: the rules that the newsroom has set, and what it has learned from decisions."""

from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone

from articles.text import check_seen
from comments.models.comment import Reason

PATTERN_LENGTH = 200


class Verdict(models.TextChoices):
    """What a finding means for the comment; the strictest one decides."""

    SPAM = "spam", "mark as spam"
    REJECT = "reject", "reject"
    HOLD = "hold", "hold for a moderator"
    NOTE = "note", "only tell the moderator"
    PUBLISH = "publish", "publish, where the policy allows it"


class Rule(models.Model):
    """A word, pattern or domain that the newsroom does not want, or wants to look at."""

    class Kind(models.TextChoices):
        WORD = "word", "whole words"
        PREFIX = "prefix", "words that begin so"
        REGEX = "regex", "regular expression"
        DOMAIN = "domain", "domain of a link"

    VERDICTS = [choice for choice in Verdict.choices if choice[0] in (Verdict.SPAM, Verdict.REJECT, Verdict.HOLD)]  # noqa: RUF012

    kind = models.CharField(max_length=6, choices=Kind, default=Kind.WORD)
    pattern = models.CharField(
        max_length=PATTERN_LENGTH,
        validators=[check_seen],
        help_text="In words, capitals, accents, look-alike letters and figures for letters make no difference.",
    )
    verdict = models.CharField(max_length=7, choices=VERDICTS, default=Verdict.HOLD)
    reason = models.CharField(
        max_length=16, choices=Reason, blank=True, help_text="The author of a rejected text is told."
    )
    note = models.CharField(max_length=200, blank=True, help_text="Why this is a rule; for the newsroom.")
    is_active = models.BooleanField(default=True)
    created_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("kind", "pattern")
        constraints = (
            models.UniqueConstraint(fields=["kind", "pattern"], name="one_rule_per_pattern"),
            models.CheckConstraint(condition=~Q(verdict="reject", reason=""), name="rejecting_rule_with_a_reason"),
        )

    def __str__(self) -> str:
        return f"{self.get_kind_display()}: {self.pattern}"

    def clean(self) -> None:
        """Raises ValidationError for a rejection without a reason."""
        if self.verdict == Verdict.REJECT and not self.reason:
            raise ValidationError({"reason": "A rejection needs a reason: the author is told."})


class Classifier(models.Model):
    """The one row of what the classifier has learned, and whether it may act by itself."""

    is_acting = models.BooleanField(
        "may mark as spam by itself",
        default=False,
        help_text="Without this, or before 200 decisions, it only holds comments for a moderator.",
    )
    wanted = models.PositiveIntegerField(default=0, editable=False, help_text="comments it has learned from")
    unwanted = models.PositiveIntegerField(default=0, editable=False)
    learned_until = models.BigIntegerField(default=0, editable=False, help_text="the last decision it has learned from")

    class Meta:
        verbose_name_plural = "classifier"

    def __str__(self) -> str:
        return f"learned from {self.wanted} wanted and {self.unwanted} unwanted comments"

    @classmethod
    def current(cls) -> "Classifier":
        return cls.objects.get(pk=1)


class Feature(models.Model):
    """How often a word, a run of letters or a domain stood in wanted and in unwanted comments. `prune` forgets what
    stood in a single one, long ago."""

    key = models.CharField(max_length=60, primary_key=True)
    wanted = models.PositiveIntegerField(default=0)
    unwanted = models.PositiveIntegerField(default=0)
    seen_on = models.DateField(default=timezone.localdate, help_text="when it was last learned from")

    def __str__(self) -> str:
        return f"{self.key}: {self.wanted} / {self.unwanted}"
