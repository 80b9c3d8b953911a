"""The base app, and the admin with the site's own look and login."""

from django.apps import AppConfig
from django.contrib.admin.apps import AdminConfig as DjangoAdminConfig


class NewsiteConfig(AppConfig):
    """Registers the system checks."""

    name = "newsite"

    def ready(self) -> None:
        from newsite import checks  # noqa: F401


class AdminConfig(DjangoAdminConfig):
    """Django's admin, with NewsiteAdminSite as its site."""

    default_site = "newsite.staff.site.NewsiteAdminSite"
