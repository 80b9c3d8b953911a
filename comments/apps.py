"""The comments app."""

from django.apps import AppConfig


class CommentsConfig(AppConfig):
    """See the package's modules: each is named for its subject."""

    name = "comments"
