"""Accounts in the admin, with their sessions."""

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin as DjangoUserAdmin
from django.contrib.auth.models import User

# Secrets are nothing to look at, and nobody logs in by a mail address.
admin.site.unregister((User, Authenticator, EmailAddress))


@admin.register(User)
class UserAdmin(DjangoUserAdmin):
    """Accounts; superusers can end their sessions and take away a second factor that was lost."""

    change_form_template = "admin/user_form.html"
