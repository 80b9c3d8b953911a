"""What the newsroom does with one comment: decide, answer, accept an answer, merge, pin. Each is one POST."""

from collections.abc import Callable, Iterable
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404
from django.urls import path, reverse
from django.views.decorators.http import require_POST

from comments import answers, bulk, complaints, moderation, posting
from comments.forms import EditForm
from comments.models import Action, Comment
from newsite import keyset
from newsite.staff.frame import user_of

Act = Callable[[HttpRequest, Comment], str]
TOLD = 20  # refusals that are told one by one


def urls(admin: Any) -> list[Any]:
    """The addresses to which the forms on the page of a comment are sent."""
    return [
        path(f"<int:pk>/{act.__name__}/", admin.admin_site.admin_view(_view(act)), name=f"comment-{act.__name__}")
        for act in (decide, answer, accept, merge, mark)
    ]


def offered(comment: Comment, request: HttpRequest) -> dict[str, Any]:
    """What this member of staff can do with the comment now, for its page."""
    user = user_of(request)
    may_moderate = user.has_perm("comments.moderate_comment")
    is_reply_to_question = bool(comment.parent and comment.parent.is_question)
    last, appeal = comment.events.last(), complaints.open_appeal(comment)
    possible = moderation.possible_actions(comment, user, last=last, appeal=appeal) if may_moderate else []
    return {
        "possible": [(action, action.label) for action in possible],
        "seen_field": seen_field(comment.pk),
        "may_answer": comment.is_published and answers.may_answer(user, comment.article),
        "may_accept": may_moderate and comment.is_published and is_reply_to_question and not comment.author_is_staff,
        "may_merge": may_moderate and comment.is_question and comment.status in moderation.MERGEABLE,
        "may_mark": comment.is_published and user.has_perm("comments.feature_comment"),
    }


def moderate(request: HttpRequest, pks: Iterable[int], action: Action) -> None:
    """Take an action on each of the comments, for the reason that the form gives, and tell what came of it."""
    seen = {pk: seen_in(request, pk) for pk in pks}
    why = {"reason": request.POST.get("reason", ""), "note": request.POST.get("note", "")}
    try:
        results = bulk.decide(seen, action, by=user_of(request), seen=seen, **why)
    except moderation.Refused as problem:
        messages.error(request, str(problem))
        give_back(request)
    else:
        tell(request, results)


def give_back(request: HttpRequest) -> None:
    """Show what somebody had written into a form that was refused: nothing that was typed is lost."""
    for name in request.POST:
        text = request.POST.get(name, "")
        if (name == "body" or name.startswith("note")) and text.strip():
            messages.info(request, f"You had written: {text}")


def tell(request: HttpRequest, results: list[bulk.Result]) -> None:
    """Say how many were decided, and why some were not."""
    done = [result for result in results if result.done]
    if done:
        messages.success(request, done[0].told if len(done) == 1 else f"Done: {len(done)} comments.")
    refused = [result for result in results if not result.done]
    for result in refused[:TOLD]:
        messages.warning(request, result.told)
    if refused:
        give_back(request)


def seen_field(pk: int) -> str:
    """The field that says which version of a comment the moderator has before them."""
    return f"seen-{pk}"


def seen_in(request: HttpRequest, pk: int) -> str:
    """Which version of a comment a form was sent about; empty when it does not say."""
    return request.POST.get(seen_field(pk), "")


def decide(request: HttpRequest, comment: Comment) -> str:
    """Take a moderator's decision; the messages of `moderate` say what came of it."""
    _demand(request, "comments.moderate_comment")
    if request.POST.get("action") in Action.values:
        moderate(request, [comment.pk], Action(request.POST["action"]))
    return ""


def answer(request: HttpRequest, comment: Comment) -> str:
    """Publish a reply of the newsroom."""
    user = user_of(request)
    if not answers.may_answer(user, comment.article):
        raise PermissionDenied
    form = EditForm(request.POST)
    if not form.is_valid():
        raise moderation.Refused(" ".join(map(str, form.errors["body"])))
    name = user.get_full_name() or user.get_username()
    draft = posting.Draft(author_name=name[:60], body=form.cleaned_data["body"], parent=comment.pk)
    try:
        posting.answer(article=comment.article, user=user, draft=draft)
    except posting.ParentUnknown as error:
        raise moderation.Refused("It is not published any more, so it cannot be answered.") from error
    return "Your answer is published."


def accept(request: HttpRequest, comment: Comment) -> str:
    """Take a reader's reply for the answer to a question, or do so no longer."""
    _demand(request, "comments.moderate_comment")
    answers.accept(comment, by=user_of(request), is_accepted="take_back" not in request.POST)
    return "It is the answer now." if comment.accepted else "It is a reply like others again."


def merge(request: HttpRequest, comment: Comment) -> str:
    """Reject a question for another one that was asked before."""
    _demand(request, "comments.moderate_comment")
    pk = keyset.row_id(request.POST.get("into", "").strip().removeprefix("#"))
    into = Comment.objects.filter(pk=pk).first() if pk else None
    if into is None:
        raise moderation.Refused("Give the number of the question that was asked before.")
    answers.merge(comment, into=into, by=user_of(request), seen=seen_in(request, comment.pk))
    return f"It was merged into question {into.pk}; its asker is told."


def mark(request: HttpRequest, comment: Comment) -> str:
    """Pin and feature, or take that back."""
    _demand(request, "comments.feature_comment")
    answers.mark(comment, by=user_of(request), pinned="pinned" in request.POST, featured="featured" in request.POST)
    return "Saved."


def _view(act: Act) -> Callable[..., HttpResponse]:
    def view(request: HttpRequest, pk: int) -> HttpResponse:
        comment = get_object_or_404(Comment.objects.select_related("article", "parent"), pk=pk)
        try:
            if done := act(request, comment):
                messages.success(request, done)
        except moderation.Refused as problem:
            messages.warning(request, str(problem))
            give_back(request)
        return HttpResponseRedirect(reverse("admin:comments_comment_change", args=[pk]))

    return require_POST(view)


def _demand(request: HttpRequest, permission: str) -> None:
    if not user_of(request).has_perm(permission):
        raise PermissionDenied
