"""An author's own pages: what became of a comment, and what they can still do with it."""

from collections.abc import Callable
from contextlib import suppress
from functools import wraps

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from comments import appeals, decisions, following, moderation, notifications, posting, queues, tokens
from comments.forms import AppealForm, EditForm, FollowForm
from comments.models import Action, Comment
from newsite import caching, readers
from newsite.refusals import Refusal

View = Callable[[HttpRequest, Comment, str], HttpResponse]


def _of_author(view: View) -> Callable[[HttpRequest, int, str], HttpResponse]:
    """Decorate a view that only the author sees: it is called with the comment, if the token is the comment's."""

    @wraps(view)
    def wrapped(request: HttpRequest, pk: int, token: str) -> HttpResponse:
        found = Comment.objects.select_related("article__section__site", "parent", "duplicate_of").filter(pk=pk).first()
        if found is None or not tokens.is_valid(pk, token):
            return render(request, "comments/not_yours.html", status=404)
        return view(request, found, token)

    return caching.private(wrapped)


@require_safe
@_of_author
def status(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    """The private page that tells an author what became of a comment."""
    return _status(request, comment, token)


@csrf_exempt
@require_POST
@_of_author
def withdraw(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    """The author takes the comment back."""
    with suppress(moderation.Conflict):  # the status page tells what it is instead
        posting.withdraw(comment)
    return _back(comment, token)


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@_of_author
def edit(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    """The author changes the text, as long as that is possible; what was typed is shown again if it is not."""
    if request.method != "POST":
        form = EditForm(initial={"body": comment.body})
        return _edit_page(request, comment, token, form, problem=comment.why_not_editable())
    form = EditForm(request.POST)
    if not form.is_valid():
        problem = comment.why_not_editable()
        return _edit_page(request, comment, token, form, problem=problem, code=409 if problem else 400)
    try:
        posting.edit(comment, body=form.cleaned_data["body"], who=readers.asker(request))
    except posting.NotEditable as reason:
        return _edit_page(request, comment, token, form, problem=str(reason), code=409)
    except Refusal as refusal:
        form.add_error("body", refusal.told)
        return refusal.mark(_edit_page(request, comment, token, form, code=refusal.status))
    return _back(comment, token)


@csrf_exempt
@require_POST
@_of_author
def follow(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    """The author wants to be told of replies by mail, or does not any more."""
    if "stop" in request.POST:
        following.unfollow_replies(comment)
        return _back(comment, token)
    form = FollowForm({"email": request.POST.get("email") or comment.author_email})
    if not form.is_valid():
        return _status(request, comment, token, form=form, code=400)
    try:
        following.follow_replies(comment, form.cleaned_data["email"], network=readers.network_key(request))
    except Refusal as refusal:
        form.add_error("email", refusal.told)
        return refusal.mark(_status(request, comment, token, form=form, code=refusal.status))
    return _back(comment, token)


@csrf_exempt
@require_POST
@_of_author
def appeal(request: HttpRequest, comment: Comment, token: str) -> HttpResponse:
    """The author asks that a decision be looked at again."""
    form = AppealForm(request.POST)
    if not form.is_valid():
        return _status(request, comment, token, appeal_form=form, code=400)
    try:
        appeals.appeal(comment, text=form.cleaned_data["text"])
    except appeals.NotPossible as reason:
        form.add_error("text", str(reason))
        return _status(request, comment, token, appeal_form=form, code=409)
    return _back(comment, token)


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
        posting.confirm(comment, readers.origin(request))
    return HttpResponseRedirect(tokens.status_path(comment.pk), status=303)


def _edit_page(
    request: HttpRequest, comment: Comment, token: str, form: EditForm, *, problem: str = "", code: int = 200
) -> HttpResponse:
    context = {"comment": comment, "article": comment.article, "token": token, "form": form, "problem": problem}
    return render(request, "comments/edit.html", context, status=code)


def _status(
    request: HttpRequest,
    comment: Comment,
    token: str,
    *,
    form: FollowForm | None = None,
    appeal_form: AppealForm | None = None,
    code: int = 200,
) -> HttpResponse:
    context = {
        "comment": comment,
        "article": comment.article,
        "decision": decisions.standing(comment),
        "token": token,
        "can_withdraw": comment.status in moderation.TRANSITIONS[Action.WITHDRAW].sources,
        "can_edit": not comment.why_not_editable(),
        "following": following.following(comment),
        "told_of_answer": following.is_told_of_answer(comment),
        "appeal": appeals.appeal_of(comment),
        "may_appeal": bool(appeal_form or appeals.appealable(comment)),
        "appeal_form": appeal_form or AppealForm(),
        "form": form or FollowForm(initial={"email": comment.author_email}),
        "waiting_before": queues.waiting_before(comment),
        "counted": queues.COUNTED,
    }
    return render(request, "comments/status.html", context, status=code)


def _back(comment: Comment, token: str) -> HttpResponse:
    return HttpResponseRedirect(reverse("comment-status", args=[comment.pk, token]), status=303)
