"""The page that shows both apps: an article with its rating and its discussion."""

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.utils.functional import SimpleLazyObject
from django.views.decorators.http import require_safe

from articles import lookup
from comments import listing
from comments.forms import CommentForm
from newsite import caching, stamps

LIVE_COLUMNS = ("id", "rating_count", "rating_sum", "comment_count", "question_count")


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
        "page": listing.page(shown),
        "choice": listing.DEFAULT,
        "form": SimpleLazyObject(CommentForm),
        "site_stamp": stamp,
    }
    return render(request, "article.html", context)


@require_safe
@caching.public()
def live(request: HttpRequest, slug: str) -> HttpResponse:
    """What an open page asks for again and again: how many comments there are, and the rating."""
    shown = lookup.published(slug, LIVE_COLUMNS)
    caching.shows(request, shown.stamp)
    told = {
        "comments": shown.discussion_count,
        "comments_told": f"{shown.discussion_count} comment{'' if shown.discussion_count == 1 else 's'}",
        "average": shown.rating_average,
        "rating": render_to_string("articles/_rating_line.html", {"article": shown}).strip(),
    }
    return JsonResponse(told)


def robots(request: HttpRequest) -> HttpResponse:
    """Programs may read what is public; private pages say noindex themselves."""
    lines = "User-agent: *\nDisallow: /admin/\nDisallow: /captcha/\n"
    return HttpResponse(lines, content_type="text/plain")
