"""Django's admin with the site's name, a login that strangers cannot guess at, and the outbox."""

from typing import Any

from django.contrib import admin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from newsite import ratelimit, readers
from newsite.models import Mail


class LimitedLoginForm(AdminAuthenticationForm):
    """Counts failed logins per network and per name; past the limit a right password is not looked at either."""

    def clean(self) -> dict[str, Any]:
        assert self.request is not None
        keys = (f"n:{readers.network_key(self.request)}", f"u:{self.cleaned_data.get('username', '').lower()[:60]}")
        try:
            ratelimit.check("logins", *keys)
        except ratelimit.RateLimited as limit:
            raise ValidationError(
                f"Too many failed logins. Try again in {-(-limit.retry_after // 60)} minutes.", code="locked_out"
            ) from limit
        try:
            return super().clean()
        except ValidationError:
            for key in keys:
                self._count_failure(key)
            raise

    @staticmethod
    def _count_failure(key: str) -> None:
        try:
            ratelimit.take("logins", key)
        except ratelimit.RateLimited:
            pass  # already at the limit: the next try is told


class NewsiteAdminSite(admin.AdminSite):
    """The admin of this site."""

    site_header = site_title = "Newsroom"
    index_title = "Newsroom"
    login_form = LimitedLoginForm
    empty_value_display = "–"


@admin.register(Mail)
class MailAdmin(admin.ModelAdmin):
    """The outbox, to look at: what waits, what went, what failed and why."""

    list_display = ("subject", "to", "created_at", "sent_at", "tries", "last_error")
    list_filter = (("sent_at", admin.EmptyFieldListFilter), "tries")
    search_fields = ("to", "subject")
    date_hierarchy = "created_at"

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Mail | None = None) -> bool:
        return False
