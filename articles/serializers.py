"""How articles, sections, topics and ratings look in the API."""

from typing import Any

from drf_spectacular.utils import extend_schema_field, inline_serializer
from rest_framework import serializers

from articles.models import Article, Correction, Section, Topic
from newsite.rest import StrictSerializer


class SectionSerializer(serializers.ModelSerializer[Section]):
    """A section."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Section
        fields = ("slug", "name", "description", "url")


class TopicSerializer(serializers.ModelSerializer[Topic]):
    """A topic."""

    url = serializers.CharField(source="get_absolute_url", read_only=True)

    class Meta:
        model = Topic
        fields: tuple[str, ...] = ("slug", "name", "kind", "description", "url")


class TopicDetailSerializer(TopicSerializer):
    """A topic with its other names."""

    aliases = serializers.SerializerMethodField()

    class Meta(TopicSerializer.Meta):
        fields = (*TopicSerializer.Meta.fields, "aliases")

    def get_aliases(self, topic: Topic) -> list[str]:
        return topic.names[1:]


class NamedSerializer(serializers.Serializer[Any]):
    """A section or topic in short."""

    slug = serializers.SlugField()
    name = serializers.CharField()


class RatingSummarySerializer(serializers.Serializer[Article]):
    """The average of an article's ratings and how many there are."""

    average = serializers.SerializerMethodField()
    count = serializers.IntegerField(source="rating_count")

    def get_average(self, article: Article) -> float | None:
        return round(article.rating_average, 2) if article.rating_average else None


HISTOGRAM = inline_serializer("Histogram", {str(stars): serializers.IntegerField() for stars in range(1, 6)})


class RatingDetailSerializer(RatingSummarySerializer):
    """The same, with how many gave each number of stars."""

    histogram = serializers.SerializerMethodField()

    @extend_schema_field(HISTOGRAM)
    def get_histogram(self, article: Article) -> dict[str, int]:
        return {str(stars): count for stars, count in article.histogram.items()}


class RatingSerializer(RatingDetailSerializer):
    """The same, with what this reader gave."""

    yours = serializers.SerializerMethodField()

    def get_yours(self, article: Article) -> int | None:
        yours: int | None = self.context["yours"]
        return yours


class StarsSerializer(StrictSerializer):
    """A rating to give."""

    stars = serializers.IntegerField(min_value=1, max_value=5)


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    """What was wrong, and since when it is put right."""

    class Meta:
        model = Correction
        fields = ("text", "corrected_at")


class ArticleSerializer(serializers.ModelSerializer[Article]):
    """An article in a list."""

    url = serializers.CharField(source="full_url", read_only=True)
    section = NamedSerializer()
    topics = NamedSerializer(many=True)
    rating = RatingSummarySerializer(source="*")

    class Meta:
        model = Article
        fields: tuple[str, ...] = (
            "id",
            "slug",
            "url",
            "title",
            "standfirst",
            "section",
            "topics",
            "byline",
            "published_at",
            "updated_at",
            "rating",
            "comment_count",
            "question_count",
            "comments_open",
        )


class ArticleDetailSerializer(ArticleSerializer):
    """An article in full."""

    corrections = CorrectionSerializer(many=True)
    rating = RatingDetailSerializer(source="*")

    class Meta(ArticleSerializer.Meta):
        fields = (*ArticleSerializer.Meta.fields, "body", "body_html", "corrections")
