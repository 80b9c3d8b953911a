"""Accounts in the admin, with their sessions."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.admin.utils import unquote
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect

from newsite.admin.told import ToldAdmin

# Secrets are nothing to look at, and nobody logs in by a mail address.
admin.site.unregister((User, Authenticator, EmailAddress))


@admin.register(User)
class UserAdmin(ToldAdmin, DjangoUserAdmin):
    """Accounts; superusers can end their sessions and take away a second factor that was lost."""

    change_form_template = "admin/user_form.html"

    def user_change_password(self, request: HttpRequest, id: str, form_url: str = "") -> HttpResponse:  # noqa: A002 - Django names it
        """The password of somebody else; the own one is changed where the old one is asked for."""
        if self.get_object(request, unquote(id)) == request.user:
            return redirect("admin:password_change")
        return super().user_change_password(request, id, form_url)
