"""The log of changes in the admin: who did what, to look at."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.http import HttpRequest
from django.utils.html import format_html


@admin.register(LogEntry)
class LogAdmin(admin.ModelAdmin):
    """Everything that members of staff do, save decisions about comments, which have a log of their own.

    Since nothing can be deleted here, an account of which something is noted cannot be deleted either.
    """

    list_display = ("action_time", "user", "action_flag", "content_type", "thing", "what")
    list_filter = ("action_flag", "content_type", ("user", admin.RelatedOnlyFieldListFilter))
    list_select_related = ("user", "content_type")
    list_display_links = None
    search_fields = ("object_repr", "change_message")
    ordering = ("-pk",)
    show_full_result_count = False

    @admin.display(description="object")
    def thing(self, entry: LogEntry) -> str:
        url = None if entry.is_deletion() else entry.get_admin_url()
        return format_html('<a href="{}">{}</a>', url, entry.object_repr) if url else entry.object_repr

    @admin.display(description="what")
    def what(self, entry: LogEntry) -> str:
        return entry.get_change_message()

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
