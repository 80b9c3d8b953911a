"""Moderating by program: the queue, decisions about one comment or many, and the log. With a token of a moderator."""

from typing import Any

from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.shortcuts import get_object_or_404
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import APIException, ValidationError
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response

from comments import bulk, moderation, queues
from comments.api.discussion import IDEMPOTENCY
from comments.api.serializers import CommentSerializer
from comments.models import Action, By, Comment, ModerationEvent, Reason
from newsite import keyset, rest
from newsite.cursors import Cursor
from newsite.idempotency import answer_once
from newsite.rest import StrictSerializer

ACTIONS = [action.value for action in Action if By.MODERATOR in moderation.TRANSITIONS[action].by]


class MayModerate(BasePermission):
    """Members of staff who may moderate comments, as they are this moment."""

    def has_permission(self, request: Request, view: Any) -> bool:
        return bool(request.user and request.user.has_perm("comments.moderate_comment"))


class ConflictFound(APIException):
    """Somebody else was first, or the action is not for a comment in this status."""

    status_code = 409
    default_code = "conflict"


class QueueSerializer(StrictSerializer):
    """Which queue, in which order."""

    queue = serializers.ChoiceField(list(queues.QUEUES), default="pending")
    order = serializers.ChoiceField(["oldest", "risk"], default="oldest")


class DecisionSerializer(StrictSerializer):
    """Why, and about which version; a rejection needs the reason."""

    reason = serializers.ChoiceField(Reason.choices, required=False, default="")
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")
    version = serializers.CharField(
        max_length=30,
        required=False,
        allow_blank=True,
        default="",
        help_text="as the queue gave it: 409 if it is another",
    )


class BulkSerializer(StrictSerializer):
    """One action on many comments."""

    ids = serializers.ListField(
        child=serializers.IntegerField(min_value=1, max_value=2**63 - 1), max_length=bulk.AT_ONCE
    )
    action = serializers.ChoiceField(ACTIONS)
    versions = serializers.DictField(
        child=serializers.CharField(max_length=30, allow_blank=True),
        required=False,
        help_text="by id, as the queue gave them",
    )
    reason = serializers.ChoiceField(Reason.choices, required=False, default="")
    note = serializers.CharField(max_length=1000, required=False, allow_blank=True, default="")


class ResultSerializer(serializers.Serializer[Any]):
    """What came of one of many."""

    id = serializers.IntegerField(source="pk")
    done = serializers.BooleanField()
    detail = serializers.CharField(source="told")
    status = serializers.CharField(help_text="of the comment now; empty when nothing was done")


class ModeratedSerializer(CommentSerializer):
    """A comment as moderators see it."""

    status = serializers.CharField()
    version = serializers.CharField()

    class Meta:
        model = Comment
        fields = (
            *(*CommentSerializer.Meta.fields, "status", "version"),
            *("findings", "risk", "open_reports", "decided_at"),
        )


class EventSerializer(serializers.ModelSerializer[ModerationEvent]):
    """One decision."""

    actor = serializers.CharField(source="actor.username", default="")

    class Meta:
        model = ModerationEvent
        fields = ("id", "comment", "action", "actor", "by", "old_status", "new_status", "reason", "note", "created_at")


class EventChoiceSerializer(StrictSerializer):
    """Which decisions."""

    comment = serializers.IntegerField(required=False, min_value=1, max_value=2**63 - 1)
    actor = serializers.CharField(required=False, max_length=150)
    since = serializers.DateTimeField(required=False)


class QueueCursor(Cursor):
    """In the order of the queue."""

    order: tuple[str, ...] = queues.OLDEST

    def get_ordering(self, request: Request, queryset: Any, view: Any) -> tuple[str, ...]:
        return self.order


class QueueView(rest.PrivateView):
    """What waits for a moderator."""

    permission_classes = (MayModerate,)

    @extend_schema(
        operation_id="moderation_queue_list", parameters=[QueueSerializer], responses=ModeratedSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """The comments of a queue, with what the checks found in them."""
        chosen = _chosen(QueueSerializer, request)
        queue = queues.QUEUES[chosen["queue"]]
        pages = QueueCursor()
        pages.order = queue.ordered(by_risk=chosen["order"] == "risk")
        found = queue.rows(Comment.objects.select_related("article", "parent"))
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(ModeratedSerializer(rows, many=True).data)


class DecideView(rest.PrivateView):
    """A decision about one comment."""

    permission_classes = (MayModerate,)

    @extend_schema(
        request=DecisionSerializer,
        responses=ModeratedSerializer,
        parameters=[OpenApiParameter("action", OpenApiTypes.STR, OpenApiParameter.PATH, enum=ACTIONS), IDEMPOTENCY],
    )
    @answer_once()
    def post(self, request: Request, pk: int, action: str) -> Response:
        """Take an action; 409 when it was decided already, with who did."""
        if action not in ACTIONS:
            raise ValidationError({"action": f"One of {', '.join(ACTIONS)}."}, code="invalid_choice")
        comment = get_object_or_404(Comment.objects.select_related("article", "parent"), pk=pk)
        sent = DecisionSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        why = {"reason": sent.validated_data["reason"], "note": sent.validated_data["note"]}
        try:
            moderation.moderate(comment, Action(action), by=_user(request), seen=sent.validated_data["version"], **why)
        except moderation.StatementInvalid as problem:
            raise _invalid(problem) from problem
        except moderation.Refused as problem:
            raise ConflictFound(str(problem)) from problem
        comment.refresh_from_db()
        return Response(ModeratedSerializer(comment).data)


class BulkView(rest.PrivateView):
    """One decision about many comments."""

    permission_classes = (MayModerate,)

    @extend_schema(request=BulkSerializer, responses=ResultSerializer(many=True), parameters=[IDEMPOTENCY])
    @answer_once(in_steps=True)
    def post(self, request: Request) -> Response:
        """Take one action on up to 500 comments; each has a result of its own."""
        sent = BulkSerializer(data=request.data)
        sent.is_valid(raise_exception=True)
        asked = sent.validated_data
        why = {"reason": asked["reason"], "note": asked["note"]}
        seen = {pk: version for text, version in asked.get("versions", {}).items() if (pk := keyset.row_id(text))}
        try:
            results = bulk.decide(asked["ids"], Action(asked["action"]), by=_user(request), seen=seen, **why)
        except moderation.StatementInvalid as problem:
            raise _invalid(problem) from problem
        return Response(ResultSerializer(results, many=True).data)


class EventsView(rest.PrivateView):
    """The log of decisions."""

    permission_classes = (MayModerate,)

    @extend_schema(
        operation_id="moderation_events_list", parameters=[EventChoiceSerializer], responses=EventSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        """Decisions, the newest first: about one comment, by one moderator, since a time."""
        chosen = _chosen(EventChoiceSerializer, request)
        found: QuerySet[ModerationEvent] = ModerationEvent.objects.select_related("actor")
        filters = {"comment": "comment", "actor": "actor__username", "since": "created_at__gte"}
        found = found.filter(**{filters[name]: value for name, value in chosen.items()})
        pages = Cursor()
        rows = pages.paginate_queryset(found, request, view=self)
        return pages.get_paginated_response(EventSerializer(rows, many=True).data)


def _chosen(form: type[StrictSerializer], request: Request) -> dict[str, Any]:
    asked = {name: value for name, value in request.query_params.items() if name not in ("cursor", "page_size")}
    sent = form(data=asked)
    sent.is_valid(raise_exception=True)
    return dict(sent.validated_data)


def _invalid(problem: moderation.StatementInvalid) -> ValidationError:
    is_missing = isinstance(problem, moderation.ReasonMissing)
    field, code = ("reason", "required") if is_missing else ("note", "invalid")
    return ValidationError({field: str(problem)}, code=code)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # MayModerate has seen to it
    return request.user
