"""Moderating in the admin: the list with its actions, a comment with its findings and history, the log of decisions."""

import datetime
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.helpers import ActionForm
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe
from django.views.decorators.http import require_POST

from articles.models import Article
from comments import moderation
from comments.models import Comment, ModerationEvent, Reason
from comments.moderation import Action
from newsite import keyset

EXCERPT = 400
NOTE = forms.TextInput(attrs={"placeholder": "note to author"})


class DecisionForm(ActionForm):
    """The reason and the note that go with a rejection."""

    reason = forms.ChoiceField(choices=[("", "– reason –"), *Reason.choices], required=False)
    note = forms.CharField(
        max_length=1000, required=False, widget=forms.TextInput(attrs={"placeholder": "note to author"})
    )


class StatusFilter(admin.SimpleListFilter):
    """Shows what is waiting, unless something else is chosen."""

    title = parameter_name = "status"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(Comment.Status.PENDING, "pending"), ("all", "all"), *Comment.Status.choices[2:]]

    def choices(self, changelist: Any) -> Any:
        for value, label in self.lookup_choices:
            yield {
                "selected": (self.value() or Comment.Status.PENDING) == value,
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": label,
            }

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        status = self.value() or Comment.Status.PENDING
        return (
            queryset.exclude(status=Comment.Status.UNCONFIRMED) if status == "all" else queryset.filter(status=status)
        )


class AgeFilter(admin.SimpleListFilter):
    """How long ago a comment was written."""

    title = parameter_name = "age"
    ages = {"hour": ("less than an hour", 1), "day": ("less than a day", 24), "week": ("less than a week", 168)}  # noqa: RUF012

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [*((name, label) for name, (label, _) in self.ages.items()), ("older", "older than a week")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        now = timezone.now()
        if self.value() in self.ages:
            return queryset.filter(created_at__gte=now - datetime.timedelta(hours=self.ages[self.value() or ""][1]))
        if self.value() == "older":
            return queryset.filter(created_at__lt=now - datetime.timedelta(weeks=1))
        return queryset


class ArticleFilter(admin.SimpleListFilter):
    """The articles with the most waiting comments, and the one that is chosen."""

    title = "article"
    parameter_name = "article"
    most = 12

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        waiting = Comment.objects.waiting().values_list("article").annotate(count=Count("pk")).order_by("-count")
        ids = [pk for pk, _ in waiting[: self.most]]
        chosen = keyset.row_id(request.GET.get(self.parameter_name))
        wanted = {*ids, chosen} if chosen else set(ids)
        titles = dict(Article.objects.filter(pk__in=wanted).values_list("pk", "title"))
        return [(str(pk), title) for pk, title in titles.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Comment]) -> QuerySet[Comment]:
        chosen = keyset.row_id(self.value())
        return queryset.filter(article=chosen) if chosen else queryset


class EventInline(admin.TabularInline):
    """What was decided so far; it cannot be changed."""

    model = ModerationEvent
    verbose_name_plural = "decisions so far"
    extra = 0
    fields = readonly_fields = ("created_at", "action", "by", "actor", "old_status", "new_status", "reason", "note")
    can_delete = False

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


class ReadOnlyAdmin(admin.ModelAdmin):
    """Rows to look at: what happens to them happens through `moderation`."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False


@admin.register(Comment)
class CommentAdmin(ReadOnlyAdmin):
    """Comments: pending ones first, each with its text, so that most are decided from the list."""

    list_display = ("text", "noticed", "who", "about", "status", "created_at")
    list_filter = (StatusFilter, "kind", AgeFilter, ArticleFilter)
    list_select_related = ("article",)
    list_per_page = 50
    search_fields = ("body", "author_name", "author_email")
    ordering = ("created_at", "pk")
    show_full_result_count = False
    action_form = DecisionForm
    actions = ("approve", "reject", "spam", "hold", "undo")
    change_form_template = "admin/comment_form.html"
    inlines = (EventInline,)
    fields = ("text_whole", "status", "who", "author_email", "about", "parent", "noticed", "created_at")

    @admin.display(description="text")
    def text(self, comment: Comment) -> str:
        return comment.body if len(comment.body) <= EXCERPT else f"{comment.body[:EXCERPT]} …"

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
        lines = ((finding["check"].replace("_", " "), finding["detail"]) for finding in comment.findings)
        return format_html_join(mark_safe("<br>"), "<b>{}</b>: {}", lines) or "–"

    def has_moderate_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("comments.moderate_comment"))

    @admin.action(description="Approve", permissions=["moderate"])
    def approve(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._moderate(request, queryset, Action.APPROVE)

    @admin.action(description="Reject, for the reason chosen", permissions=["moderate"])
    def reject(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._moderate(request, queryset, Action.REJECT)

    @admin.action(description="Mark as spam", permissions=["moderate"])
    def spam(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._moderate(request, queryset, Action.SPAM)

    @admin.action(description="Hold: back to pending", permissions=["moderate"])
    def hold(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._moderate(request, queryset, Action.HOLD)

    @admin.action(description="Undo my decision", permissions=["moderate"])
    def undo(self, request: HttpRequest, queryset: QuerySet[Comment]) -> None:
        self._moderate(request, queryset, Action.UNDO)

    def _moderate(self, request: HttpRequest, comments: QuerySet[Comment], action: Action) -> None:
        reason, note = request.POST.get("reason", ""), request.POST.get("note", "")[:1000]
        done = 0
        for comment in comments:
            try:
                moderation.moderate(comment, action, by=_user(request), reason=reason, note=note)
            except moderation.ReasonMissing as problem:
                self.message_user(request, str(problem), messages.ERROR)
                return
            except moderation.Refused as problem:
                self.message_user(request, str(problem), messages.WARNING)
            else:
                done += 1
        if done:
            told = f"{action.label}: {done} comment{'' if done == 1 else 's'}."
            self.message_user(request, told, messages.SUCCESS)

    def get_urls(self) -> list[Any]:
        decide = path("<int:pk>/decide/", self.admin_site.admin_view(require_POST(self.decide)), name="comment-decide")
        return [decide, *super().get_urls()]

    def decide(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take one of the actions on the page of a comment."""
        if not self.has_moderate_permission(request):
            raise PermissionDenied
        comment = get_object_or_404(Comment, pk=pk)
        if request.POST.get("action") in Action.values:
            self._moderate(request, Comment.objects.filter(pk=comment.pk), Action(request.POST["action"]))
        return HttpResponseRedirect(reverse("admin:comments_comment_change", args=[pk]))

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        comment = kwargs.get("obj")
        if comment and self.has_moderate_permission(request):
            context["possible"] = [
                (action, action.label) for action in moderation.possible_actions(comment, _user(request))
            ]
            context["decision_form"] = DecisionForm()
        return super().render_change_form(request, context, *args, **kwargs)


def _user(request: HttpRequest) -> User:
    return cast(User, request.user)  # the admin lets nobody else in


@admin.register(ModerationEvent)
class EventAdmin(ReadOnlyAdmin):
    """The log of all decisions."""

    list_display = ("created_at", "action", "actor", "by", "comment", "old_status", "new_status", "reason", "note")
    list_filter = ("action", "by", "reason", "actor")
    list_select_related = ("comment", "actor")
    ordering = ("-pk",)
    show_full_result_count = False
