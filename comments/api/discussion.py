"""Reading a discussion, adding to it, and what is needed for that: a captcha, a preview."""

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from articles import lookup
from articles.models import Article
from comments import captcha, listing, posting, threads, tokens
from comments.api.serializers import (
    ChallengeSerializer,
    ChoiceSerializer,
    CommentSerializer,
    DraftTextSerializer,
    EmptySerializer,
    NewCommentSerializer,
    PostedSerializer,
    PreviewSerializer,
)
from comments.models import Comment
from newsite import caching, ratelimit, rest
from newsite.cursors import PAGING, Cursor
from newsite.idempotency import answer_once

IDEMPOTENCY = OpenApiParameter(
    "Idempotency-Key", OpenApiTypes.STR, OpenApiParameter.HEADER, description="the same key and body answer once"
)


UNREAD = ("thread_html", "findings")  # columns of a comment that its answer does not need
POSTED = PostedSerializer()  # writes no state of its own, so that one serves all
# What posting reads of an article; the rest of its row stays where it is.
ARTICLE_COLUMNS = (
    *("id", "slug", "title", "section_id"),
    *("published_at", "comments_policy", "comments_closed_at", "comments_closed_because"),
)


class CommentsClosed(APIException):
    """The article takes no comments."""

    status_code = 403
    default_code = "comments_closed"
    default_detail = "The discussion of this article is closed."


class CommentCursor(Cursor):
    """Newest first, unless asked otherwise."""

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return listing.SORTS[listing.Choice.of(request.query_params).sort]


class CommentsView(rest.PublicView):
    """The discussion of an article."""

    query_parameters = (*PAGING, *listing.PARAMETERS)

    @extend_schema(
        operation_id="articles_comments_list",
        parameters=[
            OpenApiParameter("kind", OpenApiTypes.STR, enum=Comment.Kind.values),
            OpenApiParameter("answered", OpenApiTypes.BOOL, description="questions with, or without, an answer"),
            OpenApiParameter("sort", OpenApiTypes.STR, enum=list(listing.SORTS), description="newest by default"),
            OpenApiParameter("cursor", OpenApiTypes.STR),
            OpenApiParameter("page_size", OpenApiTypes.INT),
        ],
        responses=CommentSerializer(many=True),
    )
    def get(self, request: Request, slug: str) -> Response:
        """Comments that begin a thread, each with its first replies."""
        article = _article(slug)
        caching.shows(request, article.stamp)
        ChoiceSerializer(data=request.query_params).is_valid(raise_exception=True)
        pages = CommentCursor()
        tops: list[Comment]
        chosen = listing.Choice.of(request.query_params).tops(article).published().defer(*UNREAD)
        tops = pages.paginate_queryset(chosen, request, view=self) or []
        for thread in threads.with_first_replies(tops):
            replies = [reply for reply in thread.replies if reply.is_published]
            thread.top.replies_shown = replies  # type: ignore[attr-defined]
            for comment in (thread.top, *replies):
                comment.article = article
        return pages.get_paginated_response(CommentSerializer(tops, many=True).data)

    @extend_schema(request=NewCommentSerializer, responses={201: PostedSerializer}, parameters=[IDEMPOTENCY])
    @answer_once(lambda answer: {**answer, **_keys(answer["id"])})
    def post(self, request: Request, slug: str) -> Response:
        """Send a comment or question; it waits for a moderator."""
        article = _article(slug)
        sent = NewCommentSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        who = rest.asker(request)
        comment = _post(article, who, sent)
        answer = POSTED.to_representation(comment)
        kept = {name: value for name, value in answer.items() if name not in ("status_url", "token")}
        return rest.remembered(Response(kept, status=201), who)


class CaptchaView(rest.PublicView):
    """Captchas, one for each comment."""

    @extend_schema(request=EmptySerializer, responses={201: ChallengeSerializer}, parameters=[IDEMPOTENCY])
    @answer_once()
    def post(self, request: Request) -> Response:
        """A new captcha."""
        EmptySerializer(data=request.data).is_valid(raise_exception=True)
        who = rest.asker(request)
        with rest.limit_told():
            challenge = captcha.issue(who)
        return Response(ChallengeSerializer(challenge).data, status=201)


class PreviewView(rest.PrivateView):
    """How a text will look."""

    @extend_schema(request=DraftTextSerializer, responses=PreviewSerializer)
    def post(self, request: Request) -> Response:
        """The HTML of a text, as it would be shown; nothing is kept."""
        sent = DraftTextSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        with rest.limit_told():
            ratelimit.take("previews", *rest.asker(request).limit_keys)
        text = sent.validated_data
        return Response({"body_html": posting.preview(text["body"], parent=text.get("parent"))})


def _post(article: Article, who: Any, sent: NewCommentSerializer) -> Comment:
    try:
        with rest.limit_told():
            return posting.post(article=article, who=who, draft=sent.draft(), answer=sent.answer)
    except captcha.Wrong as error:
        raise ValidationError(
            {"captcha_value": "The captcha was answered wrongly, was used, or has expired."}, code="captcha_invalid"
        ) from error
    except posting.CommentsClosed as error:
        raise CommentsClosed(article.closed_told) from error
    except posting.ParentUnknown as error:
        raise ValidationError(
            {"parent": "This is not a published comment of this article."}, code="parent_unknown"
        ) from error


def _keys(pk: int) -> dict[str, str]:
    return {"status_url": tokens.status_url(pk), "token": tokens.token_of(pk)}


def _article(slug: str) -> Article:
    return lookup.published(slug, ARTICLE_COLUMNS)
