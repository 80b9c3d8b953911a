"""What templates need to draw: covers, stars and bars."""

from django import template
from django.utils.safestring import SafeString, mark_safe

from articles import covers
from articles.models import Article

register = template.Library()

WORDS = {1: "poor", 2: "weak", 3: "fair", 4: "good", 5: "excellent"}


@register.simple_tag
def cover(article: Article) -> SafeString:
    """The shapes of an article's cover; they are made of numbers only."""
    topics = article.topic_list
    return mark_safe(covers.draw(topics[0].slug if topics else article.section.slug, article.slug))  # noqa: S308 - numbers only


@register.simple_tag
def star_choices() -> list[tuple[int, str]]:
    """Each number of stars with its word."""
    return list(WORDS.items())


@register.filter
def star_width(average: float | None, row: int) -> str:
    """How far the filled row of stars reaches over an empty one of this width."""
    return f"{(average or 0) / 5 * row:.1f}"


@register.simple_tag
def bars(article: Article) -> SafeString:
    """The rows of the histogram, five stars first; they are made of numbers only."""
    most = max(article.histogram.values()) or 1
    rows = enumerate(reversed(article.histogram.items()))
    return mark_safe("".join(_bar(11 * n, stars, 100 * count / most) for n, (stars, count) in rows))  # noqa: S308 - numbers only


@register.simple_tag
def bars_told(article: Article) -> str:
    """The histogram in words."""
    rows = reversed(article.histogram.items())
    return ", ".join(f"{stars} star{'' if stars == 1 else 's'}: {count}" for stars, count in rows)


def _bar(y: int, stars: int, length: float) -> str:
    row = '<rect class="bars__all" x="12" y="3" width="100" height="6"/>'
    part = f'<rect class="bars__part" x="12" y="3" width="{length:.0f}" height="6"/>'
    return f'<g transform="translate(0 {y})"><text x="0" y="9">{stars}</text>{row}{part}</g>'
