"""Pages that everybody reads: a discussion, a thread, the way to one comment."""

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe

from articles.models import Article
from comments import listing, places, threads, writing
from comments.models import Comment
from newsite import caching, keyset


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.public("after", *listing.PARAMETERS)
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments of an article in the order asked for, and the place to which new ones are sent."""
    if request.method == "POST":
        return writing.post(request, slug)
    article = get_object_or_404(Article.objects.published().select_related("section__site"), slug=slug)
    caching.shows(request, article.stamp)
    choice, after = listing.Choice.of(request.GET), request.GET.get("after")
    try:
        page = listing.page(article, choice, keyset.row_id(after) or 0 if after else None)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    return render(request, "comments/discussion.html", {"article": article, "page": page, "choice": choice})


@require_safe
@caching.public("after")
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread with its replies, a page at a time."""
    top = get_object_or_404(Comment.objects.tops().select_related("article__section__site"), pk=pk)
    after = request.GET.get("after", "")
    if not top.article.is_public or (after and not threads.PATH.fullmatch(after)):
        raise Http404
    caching.shows(request, top.article.stamp)
    replies, following = threads.replies(top, after)
    context = {"article": top.article, "thread": threads.Thread(top, replies), "next": following, "after": after}
    return render(request, "comments/thread.html", context)


@require_safe
@caching.public()
def comment(request: HttpRequest, pk: int) -> HttpResponse:
    """The address of one comment for good: it leads to the page that shows it now."""
    found = get_object_or_404(Comment.objects.shown().select_related("article", "thread"), pk=pk)
    if not found.article.is_public:
        raise Http404
    return HttpResponseRedirect(places.address(found))
