"""The admin site of the newsroom: who is asked for what before a page is shown."""

import functools
from typing import Any

from django.contrib import messages
from django.contrib.admin import AdminSite
from django.contrib.auth import REDIRECT_FIELD_NAME
from django.contrib.auth.models import User
from django.contrib.auth.views import redirect_to_login
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.shortcuts import redirect
from django.urls import path, reverse
from django.utils.decorators import method_decorator
from django.views.decorators.cache import never_cache

from newsite.staff import log, login, pages, password, secondfactor, sessions
from newsite.staff.frame import user_of

# Open also to those who must set up a second factor first.
BEFORE_SECOND_FACTOR = {"logout", "jsi18n", *(name for _, _, name in pages.SECOND_FACTOR)}


class NewsiteAdminSite(AdminSite):
    """The admin of this site."""

    site_header = site_title = "Newsroom"
    index_title = "Newsroom"
    empty_value_display = "–"
    enable_nav_sidebar = False  # a moderator needs the width

    def get_urls(self) -> list[Any]:
        own = [path(route, self.admin_view(view), name=name) for route, view, name in pages.PAGES]
        return [path("login/code/", login.code, name="login-code"), *own, *super().get_urls()]

    @method_decorator(never_cache)
    def login(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, with a second page for those who have a second factor."""
        if request.method == "GET" and self.has_permission(request):
            return redirect("admin:index")
        context = {
            **self.each_context(request),
            "title": "Log in",
            "subtitle": None,
            "app_path": request.get_full_path(),
            "username": request.user.get_username(),
            **(extra_context or {}),
        }
        if REDIRECT_FIELD_NAME not in request.GET and REDIRECT_FIELD_NAME not in request.POST:
            context[REDIRECT_FIELD_NAME] = reverse("admin:index")
        show = login.PasswordView.as_view(
            extra_context=context, authentication_form=login.LimitedLoginForm, template_name="admin/login.html"
        )
        return show(request)

    def password_change(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, where an old password could be guessed without end."""
        context = {**self.each_context(request), **(extra_context or {})}
        show = password.ChangeView.as_view(success_url=reverse("admin:password_change_done"), extra_context=context)
        return show(request)

    @method_decorator(never_cache)
    def logout(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> Any:
        """As Django's, and noted."""
        if request.method == "POST" and request.user.is_authenticated:
            log.note("Logged out.", by=user_of(request))
        return super().logout(request, extra_context)

    def admin_view(self, view: Any, cacheable: bool = False) -> Any:
        """A page of the newsroom behind its gate: for members of staff whose session has not been ended, and who have
        the second factor that they owe. Nothing of it is kept by browsers, not even what Django takes for harmless."""

        @functools.wraps(view)
        def seen(request: HttpRequest, *args: Any, **kwargs: Any) -> Any:
            user = user_of(request)
            if not user.is_authenticated:  # who logs out twice
                return view(request, *args, **kwargs)
            if not sessions.seen(request, user):
                request.session.flush()
                return redirect_to_login(request.get_full_path(), reverse("admin:login"))
            match = request.resolver_match
            if secondfactor.is_owed(user) and not (match and match.url_name in BEFORE_SECOND_FACTOR):
                messages.warning(request, "Please set up a second factor first.")
                return redirect("admin:second-factor")
            return view(request, *args, **kwargs)

        return super().admin_view(seen, cacheable=False)

    def get_log_entries(self, request: HttpRequest) -> "QuerySet[Any]":
        """What somebody has changed lately, without their own logins."""
        own = {"content_type": ContentType.objects.get_for_model(User), "object_id": str(user_of(request).pk)}
        return super().get_log_entries(request).exclude(**own)
