"""The page that shows both apps: an article with its rating and its discussion."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from articles import lookup
from comments import threads
from comments.forms import CommentForm
from newsite import caching, stamps


@require_safe
@caching.public()
def article(request: HttpRequest, slug: str) -> HttpResponse:
    """An article, its rating line, and its newest threads."""
    # Read before the article: its parts may be remembered by an older stamp than theirs, never by a newer one.
    stamp = stamps.version(stamps.SITE)
    shown = lookup.published(slug)
    caching.shows(request, shown.stamp)
    context = {
        "article": shown,
        "page": threads.page(shown),
        "form": SimpleLazyObject(CommentForm),
        "site_stamp": stamp,
    }
    return render(request, "article.html", context)


def robots(request: HttpRequest) -> HttpResponse:
    """Programs may read what is public; private pages say noindex themselves."""
    lines = "User-agent: *\nDisallow: /admin/\nDisallow: /captcha/\n"
    return HttpResponse(lines, content_type="text/plain")
