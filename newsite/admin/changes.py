"""The log of changes in the admin: who did what, to look at."""

from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.utils.html import format_html

from newsite.admin.readonly import ReadOnlyAdmin


@admin.register(LogEntry)
class LogAdmin(ReadOnlyAdmin):
    """What members of staff do, and wrong passwords in their names. Decisions about comments have a log of their own.

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
