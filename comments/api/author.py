"""One comment, and what its author does with it: the header `X-Comment-Token` says that it is theirs."""

import datetime
from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.request import Request
from rest_framework.response import Response

from comments import appeals, decisions, following, moderation, posting, queues, tokens
from comments.api.discussion import IDEMPOTENCY
from comments.api.readers import published
from comments.api.serializers import CommentSerializer, PostedSerializer, TextSerializer
from comments.models import Appeal, By, Comment, ModerationEvent
from newsite import caching, rest
from newsite.idempotency import answer_once
from newsite.rest import BuiltOnce, StrictFields, StrictSerializer

TOKEN = OpenApiParameter(
    "X-Comment-Token", OpenApiTypes.STR, OpenApiParameter.HEADER, required=True, description="given when it was sent"
)


class TokenInvalid(APIException):
    """The header X-Comment-Token is missing, or is not the comment's."""

    status_code = 403
    default_code = "token_invalid"
    default_detail = "The header X-Comment-Token must be the token that was given when this comment was sent."


class NotPossible(APIException):
    """The comment is not in a state in which this can be done."""

    status_code = 409
    default_code = "not_possible"


class AppealSerializer(BuiltOnce, StrictFields, serializers.ModelSerializer[Appeal]):
    """Why a decision is wrong, and what came of saying so."""

    answer = serializers.CharField(source="answered_by.note", default="", read_only=True)

    class Meta:
        model = Appeal
        fields = ("id", "text", "created_at", "outcome", "answer")
        read_only_fields = ("id", "created_at", "outcome", "answer")


class FollowSerializer(StrictSerializer):
    """The address to write to; the comment's own when it is left out."""

    email = serializers.EmailField(required=False, max_length=254)


class FollowingSerializer(serializers.Serializer[Any]):
    """Whether replies are mailed; not before the address is confirmed by the link that was sent there."""

    following = serializers.BooleanField()
    confirmed = serializers.BooleanField()


class StatusSerializer(serializers.Serializer[Comment]):
    """What became of a comment, for its author. `decided_at`, `reason`, `note` and `means` are of the last decision."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Comment.Status.choices, source="status_told")
    reason = serializers.SerializerMethodField()
    note = serializers.SerializerMethodField()
    decided_at = serializers.DateTimeField(allow_null=True)
    means = serializers.SerializerMethodField()
    waiting_before = serializers.SerializerMethodField()
    may_edit_until = serializers.SerializerMethodField()
    may_appeal = serializers.SerializerMethodField()
    duplicate_of = serializers.IntegerField(source="duplicate_of_id", allow_null=True)

    def get_reason(self, comment: Comment) -> str:
        return self._decision.reason if self._decision else ""

    def get_note(self, comment: Comment) -> str:
        return self._decision.told if self._decision else ""

    @extend_schema_field(serializers.ChoiceField(choices=["", "person", "automatic"]))
    def get_means(self, comment: Comment) -> str:
        if self._decision is None or self._decision.by == By.AUTHOR:
            return ""
        return "person" if self._decision.is_personal else "automatic"

    def get_waiting_before(self, comment: Comment) -> int:
        return queues.waiting_before(comment)

    @extend_schema_field(serializers.DateTimeField(allow_null=True))
    def get_may_edit_until(self, comment: Comment) -> str | None:
        until = comment.editable_until.astimezone(datetime.UTC)
        return None if comment.why_not_editable() else until.isoformat().replace("+00:00", "Z")

    def get_may_appeal(self, comment: Comment) -> bool:
        return appeals.appealable(comment) is not None

    @property
    def _decision(self) -> ModerationEvent | None:
        found: ModerationEvent | None = self.context["decision"]
        return found


class CommentView(rest.PublicView):
    """One comment."""

    @extend_schema(responses=CommentSerializer)
    def get(self, request: Request, pk: int) -> Response:
        """One published comment."""
        comment = published(pk)
        caching.shows(request, comment.article.stamp)
        return Response(CommentSerializer(comment).data)

    @extend_schema(request=TextSerializer, responses=PostedSerializer, parameters=[TOKEN])
    def patch(self, request: Request, pk: int) -> Response:
        """Change the text, for some minutes and until somebody replies; a moderator reads it again."""
        comment = own(request, pk)
        sent = TextSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            with rest.limit_told():
                changed = posting.edit(comment, body=sent.validated_data["body"], who=rest.asker(request))
        except posting.NotEditable as reason:
            raise NotPossible(str(reason), code="not_editable") from reason
        return Response(PostedSerializer(changed).data)

    @extend_schema(responses={204: None}, parameters=[TOKEN])
    def delete(self, request: Request, pk: int) -> Response:
        """Withdraw it; its place in the thread says so."""
        try:
            posting.withdraw(own(request, pk))
        except moderation.Conflict as error:
            raise NotPossible("It is not there to be withdrawn any more.", code="not_withdrawable") from error
        return Response(status=204)


class StatusView(rest.PrivateView):
    """What became of a comment."""

    @extend_schema(responses=StatusSerializer, parameters=[TOKEN])
    def get(self, request: Request, pk: int) -> Response:
        """What became of a comment, and what its author can still do."""
        comment = own(request, pk)
        context = {"decision": decisions.standing(comment)}
        return Response(StatusSerializer(comment, context=context).data)


class AppealView(rest.PrivateView):
    """An appeal against the decision that took a comment away."""

    @extend_schema(request=AppealSerializer, responses={201: AppealSerializer}, parameters=[TOKEN, IDEMPOTENCY])
    @answer_once()
    def post(self, request: Request, pk: int) -> Response:
        """Ask that somebody else looks at it again; once for each decision."""
        comment = own(request, pk)
        sent = AppealSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        try:
            made = appeals.appeal(comment, text=sent.validated_data["text"])
        except appeals.NotPossible as reason:
            raise NotPossible(str(reason), code="not_appealable") from reason
        return Response(AppealSerializer(made).data, status=201)


class FollowView(rest.PrivateView):
    """Replies by mail."""

    @extend_schema(request=FollowSerializer, responses=FollowingSerializer, parameters=[TOKEN])
    def put(self, request: Request, pk: int) -> Response:
        """Have replies mailed; an address that is not confirmed gets a link first."""
        comment = own(request, pk)
        sent = FollowSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        email = sent.validated_data.get("email") or comment.author_email
        if not email:
            raise ValidationError({"email": "The comment has no address: send one."}, code="required")
        with rest.limit_told():
            address = following.follow_replies(comment, email, network=rest.network(request))
        return _following(True, confirmed=address.confirmed_at is not None)

    @extend_schema(responses={200: FollowingSerializer}, parameters=[TOKEN])
    def delete(self, request: Request, pk: int) -> Response:
        """Have no more replies mailed."""
        following.unfollow_replies(own(request, pk))
        return _following(False, confirmed=False)


def own(request: Request, pk: int) -> Comment:
    """The comment whose token the request carries.

    Raises TokenInvalid, also for a comment that there is not.
    """
    comment = Comment.objects.select_related("article", "parent").filter(pk=pk).first()
    if comment is None or not tokens.is_valid(pk, request.headers.get("X-Comment-Token", "")):
        raise TokenInvalid
    return comment


def _following(is_following: bool, **told: Any) -> Response:
    return Response(FollowingSerializer({"following": is_following, **told}).data)
