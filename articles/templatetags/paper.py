"""What templates need to draw: covers, stars and bars."""

from typing import Any

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles import covers
from articles.models import STARS, Article

register = template.Library()

WORDS = {1: "poor", 2: "weak", 3: "fair", 4: "good", 5: "excellent"}


@register.simple_tag
def cover(article: Article) -> SafeString:
    """The shapes of an article's cover; they are made of numbers only."""
    topics = article.topics.all()
    return mark_safe(covers.draw(topics[0].slug if topics else article.section.slug, article.slug))  # noqa: S308


@register.simple_tag
def star_choices() -> list[tuple[int, str]]:
    """Each number of stars with its word."""
    return list(WORDS.items())


@register.filter
def star_width(average: float | None, row: int) -> str:
    """How far the filled row of stars reaches over an empty one of this width."""
    return f"{(average or 0) / 5 * row:.1f}"


@register.simple_tag
def bars(article: Article) -> list[dict[str, Any]]:
    """The histogram, five stars first: stars, count, and the bar's length out of 100."""
    most = max(article.histogram.values()) or 1
    counts = article.histogram
    return [
        {"stars": stars, "count": counts[stars], "length": round(100 * counts[stars] / most)} for stars in STARS[::-1]
    ]
