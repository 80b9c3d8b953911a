"""The site as an application, for its model and templates."""

from django.apps import AppConfig


class XtdSiteConfig(AppConfig):
    """Named shortly, for its table and its folder of templates."""

    name = "benchmarks.peers.xtd_site"
    label = "xtd_site"
    default_auto_field = "django.db.models.BigAutoField"
