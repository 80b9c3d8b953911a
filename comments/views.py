"""Pages about comments: a discussion to read on, a thread, and what became of one's own comment."""

from contextlib import suppress

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from articles.models import Article
from comments import moderation, notifications, posting, threads, tokens, writing
from comments.models import Comment
from newsite import caching, keyset


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.public("before")
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments of an article beyond those that its page shows, and the place to which new ones are sent."""
    if request.method == "POST":
        return writing.post(request, slug)
    article = get_object_or_404(Article.objects.published().select_related("section"), slug=slug)
    caching.shows(request, article.stamp)
    before = request.GET.get("before")
    try:
        page = threads.page(article, keyset.row_id(before) or 0 if before else None)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    return render(request, "comments/discussion.html", {"article": article, "page": page})


@require_safe
@caching.public("after")
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread with all its replies."""
    tops = Comment.objects.published().tops().select_related("article__section")
    top = get_object_or_404(tops, pk=pk)
    if not top.article.is_public:
        raise Http404
    caching.shows(request, top.article.stamp)
    replies, following = threads.replies(top, keyset.asked_for(request, "after"))
    context = {"article": top.article, "thread": threads.Thread(top, replies), "next": following}
    return render(request, "comments/thread.html", context)


@require_safe
@caching.private
def status(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The private page that tells an author what became of a comment."""
    comment = _own(pk, token)
    context = {
        "comment": comment,
        "article": comment.article,
        "decision": moderation.last_decision(comment),
        "token": token,
        "can_withdraw": comment.status in moderation.TRANSITIONS[moderation.Action.WITHDRAW].sources,
        "waiting_before": moderation.waiting_before(comment),
    }
    return render(request, "comments/status.html", context)


@csrf_exempt
@require_POST
@caching.private
def withdraw(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The author takes the comment back."""
    with suppress(moderation.Conflict):  # the status page tells what it is instead
        posting.withdraw(_own(pk, token))
    return HttpResponseRedirect(reverse("comment-status", args=[pk, token]), status=303)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@caching.private
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The mailed link. Opening it changes nothing (mail scanners open links); its button does."""
    pk = notifications.confirmed_id(key)
    if pk is None:
        raise Http404
    comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk)
    if request.method != "POST":
        return render(request, "comments/confirm.html", {"comment": comment, "article": comment.article, "key": key})
    with suppress(moderation.Conflict):  # confirmed before, or withdrawn: the status page tells
        posting.confirm(comment)
    return HttpResponseRedirect(tokens.status_path(comment.pk), status=303)


def _own(pk: int, token: str) -> Comment:
    if not tokens.is_valid(pk, token):
        raise Http404
    return get_object_or_404(Comment.objects.select_related("article", "parent"), pk=pk)
