"""The shape of what readers send; the rules of each field stand on the model."""

from typing import Any

from django import forms

from comments.captcha import Answer
from comments.models import BODY_LENGTH, NAME_LENGTH, Comment
from comments.posting import Draft


class LineBreaks(forms.CharField):
    """Text whose line breaks count as one character each, as the reader sees them, however the browser sends them."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


class CommentForm(forms.ModelForm):
    """A comment or question, the captcha beside it, and a field that only programs fill in."""

    body = LineBreaks(
        min_length=BODY_LENGTH[0],
        max_length=BODY_LENGTH[1],
        error_messages={"required": "Write your comment or question here."},
        widget=forms.Textarea(attrs={"rows": 6}),
    )
    parent = forms.IntegerField(required=False, widget=forms.HiddenInput)
    website = forms.CharField(required=False)  # the honeypot
    captcha_key = forms.CharField(required=False)
    captcha_value = forms.CharField(required=False, max_length=40)
    captcha_email = forms.BooleanField(required=False)

    class Meta:
        model = Comment
        fields = ("kind", "body", "author_name", "author_email")
        error_messages = {"author_name": {"required": "Say what name to show beside it."}}  # noqa: RUF012

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["author_name"].min_length = NAME_LENGTH[0]  # type: ignore[attr-defined]
        self.fields["kind"].required = False  # left out, it is a comment

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("captcha_email") and not data.get("author_email") and "author_email" not in self.errors:
            self.add_error("author_email", "Give the address that the link should go to.")
        return data

    @property
    def answer(self) -> Answer | None:
        """The captcha's answer, or None when the mailed link takes its place."""
        data = self.cleaned_data
        return None if data["captcha_email"] else Answer(data["captcha_key"], data["captcha_value"])

    @property
    def captcha_was_asked(self) -> bool:
        """Whether the reader has seen a captcha, or has chosen the mailed link."""
        return bool(self.data.get("captcha_key") or self.data.get("captcha_email"))

    @property
    def first_error(self) -> str:
        """The first field with something wrong in it, which gets the focus."""
        return next((name for name in self.fields if name in self.errors), "") if self.is_bound else ""

    def draft(self) -> Draft:
        """The comment as the form holds it."""
        data = self.cleaned_data
        return Draft(
            kind=data["kind"] or Comment.Kind.COMMENT,
            author_name=data["author_name"],
            author_email=data["author_email"],
            body=data["body"],
            parent=data["parent"],
            honeypot=data["website"],
        )
