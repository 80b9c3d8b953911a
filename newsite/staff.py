"""The admin site of the newsroom, with a login that strangers cannot guess at, and pages of rows to look at."""

from contextlib import suppress
from typing import Any

from django.contrib.admin import AdminSite, ModelAdmin
from django.contrib.admin.forms import AdminAuthenticationForm
from django.core.exceptions import ValidationError
from django.http import HttpRequest

from newsite import ratelimit, readers


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
                with suppress(ratelimit.RateLimited):  # at the limit already: the next try is told
                    ratelimit.take("logins", key)
            raise


class NewsiteAdminSite(AdminSite):
    """The admin of this site."""

    site_header = site_title = "Newsroom"
    index_title = "Newsroom"
    login_form = LimitedLoginForm
    empty_value_display = "–"
    enable_nav_sidebar = False  # a moderator needs the width

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """Nothing of the newsroom is kept by browsers, not even what Django takes for harmless."""
        return super().admin_view(view, cacheable=False)


class ReadOnlyAdmin(ModelAdmin):
    """Rows to look at; what happens to them happens through verbs."""

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
