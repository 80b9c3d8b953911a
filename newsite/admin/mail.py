"""The outbox in the admin."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest

from newsite import outbox
from newsite.admin.readonly import ReadOnlyAdmin
from newsite.models import Mail, MailQuerySet
from newsite.staff.frame import user_of


class StateFilter(admin.SimpleListFilter):
    """What has become of a mail."""

    title = parameter_name = "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [("waiting", "waiting"), ("sent", "sent"), ("given_up", "given up")]

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        chosen = {"waiting": queryset.waiting, "sent": queryset.sent, "given_up": queryset.given_up}
        return chosen.get(self.value() or "", queryset.all)()


@admin.register(Mail)
class MailAdmin(ReadOnlyAdmin):
    """The outbox, to look at: what waits, what went, what was given up and why."""

    list_display = ("subject", "to", "state", "created_at", "sent_at", "tries", "last_error")
    list_filter = (StateFilter,)
    search_fields = ("to", "subject")
    date_hierarchy = "created_at"
    # without text, html and headers, which hold private links
    fields = readonly_fields = ("to", "subject", "state", "created_at", "due_at", "tries", "last_error", "sent_at")
    actions = ("send_again",)

    def has_send_permission(self, request: HttpRequest) -> bool:
        return bool(request.user.has_perm("newsite.change_mail"))

    @admin.action(description="Send again", permissions=["send"])
    def send_again(self, request: HttpRequest, queryset: MailQuerySet) -> None:
        given_up = list(queryset.given_up())
        count = outbox.try_again(queryset)
        LogEntry.objects.log_actions(user_of(request).pk, given_up, CHANGE, "To be sent again.")  # type: ignore[arg-type]
        told = f"To be sent again: {count}. Only mail that was given up is sent again."
        self.message_user(request, told, messages.SUCCESS if count else messages.WARNING)
