"""The queue: comments to decide one after another, by keyboard or without scripts, alone or many at once."""

import datetime
from dataclasses import asdict
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.views.decorators.http import require_POST, require_safe

from articles import evidence
from articles.admin.burst import offered
from articles.models import Article, RatingBurst
from articles.review import count_waiting
from comments import bulk, moderation, queues
from comments.admin.acts import give_back, seen_field, tell
from comments.models import Action, Comment, NoteTemplate, Reason
from newsite import keyset
from newsite.staff.frame import answer, user_of

RATINGS, MAY_REVIEW = "ratings", "articles.review_ratings"  # a queue of another kind, and who sees it
BURSTS = 10  # shown at once


@require_safe
def page(request: HttpRequest) -> HttpResponse:
    """A page of a queue; `part` asks for its cards alone."""
    user = _demand(request)
    if request.GET.get("queue") == RATINGS and user.has_perm(MAY_REVIEW):
        return _ratings(request, user)
    queue = queues.QUEUES.get(request.GET.get("queue", ""), queues.QUEUES["pending"])
    by_risk = queue.name == "pending" and request.GET.get("order") == "risk"
    about = _article(request)
    after = keyset.asked_for(request, "after", float if by_risk else datetime.datetime)
    comments, following = queues.page(queue, by_risk=by_risk, after=after, article=about.pk if about else None)
    only = f"&article={about.pk}" if about else ""
    query = f"queue={queue.name}{'&order=risk' if by_risk else ''}{only}"
    context: dict[str, Any] = {
        "queue": queue,
        "about": about,
        "cards": _cards(comments, user),
        "reasons": Reason.choices,
        "query": f"{query}&after={after}" if after else query,
        "next": f"?{query}&after={following}" if following else "",
    }
    if "part" in request.GET:
        return render(request, "admin/_cards.html", context)
    frame: dict[str, Any] = {"tabs": _tabs(queue.name, only, user), "notes": NoteTemplate.objects.all()}
    frame |= {"by_risk": by_risk, "only": only}
    return answer(request, "queue.html", "Queue", **frame, **context)


@require_POST
def decide(request: HttpRequest) -> HttpResponse:
    """Take one action on one comment or on all that are chosen. Programs are answered with what came of each."""
    user = _demand(request)
    act, _, own = request.POST.get("act", "").partition(":")
    own, _, reason = own.partition(":")
    seen = _chosen(request, own)
    if act not in Action.values or not seen:
        return _answer(request, [], "Choose comments, and what to do with them.", status=400)
    note = request.POST.get(f"note-{own}" if own else "note", "")
    why = {"reason": reason or request.POST.get("reason", ""), "note": note}
    try:
        results = bulk.decide(seen, Action(act), by=user, seen=seen, **why)
    except moderation.Refused as problem:
        return _answer(request, [], str(problem), status=400)
    is_refused = len(results) == 1 and not results[0].done
    return _answer(request, results, status=409 if is_refused else 200)


@require_safe
def card(request: HttpRequest, pk: int) -> HttpResponse:
    """The card of one comment as it is now."""
    user = _demand(request)
    comment = get_object_or_404(queues.shown_on_cards(), pk=pk)
    return render(request, "admin/_cards.html", {"cards": _cards([comment], user), "reasons": Reason.choices})


@require_POST
def claim(request: HttpRequest) -> HttpResponse:
    """Say which comment is looked at now; the answer says what has become of the others on the page."""
    user = _demand(request)
    pks = [pk for text in request.POST.get("shown", "").split(",")[:200] if (pk := keyset.row_id(text))]
    current = keyset.row_id(request.POST.get("current", ""))
    if current and Comment.objects.filter(pk=current).exists():
        queues.claim(current, user)
    versions = {
        comment.pk: comment.version for comment in Comment.objects.filter(pk__in=pks).only("revision", "status")
    }
    return JsonResponse({"claimed": queues.claimed(pks, user), "versions": versions})


def _demand(request: HttpRequest) -> User:
    user = user_of(request)
    if not user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    return user


def _ratings(request: HttpRequest, user: User) -> HttpResponse:
    """The ratings that were set aside first and wait, each burst with its evidence."""
    waiting = RatingBurst.objects.waiting().select_related("article").order_by("pk")[:BURSTS]
    bursts = [{"row": row, "evidence": evidence.of(row), "possible": offered(row, user)} for row in waiting]
    return answer(request, "queue_ratings.html", "Queue", bursts=bursts, tabs=_tabs(RATINGS, "", user))


def _article(request: HttpRequest) -> Article | None:
    """The article to which the queue is narrowed."""
    pk = keyset.row_id(request.GET.get("article", ""))
    return get_object_or_404(Article.objects.only("title", "slug"), pk=pk) if pk else None


def _cards(comments: list[Comment], user: User) -> list[dict[str, Any]]:
    histories = queues.histories(comments)
    claimed = queues.claimed([comment.pk for comment in comments], user)
    events, appeals = queues.last_events(comments), queues.open_appeals(comments)
    return [
        {
            "comment": comment,
            "history": histories.get(comment.reader, {}),
            "claimed": claimed.get(comment.pk),
            "event": (last := events.get(comment.pk)),
            "appeal": (appeal := appeals.get(comment.pk)),
            "actions": moderation.possible_actions(comment, user, last=last, appeal=appeal),
            "seen_field": seen_field(comment.pk),
        }
        for comment in comments
    ]


def _tabs(current: str, only: str, user: User) -> list[dict[str, Any]]:
    counts = queues.counts()
    told = {name: f"{queues.COUNTED:,}+" if count > queues.COUNTED else f"{count:,}" for name, count in counts.items()}
    tabs: list[dict[str, Any]] = [
        {
            "url": f"?queue={name}{only}",
            "label": queue.label,
            "count": told.get(name, ""),
            "is_current": name == current,
        }
        for name, queue in queues.QUEUES.items()
    ]
    if user.has_perm(MAY_REVIEW):
        aside = {"url": f"?queue={RATINGS}", "label": "Set-aside ratings", "count": str(count_waiting())}
        tabs.insert(-1, {**aside, "is_current": current == RATINGS})
    return tabs


def _chosen(request: HttpRequest, own: str) -> dict[int, str]:
    """The versions that the moderator has seen, by comment: of the card whose button was pressed, or of all chosen."""
    if own:
        pk = keyset.row_id(own)
        return {pk: request.POST.get(seen_field(pk), "")} if pk else {}
    parts = (text.partition(":") for text in request.POST.getlist("chosen"))
    return {pk: seen for text, _, seen in parts if (pk := keyset.row_id(text))}


def _answer(request: HttpRequest, results: list[bulk.Result], problem: str = "", *, status: int) -> HttpResponse:
    if request.headers.get("Accept") == "application/json":
        return JsonResponse({"results": [asdict(result) for result in results], "problem": problem}, status=status)
    if problem:
        messages.error(request, problem)
        give_back(request)
    tell(request, results)
    query = request.POST.get("back", "")
    return HttpResponseRedirect(f"{reverse('admin-queue')}?{query}" if query else reverse("admin-queue"), status=303)
