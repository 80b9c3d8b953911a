"""Two pages of an article."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from benchmarks.peers.xtd_site.models import Article


def newest(request: HttpRequest, number: int) -> HttpResponse:
    """The newest hundred comments, as a list."""
    return render(request, "xtd_site/newest.html", {"article": get_object_or_404(Article, pk=number)})


def tree(request: HttpRequest, number: int) -> HttpResponse:
    """All comments, as the package's documents show them."""
    return render(request, "xtd_site/tree.html", {"article": get_object_or_404(Article, pk=number)})
