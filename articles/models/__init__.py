"""What is published, the ratings that readers give, and the bursts of them that were set aside."""

from articles.models.article import COUNTERS, PACE, STARS, Article, ArticleQuerySet, Correction, Topic
from articles.models.rating import Rating, RatingBurst, RatingDecision
from articles.models.section import STREAM_SLUG, Section

__all__ = [
    "COUNTERS",
    "PACE",
    "STARS",
    "STREAM_SLUG",
    "Article",
    "ArticleQuerySet",
    "Correction",
    "Rating",
    "RatingBurst",
    "RatingDecision",
    "Section",
    "Topic",
]
