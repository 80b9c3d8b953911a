"""The API's view of articles: sections, topics, articles, and a reader's rating."""

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import mixins, viewsets
from rest_framework.request import Request
from rest_framework.response import Response

from articles import lookup, ratings
from articles.models import Article, Section, Topic
from articles.serializers import (
    ArticleDetailSerializer,
    ArticleSerializer,
    RatingSerializer,
    SectionSerializer,
    StarsSerializer,
    TopicDetailSerializer,
    TopicSerializer,
)
from newsite import caching, rest
from newsite.cursors import PAGING, Cursor

ORDERINGS = {"-published_at": "published_at", "-rating": "rating_score", "-comments": "comment_count"}


class SectionViewSet(rest.PublicView, mixins.ListModelMixin, viewsets.GenericViewSet[Section]):
    """The sections of the paper."""

    query_parameters = PAGING
    queryset = Section.objects.all()
    serializer_class = SectionSerializer
    pagination_class = type("SectionCursor", (Cursor,), {"ordering": ("position", "name", "pk")})


class TopicViewSet(rest.PublicView, viewsets.ReadOnlyModelViewSet[Topic]):
    """Companies, models, persons, tools and concepts that articles name."""

    query_parameters = PAGING
    queryset = Topic.objects.all()
    lookup_field = "slug"
    pagination_class = type("TopicCursor", (Cursor,), {"ordering": ("name", "pk")})

    def get_serializer_class(self) -> type[TopicSerializer]:
        return TopicSerializer if self.action == "list" else TopicDetailSerializer


class ArticleCursor(Cursor):
    """Newest, best rated or most commented first."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        column = ORDERINGS.get(request.query_params.get("ordering", ""), "published_at")
        return (f"-{column}", "-pk")


class ArticleViewSet(rest.PublicView, viewsets.ReadOnlyModelViewSet[Article]):
    """Published articles."""

    query_parameters = (*PAGING, "section", "topic", "q", "ordering")
    lookup_field = "slug"
    pagination_class = ArticleCursor

    def get_object(self) -> Article:
        article = super().get_object()
        caching.shows(self.request, article.stamp)
        return article

    def get_queryset(self) -> QuerySet[Article]:
        articles = Article.objects.published().select_related("section__site").prefetch_related("topics")
        if self.action == "retrieve":
            return articles.prefetch_related("corrections")
        return _chosen(articles.without_text(), self.request.query_params)

    def get_serializer_class(self) -> type[ArticleSerializer]:
        return ArticleSerializer if self.action == "list" else ArticleDetailSerializer

    @extend_schema(
        parameters=[
            OpenApiParameter("section", OpenApiTypes.STR, description="slug of a section"),
            OpenApiParameter("topic", OpenApiTypes.STR, description="slug of a topic"),
            OpenApiParameter("q", OpenApiTypes.STR, description="words in the title or the standfirst"),
            OpenApiParameter("ordering", OpenApiTypes.STR, enum=list(ORDERINGS), description="newest first by default"),
        ]
    )
    def list(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Published articles, newest first."""
        return super().list(request, *args, **kwargs)


class RatingView(rest.PublicView):
    """The rating of an article, and the reader's own part in it."""

    @extend_schema(responses=RatingSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """The average, how many gave how many stars, and what this reader gave."""
        article = _article(slug)
        caching.shows(request, article.stamp)
        return _answer(article, ratings.given_by(rest.known_reader(request), article))

    @extend_schema(request=StarsSerializer, responses=RatingSerializer)
    def put(self, request: Request, slug: str) -> Response:
        """Set or change this reader's one rating."""
        article = _article(slug)
        wanted = StarsSerializer(data=request.data)
        wanted.is_valid(raise_exception=True)
        who = rest.asker(request)
        with rest.limit_told():
            ratings.rate(article=article, who=who, stars=wanted.validated_data["stars"])
        return rest.remembered(_answer(article, wanted.validated_data["stars"]), who)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Take this reader's rating back."""
        article = _article(slug)
        who = rest.asker(request)
        with rest.limit_told():
            ratings.remove(article=article, who=who)
        return rest.remembered(Response(status=204), who)


def _answer(article: Article, yours: int | None) -> Response:
    return Response(RatingSerializer(article, context={"yours": yours}).data)


def _article(slug: str) -> Article:
    return lookup.published(slug, ratings.COLUMNS)


def _chosen(articles: QuerySet[Article], params: Any) -> QuerySet[Article]:
    if section := _slug(params.get("section")):
        articles = articles.filter(section__slug=section)
    if topic := _slug(params.get("topic")):
        articles = articles.filter(topics__slug=topic)
    if words := params.get("q", ""):
        articles = articles.matching(words)  # type: ignore[attr-defined]
    return articles


def _slug(text: str | None) -> str:
    return (text or "").replace("\0", "")[:200]
