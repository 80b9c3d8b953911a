"""The queue: comments to decide one after another, by keyboard or without scripts, alone or many at once."""

from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from articles.review import count_waiting
from comments import appeals, bulk, moderation, queues
from comments.admin.acts import seen_field, tell
from comments.models import Comment, NoteTemplate, Reason
from comments.moderation import Action
from newsite import keyset
from newsite.staff.frame import answer, user_of

OFFERED = {
    "pending": (Action.APPROVE, Action.REJECT, Action.SPAM),
    "published": (Action.KEEP, Action.REJECT, Action.SPAM, Action.HOLD),
    "rejected": (Action.APPROVE, Action.SPAM),
    "spam": (Action.APPROVE,),
}


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A page of a queue; `part` asks for its cards alone."""
    user = _demand(request)
    queue = queues.QUEUES.get(request.GET.get("queue", ""), queues.QUEUES["pending"])
    chosen = {"queue": queue.name, "order": "risk" if request.GET.get("order") == "risk" else ""}
    article = keyset.row_id(request.GET.get("article", ""))
    chosen |= {"article": str(article)} if article else {}
    try:
        after = keyset.row_id(request.GET.get("after", ""))
        found = queues.page(queue, by_risk=chosen["order"] == "risk", after=after, article=article)
    except Comment.DoesNotExist as error:
        raise Http404 from error
    query = urlencode({name: value for name, value in chosen.items() if value})
    context: dict[str, Any] = {
        "cards": _cards(found, user),
        "reasons": Reason.choices,
        "chosen": chosen,
        "query": query,
    }
    context["next"] = f"?{query}&after={found.next}" if found.next else ""
    if "part" in request.GET:
        return render(request, "admin/_cards.html", context)
    frame: dict[str, Any] = {"queue": queue, "tabs": _tabs(queue.name, user), "notes": NoteTemplate.objects.all()}
    return answer(request, "queue.html", "Queue", **frame, **context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Take one action on one comment or on all that are chosen. Programs are answered with what came of each."""
    user = _demand(request)
    act, _, own = request.POST.get("act", "").partition(":")
    own, _, reason = own.partition(":")
    if act == "uphold":
        return _uphold(request, user, keyset.row_id(own))
    seen = _chosen(request, own)
    if act not in Action.values or not seen:
        return _answer(request, [], "Choose comments, and what to do with them.", status=400)
    note = request.POST.get(f"note-{own}" if own else "note", "")[:1000]
    why = {"reason": reason or request.POST.get("reason", ""), "note": note}
    try:
        results = bulk.decide(seen, Action(act), by=user, seen=seen, **why)
    except moderation.Refused as problem:
        return _answer(request, [], str(problem), status=400)
    is_refused = len(results) == 1 and not results[0].done
    return _answer(request, results, status=409 if is_refused else 200)


@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Say which comment is looked at now; the answer says what has become of the others on the page."""
    user = _demand(request)
    pks = [pk for text in request.POST.get("shown", "").split(",")[:200] if (pk := keyset.row_id(text))]
    current = keyset.row_id(request.POST.get("current", ""))
    if current and Comment.objects.filter(pk=current).exists():
        queues.claim(current, user)
    statuses = dict(Comment.objects.filter(pk__in=pks).values_list("pk", "status"))
    return JsonResponse({"claimed": queues.claimed(pks, user), "statuses": statuses})


def _demand(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    return user


def _cards(found: queues.Page, user: User) -> list[dict[str, Any]]:
    histories = queues.histories(found.comments)
    claimed = queues.claimed([comment.pk for comment in found.comments], user)
    events = queues.last_events(found.comments)
    open_appeals = {appeal.comment_id: appeal for appeal in queues.open_appeals(found.comments)}
    return [
        {
            "comment": comment,
            "history": histories.get(comment.reader, {}),
            "claimed": claimed.get(comment.pk),
            "event": (event := events.get(comment.pk)),
            "may_undo": event is not None and moderation.is_undoable(event, comment, user),
            "actions": [action for action in OFFERED.get(comment.status, ()) if action != Action.REJECT],
            "may_reject": Action.REJECT in OFFERED.get(comment.status, ()),
            "appeal": open_appeals.get(comment.pk),
            "seen_field": seen_field(comment.pk),
        }
        for comment in found.comments
    ]


def _tabs(current: str, user: User) -> list[dict[str, Any]]:
    counts = queues.counts()
    told = {name: f"{queues.COUNTED:,}+" if count > queues.COUNTED else f"{count:,}" for name, count in counts.items()}
    tabs: list[dict[str, Any]] = [
        {"url": f"?queue={name}", "label": queue.label, "count": told.get(name, ""), "is_current": name == current}
        for name, queue in queues.QUEUES.items()
    ]
    if user.has_perm("articles.review_ratings"):
        url, waiting = reverse("admin:articles_ratingburst_changelist"), count_waiting()
        tabs.insert(-1, {"url": url, "label": "Set-aside ratings", "count": str(waiting)})
    return tabs


def _chosen(request: HttpRequest, own: str) -> dict[int, str]:
    """The versions that the moderator has seen, by comment: of the card whose button was pressed, or of all chosen."""
    if own:
        pk = keyset.row_id(own)
        return {pk: request.POST.get(seen_field(pk), "")} if pk else {}
    parts = (text.partition(":") for text in request.POST.getlist("chosen"))
    return {pk: seen for text, _, seen in parts if (pk := keyset.row_id(text))}


def _uphold(request: HttpRequest, user: User, pk: int | None) -> HttpResponse:
    comment = get_object_or_404(Comment, pk=pk)
    try:
        appeals.uphold(comment, by=user, answer=request.POST.get(f"note-{comment.pk}", "")[:1000])
    except moderation.Refused as problem:
        return _answer(request, [bulk.Result(comment.pk, False, str(problem))], status=409)
    return _answer(
        request, [bulk.Result(comment.pk, True, f"Upheld: comment {comment.pk}.", comment.status)], status=200
    )


def _answer(request: HttpRequest, results: list[bulk.Result], problem: str = "", *, status: int) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": [asdict(result) for result in results], "problem": problem}, status=status)
    if problem:
        messages.error(request, problem)
    tell(request, results)
    query = request.POST.get("back", "")
    return HttpResponseRedirect(f"{reverse('admin-queue')}?{query}" if query else reverse("admin-queue"), status=303)
