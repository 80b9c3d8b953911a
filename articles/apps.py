"""The articles app."""

from django.apps import AppConfig


class ArticlesConfig(AppConfig):
    """See the package's modules: each is named for its subject."""

    name = "articles"
