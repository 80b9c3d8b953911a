"""Pages for writing a comment: the form, the reply, the captcha. Whatever is wrong, nothing that was typed is lost."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from comments import captcha, posting, tokens
from comments.forms import CommentForm
from comments.models import Comment
from newsite import caching, readers
from newsite.ratelimit import RateLimited

CLOSED = "The discussion of this article is closed, so this could not be sent."
PARENT_GONE = "The comment that you reply to is not there any more. You can still send this as a comment of its own."
WRONG_CAPTCHA = "These were not the letters, or the picture was used or too old. Here is another one."
FORGED_READER = "The cookie of this browser was not one of ours. It has been removed: please send this again."


@require_safe
@caching.public()
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a reply, below the comment that it answers."""
    parent = get_object_or_404(Comment.objects.published().select_related("article__section"), pk=pk)
    if not parent.article.is_public:
        raise Http404
    caching.shows(request, parent.article.stamp)
    context = {"article": parent.article, "parent": parent, "form": CommentForm(initial={"parent": pk})}
    return render(request, "comments/compose.html", context)


@csrf_exempt
@require_POST
@caching.private
def post(request: HttpRequest, slug: str) -> HttpResponse:
    """Send a comment; the answer is its private status page, or the same form with what is wrong."""
    form = CommentForm(request.POST)
    article = Article.objects.published().select_related("section").filter(slug=slug).first()
    if article is None:
        return render(request, "comments/gone.html", {"form": form}, status=404)
    if not article.comments_open:
        return _form(request, article, form, status=403, problem=CLOSED)
    try:
        who = readers.asker(request)
    except readers.ForgedReader:
        response = _form(request, article, form, status=400, problem=FORGED_READER)
        readers.forget(response)
        return response
    if "another" in request.POST or (form.is_valid() and not form.captcha_was_asked):
        return _form_with_captcha(request, article, CommentForm(initial=request.POST.dict()), who, fresh=True)
    if "parent" in form.errors:
        return _without_parent(request, article, who)
    if not form.is_valid():
        return _form_with_captcha(request, article, form, who, status=400)
    response = _try(request, article, form, who)
    readers.remember(response, who)
    return response


@csrf_exempt
@require_POST
@caching.private
def new_captcha(request: HttpRequest) -> HttpResponse:
    """A captcha for a form that is being filled in."""
    try:
        challenge = captcha.issue(readers.asker(request))
    except readers.ForgedReader:
        response = render(request, "comments/_captcha.html", {"problem": FORGED_READER}, status=400)
        readers.forget(response)
        return response
    except RateLimited as limit:
        return _told_to_wait(render(request, "comments/_captcha.html", {"problem": _wait(limit)}, status=429), limit)
    return render(request, "comments/_captcha.html", {"challenge": challenge})


@require_safe
@caching.private
def captcha_image(request: HttpRequest, key: str) -> HttpResponse:
    """The picture of a captcha."""
    return captcha.image(request, key)


@require_safe
def captcha_audio(request: HttpRequest, key: str) -> HttpResponseBase:
    """The sound of a captcha."""
    response = captcha.audio(request, key)
    response.headers["Cache-Control"] = caching.PRIVATE
    return response


def _try(request: HttpRequest, article: Article, form: CommentForm, who: readers.Asker) -> HttpResponse:
    try:
        comment = posting.post(article=article, who=who, draft=form.draft(), answer=form.answer)
    except captcha.Wrong:
        form.add_error("captcha_value", WRONG_CAPTCHA)
        return _form_with_captcha(request, article, form, who, fresh=True, status=400)
    except posting.CommentsClosed:
        return _form(request, article, form, status=403, problem=CLOSED)
    except posting.ParentUnknown:
        return _without_parent(request, article, who)
    except RateLimited as limit:
        response = _form_with_captcha(request, article, form, who, status=429, problem=_wait(limit))
        return _told_to_wait(response, limit)
    path = tokens.status_path(comment.pk)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return HttpResponseRedirect(path, status=303)


def _without_parent(request: HttpRequest, article: Article, who: readers.Asker) -> HttpResponse:
    form = CommentForm({**request.POST.dict(), "parent": ""})
    return _form_with_captcha(request, article, form, who, status=400, problem=PARENT_GONE)


def _form_with_captcha(
    request: HttpRequest,
    article: Article,
    form: CommentForm,
    who: readers.Asker,
    *,
    fresh: bool = False,
    status: int = 200,
    problem: str = "",
) -> HttpResponse:
    """The form with a captcha: the one that the reader has, if it can still be answered and need not be fresh."""
    key = request.POST.get("captcha_key", "").replace("\0", "")
    try:
        challenge = (None if fresh else captcha.still_open(key)) or captcha.issue(who)
    except RateLimited as limit:
        return _told_to_wait(_form(request, article, form, status=429, problem=problem or _wait(limit)), limit)
    kept_value = "" if fresh else request.POST.get("captcha_value", "")
    return _form(request, article, form, status=status, problem=problem, challenge=challenge, kept_value=kept_value)


def _form(request: HttpRequest, article: Article, form: CommentForm, *, status: int, **context: Any) -> HttpResponse:
    """The form alone for htmx, else on a page of its own."""
    parent = posting.find_published(article, form["parent"].value())
    in_place = getattr(request, "htmx", False) and article.comments_open
    template = "comments/_form.html" if in_place else "comments/compose.html"
    return render(request, template, {"article": article, "form": form, "parent": parent, **context}, status=status)


def _told_to_wait(response: HttpResponse, limit: RateLimited) -> HttpResponse:
    response.headers["Retry-After"] = str(limit.retry_after)
    return response


def _wait(limit: RateLimited) -> str:
    minutes = -(-limit.retry_after // 60)
    wait = f"{limit.retry_after} seconds" if minutes < 2 else f"{minutes} minutes"
    return f"That was a lot in a short time. Nothing is lost: please send this again in {wait}."
