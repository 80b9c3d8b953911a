"""Who may comment, and when it shows: set for the whole site, a section or one article; the nearest one holds.

An emergency holds wherever the discussion is not closed.
"""

from typing import Any

from django.db import models

from articles.text import check_seen


class Policy(models.TextChoices):
    """When a comment shows."""

    PRE = "pre", "every comment waits for a moderator"
    TRUSTED = "trusted", "comments of trusted authors show at once"
    POST = "post", "comments show at once and are read afterwards"
    CLOSED = "closed", "closed"


# What readers are told beside the form.
TOLD = {
    Policy.PRE: "A moderator reads it before it shows.",
    Policy.TRUSTED: "A moderator reads it before it shows; what trusted authors write shows at once.",
    Policy.POST: "It shows at once, unless something about it needs a moderator first.",
    Policy.CLOSED: "",
}


def policy_field() -> "models.CharField[str, str]":
    """A choice that may be left to the next larger whole: the article's to its section, the section's to the site."""
    told = "Left empty, what holds for the section, or for the whole site."
    return models.CharField(max_length=10, choices=Policy, default="", blank=True, help_text=told)


class SitePolicy(models.Model):
    """The one row of what holds for the whole site."""

    class Emergency(models.TextChoices):
        PRE = Policy.PRE.value, "every comment waits for a moderator"
        CLOSED = Policy.CLOSED.value, "no comments are taken"

    policy = models.CharField(max_length=10, choices=Policy, default=Policy.PRE)
    emergency = models.CharField(
        max_length=10,
        choices=Emergency,
        blank=True,
        help_text="While this is set, no other policy counts; what is closed stays closed.",
    )
    emergency_because = models.CharField(
        max_length=200, blank=True, validators=[check_seen], help_text="Why no comments are taken; readers are told."
    )

    class Meta:
        verbose_name_plural = "site policy"

    def __str__(self) -> str:
        return "The whole site"


def in_force(own: str, section: Any) -> str:
    """What holds for an article with a policy of its own, or with none, in a section."""
    nearest: str = own or section.comments_policy or section.site.policy
    return nearest if nearest == Policy.CLOSED else section.site.emergency or nearest
