"""Three pages of an article."""

from typing import Any

from django.apps import apps
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from benchmarks.peers.xtd_site.models import Article


def newest(request: HttpRequest, number: int) -> HttpResponse:
    """The newest hundred comments, as a list."""
    return render(request, "xtd_site/newest.html", {"article": get_object_or_404(Article, pk=number)})


def tree(request: HttpRequest, number: int) -> HttpResponse:
    """All comments, as the package's documents show them."""
    return render(request, "xtd_site/tree.html", {"article": get_object_or_404(Article, pk=number)})


def thread(request: HttpRequest, number: int, top: int, skipped: int, shown: int) -> HttpResponse:
    """Some replies of one thread, in its order, as a list."""
    config: Any = apps.get_app_config("django_comments_xtd")
    replies = config.get_model("XtdComment").objects.filter(thread_id=top, level=1).order_by("order")
    context = {"article": get_object_or_404(Article, pk=number), "found": replies[skipped : skipped + shown]}
    return render(request, "xtd_site/thread.html", context)
