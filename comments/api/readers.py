"""What readers do with the comments of others: read the replies, vote, report."""

from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException
from rest_framework.request import Request
from rest_framework.response import Response

from articles.models import Article
from comments import reports, votes
from comments.api.discussion import IDEMPOTENCY
from comments.api.serializers import CommentSerializer
from comments.models import Comment, Report
from comments.reports import Complaint
from newsite import caching, rest
from newsite.cursors import PAGING, Cursor
from newsite.idempotency import answer_once
from newsite.rest import BuiltOnce, StrictFields


class VoteSerializer(serializers.Serializer[Any]):
    """How many readers found a comment helpful, and whether the one who asks did."""

    votes = serializers.IntegerField()
    yours = serializers.BooleanField()


class ReportSerializer(BuiltOnce, StrictFields, serializers.ModelSerializer[Report]):
    """What is wrong with a comment; the reason `other` needs a detail."""

    class Meta:
        model = Report
        fields = ("reason", "detail")

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["reason"] == "other" and not attrs.get("detail", "").strip():
            raise serializers.ValidationError({"detail": "Say what is wrong with it."}, code="required")
        return attrs

    def complaint(self) -> Complaint:
        """The report as it was sent."""
        return Complaint(reason=self.validated_data["reason"], detail=self.validated_data.get("detail", ""))


class ReportedSerializer(serializers.Serializer[Report]):
    """The answer to a report."""

    id = serializers.IntegerField()
    reason = serializers.CharField()
    created_at = serializers.DateTimeField()


class OwnComment(APIException):
    """Nobody votes for what they wrote themselves."""

    status_code = 403
    default_code = "own_comment"
    default_detail = "This is your own comment."


class OldestFirst(Cursor):
    """In the order in which they were written."""

    ordering = "pk"


class RepliesView(rest.PublicView):
    """The replies to a comment."""

    query_parameters = PAGING

    @extend_schema(
        operation_id="comments_replies_list",
        parameters=[OpenApiParameter("cursor", str), OpenApiParameter("page_size", int)],
        responses=CommentSerializer(many=True),
    )
    def get(self, request: Request, pk: int) -> Response:
        """The published replies to one comment, oldest first."""
        comment = published(pk)
        caching.shows(request, comment.article.stamp)
        pages = OldestFirst()
        found = Comment.objects.published().filter(parent=comment)
        replies: list[Comment] = pages.paginate_queryset(found, request, view=self) or []
        for reply in replies:
            reply.article, reply.parent = comment.article, comment
        return pages.get_paginated_response(CommentSerializer(replies, many=True).data)


class VoteView(rest.PrivateView):
    """A reader's vote for a comment."""

    @extend_schema(request=None, responses=VoteSerializer)
    def put(self, request: Request, pk: int) -> Response:
        """Find a comment helpful. Doing so again changes nothing."""
        return self._change(request, pk, is_given=True)

    @extend_schema(responses={200: VoteSerializer})
    def delete(self, request: Request, pk: int) -> Response:
        """Take the vote back, if there is one."""
        return self._change(request, pk, is_given=False)

    def _change(self, request: Request, pk: int, *, is_given: bool) -> Response:
        comment, who = published(pk, "reader", "thread", "article"), rest.asker(request)
        try:
            with rest.limit_told():
                (votes.vote if is_given else votes.take_back)(comment=comment, who=who)
        except votes.OwnComment as error:
            raise OwnComment from error
        except Comment.DoesNotExist as error:
            raise Http404 from error
        return rest.remembered(Response(VoteSerializer({"votes": comment.votes, "yours": is_given}).data), who)


class ReportView(rest.PrivateView):
    """A reader's report of a comment."""

    @extend_schema(request=ReportSerializer, responses={201: ReportedSerializer}, parameters=[IDEMPOTENCY])
    @answer_once()
    def post(self, request: Request, pk: int) -> Response:
        """Tell the moderators that a comment should not stand there; once per reader."""
        comment, who = published(pk), rest.asker(request)
        sent = ReportSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            with rest.limit_told():
                made = reports.report(comment=comment, who=who, complaint=sent.complaint())
        except Comment.DoesNotExist as error:
            raise Http404 from error
        return rest.remembered(Response(ReportedSerializer(made).data, status=201), who)


def published(pk: int, *columns: str) -> Comment:
    """The published comment with this id, below an article that readers may see: whole, with its article and parent,
    or these columns of it alone.

    Raises Http404.
    """
    found = Comment.objects.published()
    found = found.only(*columns) if columns else found.select_related("article", "parent")
    return get_object_or_404(found, pk=pk, article__in=Article.objects.published())
