"""The outbox in the admin."""

from django.contrib import admin
from django.http import HttpRequest

from newsite.models import Mail


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):
    """The outbox, to look at: what waits, what went, what failed and why."""

    list_display = ("subject", "to", "created_at", "sent_at", "tries", "last_error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter), "tries")
    search_fields = ("to", "subject")
    date_hierarchy = "created_at"
    exclude = ("text",)  # it holds private links

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False
