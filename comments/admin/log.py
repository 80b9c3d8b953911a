"""What was decided, said and changed, to look at: what happens to these rows happens through the verbs."""

from typing import Any

from django.contrib import admin
from django.forms.models import BaseInlineFormSet
from django.http import HttpRequest

from comments.models import ModerationEvent, Report, Revision
from newsite.admin.readonly import ReadOnlyAdmin

INLINE_ROWS = 50


class NewestRows(BaseInlineFormSet):
    """No more rows than somebody reads; the logs have them all."""

    def get_queryset(self) -> Any:
        if not hasattr(self, "_newest"):
            self._newest = list(super().get_queryset()[:INLINE_ROWS])
        return self._newest


class ReadOnlyInline(admin.TabularInline):
    """The newest rows of a comment, to look at."""

    formset = NewestRows
    ordering = ("-pk",)
    extra = 0
    can_delete = False
    list_select_related: tuple[str, ...] = ()

    def has_add_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_view_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return True  # to whom the comment is shown

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).select_related(*self.list_select_related)


class EventInline(ReadOnlyInline):
    """What was decided so far."""

    model = ModerationEvent
    verbose_name_plural = "decisions so far"
    list_select_related = ("actor",)
    fields = readonly_fields = ("created_at", "action", "by", "actor", "old_status", "new_status", "reason", "note")


class ReportInline(ReadOnlyInline):
    """What readers say is wrong with it."""

    model = Report
    verbose_name_plural = "reports"
    list_select_related = ("settled_by",)
    fields = readonly_fields = ("created_at", "reason", "detail", "is_notice", "name", "settled_by")


class RevisionInline(ReadOnlyInline):
    """What its author had written before."""

    model = Revision
    verbose_name_plural = "earlier texts"
    fields = readonly_fields = ("number", "body", "replaced_at")


@admin.register(ModerationEvent)
class EventAdmin(ReadOnlyAdmin):
    """The log of all decisions."""

    list_display = ("created_at", "action", "actor", "by", "comment", "old_status", "new_status", "reason", "note")
    list_filter = ("action", "by", "reason", "actor")
    list_select_related = ("comment", "actor")
    ordering = ("-pk",)
    show_full_result_count = False

    def get_queryset(self, request: HttpRequest) -> Any:
        unread = ("thread_html", "first_replies", "body_html", "findings")
        return super().get_queryset(request).defer(*(f"comment__{name}" for name in unread))


@admin.register(Report)
class ReportAdmin(ReadOnlyAdmin):
    """What readers say is wrong; a decision about the comment settles it."""

    list_display = ("created_at", "comment", "reason", "detail", "is_notice", "name", "settled_by")
    list_filter = ("is_notice", ("settled_by", admin.EmptyFieldListFilter), "reason")
    list_select_related = ("comment", "settled_by")
    ordering = ("-pk",)
    show_full_result_count = False
    fields = ("comment", "reason", "detail", "is_notice", "name", "email", "created_at", "settled_by")
