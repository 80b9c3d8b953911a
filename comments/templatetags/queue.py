"""How the queue shows comments: what was found in them, and the keys of its buttons."""

import datetime

from django import template
from django.utils.safestring import SafeString

from comments.models import Comment
from comments.screening import highlight

register = template.Library()

KEYS = {"approve": "a", "keep": "a", "spam": "s", "hold": "h", "uphold": "p", "undo": "u"}
REASON_KEYS = "1234567890o"


@register.filter
def highlighted(comment: Comment) -> SafeString:
    """Its text, with what checks have found in it marked."""
    return highlight.highlighted(comment.body, comment.findings)


@register.filter
def words(name: str) -> str:
    """The name of a check as words."""
    return name.replace("_", " ")


@register.filter
def key(action: str) -> str:
    """The key that takes an action."""
    return KEYS.get(action, "")


@register.filter
def reason_key(number: int) -> str:
    """The key of a reason for rejecting, by its place."""
    return REASON_KEYS[number] if number < len(REASON_KEYS) else ""


@register.filter
def age(passed: datetime.timedelta) -> str:
    """A span of time in its largest unit."""
    minutes = int(passed.total_seconds()) // 60
    for unit, size in (("day", 1440), ("hour", 60), ("minute", 1)):
        if minutes >= size:
            count = minutes // size
            return f"{count} {unit}{'' if count == 1 else 's'}"
    return "less than a minute"
