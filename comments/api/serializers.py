"""How comments and captchas look in the API. Never an e-mail, a network or the token of somebody else."""

from typing import Any

from django.conf import settings
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from comments import captcha, listing, tokens
from comments.models import Comment
from comments.posting import Draft
from newsite.rest import BuiltOnce, StrictFields, StrictSerializer


class CommentSerializer(BuiltOnce, serializers.ModelSerializer[Comment]):
    """A published comment."""

    article = serializers.CharField(source="article.slug")
    url = serializers.SerializerMethodField()
    answered = serializers.BooleanField()
    replies = serializers.SerializerMethodField()

    class Meta:
        model = Comment
        fields = (
            "id",
            "article",
            "kind",
            "parent",
            "author_name",
            "author_is_staff",
            "body",
            "body_html",
            "created_at",
            "edited_at",
            "votes",
            "reply_count",
            "answered",
            "is_answer",
            "pinned",
            "url",
            "replies",
        )

    def get_url(self, comment: Comment) -> str:
        return settings.SITE_URL + comment.get_absolute_url()

    def get_replies(self, comment: Comment) -> list[dict[str, Any]]:
        replies: list[Comment] = getattr(comment, "replies_shown", [])
        return [CommentSerializer(reply, context=self.context).data for reply in replies]


class NewCommentSerializer(BuiltOnce, StrictFields, serializers.ModelSerializer[Comment]):
    """A comment to send, with the answer to a captcha, or `captcha_email` for a mailed link instead."""

    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )
    captcha_key = serializers.CharField(required=False, max_length=40)
    captcha_value = serializers.CharField(required=False, max_length=40, allow_blank=True)
    captcha_email = serializers.BooleanField(required=False, default=False)
    notify = serializers.BooleanField(
        required=False, default=False, help_text="tell the address, once confirmed, what was decided, and of replies"
    )

    class Meta:
        model = Comment
        fields = (
            "kind",
            "author_name",
            "author_email",
            "body",
            "parent",
            "notify",
            "captcha_key",
            "captcha_value",
            "captcha_email",
        )

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        if attrs["captcha_email"] and not attrs.get("author_email"):
            raise serializers.ValidationError({"author_email": "captcha_email needs an address."}, code="required")
        if not attrs["captcha_email"]:
            missing = [name for name in ("captcha_key", "captcha_value") if name not in attrs]
            if missing:
                raise serializers.ValidationError(dict.fromkeys(missing, "This field is required."), code="required")
        return attrs

    @property
    def answer(self) -> captcha.Answer | None:
        """The captcha's answer, or None when the mailed link takes its place."""
        data = self.validated_data
        return None if data["captcha_email"] else captcha.Answer(data["captcha_key"], data["captcha_value"])

    def draft(self) -> Draft:
        """The comment as it was sent."""
        data = self.validated_data
        return Draft(
            kind=data.get("kind", Comment.Kind.COMMENT),
            author_name=data["author_name"],
            author_email=data.get("author_email", ""),
            body=data["body"],
            parent=data.get("parent"),
            notify=data.get("notify", False),
        )


class PostedSerializer(serializers.Serializer[Comment]):
    """The answer to a new comment: its author keeps the token."""

    id = serializers.IntegerField()
    status = serializers.ChoiceField(choices=Comment.Status.choices, source="status_told")
    comment = CommentSerializer(source="*")
    status_url = serializers.SerializerMethodField()
    token = serializers.SerializerMethodField()

    @extend_schema_field(serializers.URLField())
    def get_status_url(self, comment: Comment) -> str:
        return tokens.status_url(comment.pk)

    @extend_schema_field(serializers.CharField())
    def get_token(self, comment: Comment) -> str:
        return tokens.token_of(comment.pk)


class EmptySerializer(StrictSerializer):
    """Nothing is sent."""


class ChallengeSerializer(serializers.Serializer[captcha.Challenge]):
    """A captcha to show. `audio_url` is null where no voice is installed."""

    key = serializers.CharField()
    image_url = serializers.SerializerMethodField()
    audio_url = serializers.SerializerMethodField()
    expires_at = serializers.DateTimeField()

    def get_image_url(self, challenge: captcha.Challenge) -> str:
        return settings.SITE_URL + challenge.image_url

    def get_audio_url(self, challenge: captcha.Challenge) -> str | None:
        return settings.SITE_URL + challenge.audio_url if challenge.audio_url else None


class TextSerializer(BuiltOnce, StrictFields, serializers.ModelSerializer[Comment]):
    """The text of a comment."""

    class Meta:
        model = Comment
        fields = ("body",)


class DraftTextSerializer(BuiltOnce, StrictFields, serializers.ModelSerializer[Comment]):
    """A text that is being written, and the comment that it would reply to."""

    parent = serializers.IntegerField(  # type: ignore[assignment]
        required=False, allow_null=True, min_value=1, max_value=2**63 - 1
    )

    class Meta:
        model = Comment
        fields = ("body", "parent")


class ChoiceSerializer(serializers.Serializer[Any]):
    """What to list of a discussion, and in what order."""

    kind = serializers.ChoiceField(Comment.Kind.choices, required=False)
    answered = serializers.ChoiceField(["true", "false"], required=False)
    sort = serializers.ChoiceField(list(listing.SORTS), required=False)


class PreviewSerializer(serializers.Serializer[Any]):
    """The HTML of a text."""

    body_html = serializers.CharField()
