"""Pages that list articles, and the rating of one."""

import datetime
import functools
from itertools import groupby
from typing import Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils import timezone
from django.utils.functional import SimpleLazyObject
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles import ratings
from articles.models import STREAM_SLUG, Article, ArticleQuerySet, Section, Topic
from newsite import caching, keyset, readers, stamps
from newsite.refusals import Refusal

PAGE = 24


def site_head(request: HttpRequest) -> dict[str, Any]:
    """What every page shows at its top; read only when a page shows it."""
    return {
        "site_name": settings.SITE_NAME,
        "site_url": settings.SITE_URL,
        "site_sections": Section.objects.exclude(slug=STREAM_SLUG),
        "site_stamp": SimpleLazyObject(functools.partial(stamps.version, stamps.SITE)),
    }


@require_safe
@caching.public("before")
def home(request: HttpRequest) -> HttpResponse:
    """The Real Time stream: the newest articles, a lead story first."""
    return _list(request, Article.objects.all(), "articles/home.html", {"is_home": True})


@require_safe
@caching.public("before")
def section(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles of a section."""
    found = get_object_or_404(Section, slug=slug)
    return _list(request, Article.objects.filter(section=found), "articles/section.html", {"section": found})


@require_safe
@caching.public()
def topics(request: HttpRequest) -> HttpResponse:
    """All topics that an article names."""
    named = Topic.objects.filter(articles__in=Article.objects.published()).distinct()
    return render(request, "articles/topics.html", {"topics": named, "is_topics": True})


@require_safe
@caching.public("before")
def topic(request: HttpRequest, slug: str) -> HttpResponse:
    """The articles about a topic."""
    found = get_object_or_404(Topic, slug=slug)
    return _list(request, Article.objects.filter(topics=found), "articles/topic.html", {"topic": found})


@require_safe
@caching.public("before", "q")
def search(request: HttpRequest) -> HttpResponse:
    """Articles whose title or standfirst has the words asked for."""
    words = request.GET.get("q", "")[:100].strip()
    found = Article.objects.all().matching(words) if words else Article.objects.none()
    return _list(request, found, "articles/search.html", {"q": words})


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.private
def rating(request: HttpRequest, slug: str) -> HttpResponse:
    """A reader's own rating of an article: to see, to give, to change, to take back."""
    article = get_object_or_404(Article.objects.published().select_related("section__site"), slug=slug)
    try:
        return _rate(request, article) if request.method == "POST" else _own_rating(request, article)
    except Refusal as refusal:
        is_known = not isinstance(refusal, readers.ForgedReader)
        yours = ratings.given_by(readers.known_reader(request), article) if is_known else None
        return refusal.mark(_rating_page(request, article, yours, refusal.status, problem=refusal.told))


def _own_rating(request: HttpRequest, article: Article) -> HttpResponse:
    yours = ratings.given_by(readers.known_reader(request), article)
    return _rating_page(request, article, yours, 200)


def _rate(request: HttpRequest, article: Article) -> HttpResponse:
    who = readers.asker(request)
    try:
        yours, stamp = _change_rating(request, article, who)
    except ratings.NotAStarCount:
        return _rating_page(request, article, None, 400, problem="Choose one to five stars.")
    address = f"{article.get_absolute_url()}?v={stamp}#rating"
    if getattr(request, "htmx", False):
        response = _rating_page(request, article, yours, 200, said=_said(yours))
        response.headers["HX-Replace-Url"] = address  # a reload shows it, too
    else:
        response = HttpResponseRedirect(address, status=303)
    readers.remember(response, who)
    return response


def _change_rating(request: HttpRequest, article: Article, who: readers.Asker) -> tuple[int | None, int]:
    """The stars that the reader has given after this, and the stamp of the pages that show it."""
    yours: int | None = None
    if "take_back" in request.POST:
        stamp = ratings.remove(article=article, who=who)
    else:
        given = request.POST.get("stars", "")
        yours = int(given) if given in {"1", "2", "3", "4", "5"} else 0
        stamp = ratings.rate(article=article, who=who, stars=yours)
    return yours, stamp


def _said(yours: int | None) -> str:
    if yours is None:
        return "Your rating was taken back."
    return f"You rated this article {yours} out of 5. Thank you."


def _rating_page(
    request: HttpRequest, article: Article, yours: int | None, status: int, *, problem: str = "", said: str = ""
) -> HttpResponse:
    template = "articles/_rating.html" if getattr(request, "htmx", False) else "articles/rating.html"
    context = {"article": article, "yours": yours, "problem": problem, "said": said}
    return render(request, template, context, status=status)


def _list(request: HttpRequest, articles: ArticleQuerySet, template: str, context: dict[str, Any]) -> HttpResponse:
    """A page of published articles, newest first, older than the place that `before` names."""
    found = articles.published().newest_first().select_related("section__site").prefetch_related("topics")
    found = found.without_text()
    before = keyset.asked_for(request, "before")
    if before:
        found = found.filter(before.older("published_at"))
    shown, following = keyset.cut(found, PAGE, "published_at")
    now = timezone.now()
    groups = [(age, list(group)) for age, group in groupby(shown, lambda article: _age(article.published_at, now))]
    lead = groups[0][1].pop(0) if groups and not before and template == "articles/home.html" else None
    return render(request, template, {**context, "lead": lead, "groups": groups, "next": following})


def _age(published_at: datetime.datetime | None, now: datetime.datetime) -> str:
    """The heading under which a list shows an article."""
    if published_at is None:
        return ""
    if now - published_at < datetime.timedelta(hours=1):
        return "This hour"
    day, today = timezone.localdate(published_at), timezone.localdate(now)
    if day == today:
        return "Today"
    if day == today - datetime.timedelta(days=1):
        return "Yesterday"
    return f"{day.day} {day:%B}" if day.year == today.year else f"{day.day} {day:%B %Y}"
