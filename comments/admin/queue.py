"""The queue: comments to decide one after another, by keyboard or without scripts, alone or many at once."""

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
from comments import appeals, moderation, queues
from comments.admin.acts import seen_field, seen_in
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
    action, pks, reason = _asked(request)
    if request.POST.get("act", "").startswith("uphold:"):
        return _uphold(request, pks[:1], user)
    if len(pks) > queues.AT_ONCE:
        return _answer(request, [], f"Choose at most {queues.AT_ONCE} at once.", status=400)
    if action is None or not pks:
        return _answer(request, [], "Choose comments, and what to do with them.", status=400)
    found = {comment.pk: comment for comment in Comment.objects.filter(pk__in=pks)}
    results = []
    for pk in pks:
        note = (request.POST.get(f"note-{pk}") or request.POST.get("note", ""))[:1000]
        results.append(_decide(request, found.get(pk), pk, action, user, reason, note))
    failed = any(not result["done"] for result in results)
    return _answer(request, results, status=409 if failed and len(results) == 1 else 200)


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
            "seen_field": seen_field(comment),
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


def _asked(request: HttpRequest) -> tuple[Action | None, list[int], str]:
    """The action, the comments and the reason that a form names: a card's own button says all of it, such as
    `reject:12:spam`; that of many says the action, for those that are chosen."""
    action, _, rest = request.POST.get("act", "").partition(":")
    own, _, reason = rest.partition(":")
    chosen = [own] if own else request.POST.getlist("chosen")
    pks = list(dict.fromkeys(pk for text in chosen if (pk := keyset.row_id(text))))
    reason = reason or request.POST.get("reason", "")
    return (Action(action) if action in Action.values else None), pks, reason


def _decide(
    request: HttpRequest, comment: Comment | None, pk: int, action: Action, user: User, reason: str, note: str
) -> dict[str, Any]:
    if comment is None:
        return {"id": pk, "done": False, "told": f"Comment {pk} is not there."}
    seen = seen_in(request, comment)
    try:
        moderation.moderate(comment, action, by=user, reason=reason, note=note, seen=seen)
    except moderation.Refused as problem:
        return {"id": pk, "done": False, "told": str(problem)}
    return {"id": pk, "done": True, "told": f"{action.label}: comment {pk}.", "status": comment.status}


def _uphold(request: HttpRequest, pks: list[int], user: User) -> HttpResponse:
    comment = get_object_or_404(Comment, pk__in=pks)
    try:
        appeals.uphold(comment, by=user, answer=request.POST.get(f"note-{comment.pk}", "")[:1000])
    except moderation.Refused as problem:
        return _answer(request, [{"id": comment.pk, "done": False, "told": str(problem)}], status=409)
    return _answer(request, [{"id": comment.pk, "done": True, "told": f"Upheld: comment {comment.pk}."}], status=200)


def _answer(request: HttpRequest, results: list[dict[str, Any]], problem: str = "", *, status: int) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": results, "problem": problem}, status=status)
    done = [result for result in results if result["done"]]
    if len(done) == 1:
        messages.success(request, done[0]["told"])
    elif done:
        messages.success(request, f"Done: {len(done)} comments.")
    for told in [problem, *(result["told"] for result in results if not result["done"])][:20]:
        if told:
            messages.warning(request, told)
    query = request.POST.get("back", "")
    return HttpResponseRedirect(f"{reverse('admin-queue')}?{query}" if query else reverse("admin-queue"), status=303)
