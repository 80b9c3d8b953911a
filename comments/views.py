"""Pages about comments: writing one, what became of it, its thread, the captcha."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from articles.models import Article
from comments import captcha, moderation, notifications, posting, threads, tokens
from comments.forms import CommentForm
from comments.models import Comment
from newsite import keyset, pagecache, readers
from newsite.ratelimit import RateLimited

CLOSED = "The discussion of this article is closed, so this could not be sent."
PARENT_GONE = "The comment that you reply to is not there any more. You can still send this as a comment of its own."
WRONG_CAPTCHA = "These were not the letters, or the picture was used or too old. Here is another one."
FORGED_READER = "The cookie of this browser was not one of ours. It has been removed: please send this again."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
def discussion(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments of an article: to read on, and to add one."""
    return post(request, slug) if request.method == "POST" else read_on(request, slug)


@pagecache.public
def read_on(request: HttpRequest, slug: str) -> HttpResponse:
    """The comments of an article beyond those that its page shows."""
    article = _article(slug)
    page = threads.page(article, keyset.asked_for(request, "before"))
    return render(request, "comments/discussion.html", {"article": article, "page": page})


@require_GET
@pagecache.public
def thread(request: HttpRequest, pk: int) -> HttpResponse:
    """One thread with all its replies."""
    top = get_object_or_404(
        Comment.objects.published().tops().with_answers().select_related("article__section"), pk=pk
    )
    if not top.article.is_public:
        raise Http404
    replies, following = threads.replies(top, keyset.asked_for(request, "after"))
    context = {"article": top.article, "thread": threads.Thread(top, replies), "next": following}
    return render(request, "comments/thread.html", context)


@require_GET
@pagecache.public
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a reply, below the comment that it answers."""
    parent = get_object_or_404(Comment.objects.published().select_related("article__section"), pk=pk)
    if not parent.article.is_public:
        raise Http404
    context = {"article": parent.article, "parent": parent, "form": CommentForm(initial={"parent": pk})}
    return render(request, "comments/compose.html", context)


@pagecache.private
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a comment. Whatever is wrong, the answer is the same form with everything that was typed still in it."""
    article = _article(slug)
    form = CommentForm(request.POST)
    try:
        who = readers.asker(request)
    except readers.ForgedReader:
        response = _form_again(request, article, form, 400, FORGED_READER)
        readers.forget(response)
        return response
    if not form.is_valid() and "another" not in request.POST:
        return _form_again(request, article, form, 400, who=who)
    if "another" in request.POST or not form.captcha_was_asked:
        return _form_again(request, article, _unjudged(form), 200, who=who, fresh=True)
    response = _try_to_post(request, article, form, who)
    readers.remember(response, who)
    return response


def _try_to_post(request: HttpRequest, article: Article, form: CommentForm, who: readers.Asker) -> HttpResponse:
    try:
        comment = posting.post(article=article, who=who, draft=form.draft(), answer=form.answer)
    except captcha.Wrong:
        form.add_error("captcha_value", WRONG_CAPTCHA)
        return _form_again(request, article, form, 400, who=who, fresh=True)
    except posting.CommentsClosed:
        return _form_again(request, article, form, 403, CLOSED)
    except posting.ParentUnknown:
        form.data = form.data.copy()
        form.data["parent"] = ""
        return _form_again(request, article, form, 400, PARENT_GONE, who=who)
    except RateLimited as limit:
        return _limited(_form_again(request, article, form, 429, _wait(limit), who=who), limit)
    path = tokens.status_path(comment.pk)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return HttpResponseRedirect(path, status=303)


@csrf_exempt
@require_POST
@pagecache.private
def new_captcha(request: HttpRequest) -> HttpResponse:
    """A captcha for a form that is being filled in."""
    try:
        who = readers.asker(request)
        challenge = captcha.issue(who)
    except readers.ForgedReader:
        response = render(request, "comments/_captcha.html", {"problem": FORGED_READER}, status=400)
        readers.forget(response)
        return response
    except RateLimited as limit:
        return _limited(render(request, "comments/_captcha.html", {"problem": _wait(limit)}, status=429), limit)
    return render(request, "comments/_captcha.html", {"challenge": challenge})


@require_GET
@pagecache.private
def captcha_image(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of a captcha."""
    return captcha.image(request, key)


@require_GET
@pagecache.private
def captcha_audio(request: HttpRequest, key: str) -> Any:
    """The sound of a captcha."""
    return captcha.audio(request, key)


@require_GET
@pagecache.private
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
@pagecache.private
def withdraw(request: HttpRequest, pk: int, token: str) -> HttpResponse:
    """The author takes the comment back."""
    comment = _own(pk, token)
    try:
        posting.withdraw(comment)
    except moderation.Conflict:
        pass  # the status page tells what it is
    return HttpResponseRedirect(reverse("comment-status", args=[pk, token]), status=303)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@pagecache.private
def confirm(request: HttpRequest, key: str) -> HttpResponse:
    """The mailed link. Opening it changes nothing (mail scanners open links); its button does."""
    pk = notifications.confirmed_id(key)
    comment = get_object_or_404(Comment.objects.select_related("article"), pk=pk) if pk else None
    if comment is None:
        raise Http404
    if request.method != "POST":
        return render(request, "comments/confirm.html", {"comment": comment, "article": comment.article, "key": key})
    try:
        posting.confirm(comment)
    except moderation.Conflict:
        pass  # confirmed before, or withdrawn: the status page tells
    return HttpResponseRedirect(tokens.status_path(comment.pk), status=303)


def _article(slug: str) -> Article:
    return get_object_or_404(Article.objects.published().select_related("section"), slug=slug)


def _own(pk: int, token: str) -> Comment:
    if not tokens.is_valid(pk, token):
        raise Http404
    return get_object_or_404(Comment.objects.select_related("article", "parent"), pk=pk)


def _form_again(
    request: HttpRequest,
    article: Article,
    form: CommentForm,
    status: int,
    problem: str = "",
    *,
    who: readers.Asker | None = None,
    fresh: bool = False,
) -> HttpResponse:
    """The form as it was sent, with what is wrong, and a captcha: the same one if it can still be answered."""
    challenge, limit = None, None
    if who and article.comments_open:
        try:
            key = form.data.get("captcha_key", "")
            challenge = (None if fresh else captcha.still_open(key)) or captcha.issue(who)
        except RateLimited as reached:
            limit, problem, status = reached, problem or _wait(reached), 429
    parent = Comment.objects.published().of(article).filter(pk=_int(form.data.get("parent"))).first()
    context = {
        "article": article,
        "form": form,
        "challenge": challenge,
        "kept_value": "" if fresh else form.data.get("captcha_value", ""),
        "problem": problem,
        "parent": parent,
    }
    template = "comments/_form.html" if getattr(request, "htmx", False) else "comments/compose.html"
    response = render(request, template, context, status=status)
    return _limited(response, limit) if limit else response


def _unjudged(form: CommentForm) -> CommentForm:
    """The same form as typed, without judging it yet."""
    form._errors = {}  # type: ignore[assignment]
    return form


def _limited(response: HttpResponse, limit: RateLimited) -> HttpResponse:
    response.headers["Retry-After"] = str(limit.retry_after)
    return response


def _wait(limit: RateLimited) -> str:
    minutes = -(-limit.retry_after // 60)
    wait = f"{limit.retry_after} seconds" if minutes < 2 else f"{minutes} minutes"
    return f"That was a lot in a short time. Nothing is lost: please send this again in {wait}."


def _int(text: Any) -> int | None:
    return int(text) if isinstance(text, str) and text.isascii() and text.isdigit() and len(text) < 19 else None
