"""Pages for writing a comment: the form, the reply, the captcha. Whatever is wrong, nothing that was typed is lost."""

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseBase, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST, require_safe

from articles.models import Article
from articles.text import quoted
from comments import captcha, posting, tokens
from comments.forms import CommentForm, EditForm
from comments.models import Comment
from newsite import caching, ratelimit, readers
from newsite.ratelimit import RateLimited
from newsite.refusals import Refusal

CLOSED = "The discussion of this article is closed, so this could not be sent."
GONE = "This article is not here any more. It may have been withdrawn while you were writing."
PARENT_GONE = "The comment that you reply to is not there any more. You can still send this as a comment of its own."
WRONG_CAPTCHA = "These were not the letters, or the picture was used or too old. Here is another one."


@require_safe
@caching.public()
def reply(request: HttpRequest, pk: int) -> HttpResponse:
    """The form for a reply, below the comment that it answers."""
    parent = get_object_or_404(Comment.objects.published().select_related("article__section__site"), pk=pk)
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
    article = Article.objects.published().select_related("section__site").filter(slug=slug).first()
    if article is None:
        in_place = getattr(request, "htmx", False)
        template = "comments/_unsent.html" if in_place else "comments/gone.html"
        return render(request, template, {"form": form, "problem": GONE}, status=404)
    if not article.comments_open:
        return _form(request, article, form, status=403, problem=CLOSED)
    try:
        who = readers.asker(request)
    except Refusal as refusal:
        return refusal.mark(_form(request, article, form, status=refusal.status, problem=refusal.told))
    buttons = {"preview": _form_with_preview, "quote": _form_with_quote, "another": _form_with_another}
    if pressed := buttons.keys() & request.POST.keys():
        return buttons[pressed.pop()](request, article, who)
    if form.is_valid() and not form.captcha_was_asked:
        return _form_with_another(request, article, who)
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
    except Refusal as refusal:
        told = render(request, "comments/_captcha.html", {"problem": refusal.told}, status=refusal.status)
        return refusal.mark(told)
    return render(request, "comments/_captcha.html", {"challenge": challenge})


@csrf_exempt
@require_POST
@caching.private
def preview(request: HttpRequest) -> HttpResponse:
    """The text as it would be shown, for a form that is being filled in."""
    try:
        ratelimit.take("previews", *readers.asker(request).limit_keys)
    except Refusal as refusal:
        told = render(request, "comments/_preview.html", {"problem": refusal.told}, status=refusal.status)
        return refusal.mark(told)
    return render(request, "comments/_preview.html", _previewed(request))


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
        return limit.mark(_form_with_captcha(request, article, form, who, status=limit.status, problem=limit.told))
    path = tokens.status_path(comment.pk)
    if getattr(request, "htmx", False):
        return HttpResponse(status=204, headers={"HX-Redirect": path})
    return HttpResponseRedirect(path, status=303)


def _form_with_another(request: HttpRequest, article: Article, who: readers.Asker) -> HttpResponse:
    """What was typed, and another captcha."""
    return _form_with_captcha(request, article, CommentForm(initial=request.POST.dict()), who, fresh=True)


def _form_with_preview(request: HttpRequest, article: Article, who: readers.Asker) -> HttpResponse:
    form = CommentForm(initial=request.POST.dict())
    try:
        ratelimit.take("previews", *who.limit_keys)
    except RateLimited as limit:
        return limit.mark(_form(request, article, form, status=limit.status, problem=limit.told))
    return _form_with_captcha(request, article, form, who, **_previewed(request))


def _form_with_quote(request: HttpRequest, article: Article, who: readers.Asker) -> HttpResponse:
    """What is replied to stands as a quote above what was typed."""
    parent = posting.find_published(article, request.POST.get("parent"))
    if parent is None:
        return _without_parent(request, article, who)
    body = quoted(parent.body) + request.POST.get("body", "")
    form = CommentForm(initial={**request.POST.dict(), "body": body})
    return _form_with_captcha(request, article, form, who)


def _previewed(request: HttpRequest) -> dict[str, Any]:
    """What a preview shows: the text, or what is wrong with it."""
    form = EditForm(request.POST)
    if not form.is_valid():
        return {"problem": " ".join(map(str, form.errors["body"]))}
    return {"preview": posting.preview(form.cleaned_data["body"], parent=request.POST.get("parent"))}


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
    preview: str = "",
) -> HttpResponse:
    """The form with a captcha: the one that the reader has, if it can still be answered and need not be fresh."""
    key = request.POST.get("captcha_key", "").replace("\0", "")
    try:
        challenge = (None if fresh else captcha.still_open(key)) or captcha.issue(who)
    except RateLimited as limit:
        return limit.mark(_form(request, article, form, status=limit.status, problem=problem or limit.told))
    kept_value = "" if fresh else request.POST.get("captcha_value", "")
    context = {"problem": problem, "preview": preview, "challenge": challenge, "kept_value": kept_value}
    return _form(request, article, form, status=status, **context)


def _form(request: HttpRequest, article: Article, form: CommentForm, *, status: int, **context: Any) -> HttpResponse:
    """The form alone for htmx, else on a page of its own."""
    parent = posting.find_published(article, form["parent"].value())
    in_place = "comments/_form.html" if article.comments_open else "comments/_unsent.html"
    template = in_place if getattr(request, "htmx", False) else "comments/compose.html"
    return render(request, template, {"article": article, "form": form, "parent": parent, **context}, status=status)
