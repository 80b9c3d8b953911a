"""The shape of what readers send; the rules of each field stand on the model."""

from typing import Any

from django import forms

from comments.captcha import Answer
from comments.models import APPEAL_LENGTH, BODY_LENGTH, NAME_LENGTH, Appeal, Comment, Reason, Report
from comments.posting import Draft
from comments.reports import Complaint


class LineBreaks(forms.CharField):
    """Text whose line breaks count as one character each, as the reader sees them, however the browser sends them."""

    def to_python(self, value: Any) -> Any:
        return super().to_python(value.replace("\r\n", "\n") if isinstance(value, str) else value)


def _text_field() -> LineBreaks:
    return LineBreaks(
        min_length=BODY_LENGTH[0],
        max_length=BODY_LENGTH[1],
        error_messages={"required": "Write your comment or question here."},
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class CommentForm(forms.ModelForm):
    """A comment or question, the captcha beside it, and a field that only programs fill in."""

    body = _text_field()
    notify = forms.BooleanField(required=False)
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
            notify=data["notify"],
            honeypot=data["website"],
        )


class EditForm(forms.ModelForm):
    """The new text of a comment."""

    body = _text_field()

    class Meta:
        model = Comment
        fields = ("body",)


class AppealForm(forms.ModelForm):
    """Why a decision is wrong."""

    text = LineBreaks(
        max_length=APPEAL_LENGTH, error_messages={"required": "Say why the decision is wrong."}, widget=forms.Textarea
    )

    class Meta:
        model = Appeal
        fields = ("text",)


class FollowForm(forms.Form):
    """An address to write to."""

    email = forms.EmailField(max_length=254, error_messages={"required": "Give the address that we should write to."})


class ReportForm(forms.ModelForm):
    """What is wrong with a comment."""

    REASONS = [choice for choice in Reason.choices if choice[0] != Reason.ILLEGAL]  # noqa: RUF012

    reason = forms.ChoiceField(
        choices=REASONS,
        error_messages={"required": "Choose what is wrong with it."},
    )

    class Meta:
        model = Report
        fields = ("reason", "detail")

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("reason") == Reason.OTHER and not data.get("detail", "").strip():
            self.add_error("detail", "Say what is wrong with it.")
        return data

    def complaint(self) -> Complaint:
        """The report as the form holds it."""
        return Complaint(reason=self.cleaned_data["reason"], detail=self.cleaned_data["detail"])


class NoticeForm(forms.ModelForm):
    """A notice of illegal content: what article 16 (2) of the Digital Services Act asks for."""

    is_abuse = forms.BooleanField(required=False)  # of children: then nobody has to say who they are
    good_faith = forms.BooleanField(error_messages={"required": "Confirm that this is accurate and complete."})

    class Meta:
        model = Report
        fields = ("detail", "name", "email")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["detail"].required = True
        self.fields["detail"].error_messages["required"] = "Say why it is illegal, and under which law if you know it."

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        for name, told in (("name", "Give your name."), ("email", "Give an address for the answer.")):
            if not data.get("is_abuse") and not data.get(name) and name not in self.errors:
                self.add_error(name, told)
        return data

    def complaint(self) -> Complaint:
        """The notice as the form holds it."""
        data = self.cleaned_data
        return Complaint(Reason.ILLEGAL, data["detail"], is_notice=True, name=data["name"], email=data["email"])
