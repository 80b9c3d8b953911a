"""The app of the one table."""

from django.apps import AppConfig


class InsertSiteConfig(AppConfig):
    """Named in the settings."""

    name = "benchmarks.speed.insert_site"
