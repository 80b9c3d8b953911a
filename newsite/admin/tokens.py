"""API tokens in the admin: made, shown once, revoked."""

from typing import Any

from django import forms
from django.contrib import admin
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse

from newsite.models import StaffToken
from newsite.staff import frame, tokens
from newsite.staff.frame import user_of
from newsite.staff.password import AsksPassword


class TokenForm(forms.ModelForm, AsksPassword):
    """What a token is for, and the password: a token outlives the session in which it is made."""


@admin.register(StaffToken)
class TokenAdmin(admin.ModelAdmin):
    """The own tokens; superusers see those of all, and make them for others."""

    list_display = ("name", "user", "created_at", "last_used_at")
    list_select_related = ("user",)
    ordering = ("-pk",)
    actions = None

    def get_queryset(self, request: HttpRequest) -> "QuerySet[StaffToken]":
        found = super().get_queryset(request)
        return found if user_of(request).is_superuser else found.filter(user=user_of(request))

    def get_form(self, request: HttpRequest, obj: Any = None, change: bool = False, **kwargs: Any) -> Any:
        asking = type("TokenForm", (TokenForm,), {"request": request})
        return super().get_form(request, obj, change, form=asking, **kwargs)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        if obj:
            return ("name", "user", "created_at", "last_used_at")
        return ("name", "user", "password") if user_of(request).is_superuser else ("name", "password")

    def formfield_for_foreignkey(self, db_field: Any, request: HttpRequest, **kwargs: Any) -> Any:
        kwargs["queryset"] = User.objects.filter(is_staff=True, is_active=True).order_by("username")
        return super().formfield_for_foreignkey(db_field, request, **kwargs)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def render_change_form(self, request: HttpRequest, context: dict[str, Any], *args: Any, **kwargs: Any) -> Any:
        return frame.told(super().render_change_form(request, context, *args, **kwargs), context["adminform"].form)

    def save_model(self, request: HttpRequest, obj: Any, form: Any, change: bool) -> None:
        user = form.cleaned_data.get("user") or user_of(request)
        token, obj.key = tokens.create(user=user, name=obj.name, by=user_of(request))
        obj.pk, obj.user = token.pk, user

    def response_add(self, request: HttpRequest, obj: Any, post_url_continue: str | None = None) -> HttpResponse:
        """Shown at once: a redirect would have to keep it somewhere."""
        return frame.answer(request, "token_made.html", "API token", token=obj, key=obj.key)

    def delete_model(self, request: HttpRequest, obj: StaffToken) -> None:
        tokens.revoke(obj, by=user_of(request))

    # Noted where they happen.
    def log_addition(self, request: HttpRequest, obj: Any, message: Any) -> None: ...  # type: ignore[override]

    def log_deletions(self, request: HttpRequest, queryset: Any) -> None: ...  # type: ignore[override]
