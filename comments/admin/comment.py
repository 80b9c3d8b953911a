"""Moderating in the admin: the list with its actions, and a comment with its findings and history."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.admin.helpers import ActionForm
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from comments import bulk
from comments.admin import acts
from comments.admin.filters import AgeFilter, ArticleFilter, QueueFilter
from comments.admin.log import EventInline, ReportInline, RevisionInline
from comments.models import Action, Comment, Reason
from newsite.admin.readonly import ReadOnlyAdmin

EXCERPT = 400


class DecisionForm(ActionForm):
    """The reason and the note that go with a rejection."""

    reason = forms.ChoiceField(choices=[("", "– reason –"), *Reason.choices], required=False)
    note = forms.CharField(
        max_length=1000, required=False, widget=forms.TextInput(attrs={"placeholder": "note to author"})
    )


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments: pending ones first, each with its text, so that most are decided from the list."""

    list_display = ("text", "noticed", "who", "about", "status", "created_at")
    list_filter = (QueueFilter, "kind", AgeFilter, ArticleFilter)
    list_select_related = ("article",)
    list_per_page = 50
    search_fields = ("body", "author_name", "author_email")
    ordering = ("created_at", "pk")
    show_full_result_count = False
    action_form = DecisionForm
    actions = ("approve", "keep", "reject", "spam", "hold", "undo")
    change_form_template = "admin/comment_form.html"
    fields = ("text_whole", "status", "who", "author_email", "about", "parent", "duplicate_of", "noticed", "created_at")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Comment]:
        return super().get_queryset(request).defer("thread_html", "first_replies", "body_html")

    def get_inlines(self, request: HttpRequest, obj: Comment | None) -> list[Any]:
        """Only what there is to look at."""
        shown: list[Any] = [ReportInline] if obj and obj.reports.exists() else []
        return [*shown, *([RevisionInline] if obj and obj.revision else []), EventInline]

    @admin.display(description="text")
    def text(self, comment: Comment) -> SafeString:
        """The text, and which revision of it is shown: a decision about it is a decision about this text."""
        excerpt = comment.body if len(comment.body) <= EXCERPT else f"{comment.body[:EXCERPT]} …"
        seen = format_html('<input type="hidden" name="{}" value="{}">', acts.seen_field(comment.pk), comment.version)
        return format_html("{}{}", excerpt, seen)

    @admin.display(description="text")
    def text_whole(self, comment: Comment) -> SafeString:
        return format_html('<div class="prose">{}</div>', mark_safe(comment.body_html))  # noqa: S308 - the one renderer's

    @admin.display(description="by", ordering="author_name")
    def who(self, comment: Comment) -> str:
        staff = ", staff" if comment.author_is_staff else ""
        return f"{comment.author_name} ({comment.get_kind_display().lower()}{staff})"

    @admin.display(description="article")
    def about(self, comment: Comment) -> SafeString:
        return format_html('<a href="{}">{}</a>', comment.article.get_absolute_url(), comment.article.title)

    @admin.display(description="noticed")
    def noticed(self, comment: Comment) -> SafeString | str:
        lines = [(finding["check"].replace("_", " "), finding["detail"]) for finding in comment.findings]
        if comment.open_reports:
            lines.append(("reported", f"by {comment.open_reports} reader{'' if comment.open_reports == 1 else 's'}"))
        if comment.revision:
            lines.append(("edited", f"{comment.revision} time{'' if comment.revision == 1 else 's'}"))
        return format_html_join(mark_safe("<br>"), "<b>{}</b>: {}", lines) or "–"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("comments.moderate_comment"))

    @admin.action(description="Approve", permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.APPROVE)

    @admin.action(description="Keep: what was reported may stay", permissions=["moderate"])
    def keep(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.KEEP)

    @admin.action(description="Reject, for the reason chosen", permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.REJECT)

    @admin.action(description="Mark as spam", permissions=["moderate"])
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.SPAM)

    @admin.action(description="Hold: back to pending", permissions=["moderate"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.HOLD)

    @admin.action(description="Undo my decision", permissions=["moderate"])
    def undo(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        _decide(request, queryset, Action.UNDO)

    def get_urls(self) -> list[Any]:
        return [*acts.urls(self), *super().get_urls()]

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        if comment := kwargs.get("obj"):
            context |= acts.offered(comment, request)
            context["decision_form"] = DecisionForm()
        return super().render_change_form(request, context, *args, **kwargs)


def _decide(request: HttpRequest, chosen: QuerySet[Comment], action: Action) -> None:
    # One more than may be decided at once is enough to be told so.
    acts.moderate(request, chosen.values_list("pk", flat=True)[: bulk.AT_ONCE + 1], action)
