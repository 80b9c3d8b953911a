"""The page of an author in the newsroom: all that is known by their browser, address or network."""

from typing import Any

from django import forms
from django.contrib.admin.models import ADDITION, LogEntry
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.views.decorators.http import require_http_methods

from comments import queues
from comments.models import AuthorNote, Block, Comment
from comments.screening import authors
from newsite import keyset
from newsite.staff.frame import answer, user_of

COLUMNS = {"reader": "reader", "email": "author_email", "network": "network"}
SHOWN = 100  # comments on a page


class NoteForm(forms.ModelForm):
    """What others should know."""

    class Meta:
        model = AuthorNote
        fields = ("text",)


@require_http_methods(["GET", "HEAD", "POST"])
def page(request: HttpRequest) -> HttpResponse:
    """Everything about an author: comments, decisions, blocks and notes; a new note."""
    user = user_of(request)
    if not user.has_perm("comments.moderate_comment"):
        raise PermissionDenied
    kind = request.GET.get("kind", "")
    value = authors.known_as(kind, request.GET.get("value", ""))[:254]
    if kind not in COLUMNS or not value or "\0" in value:
        raise Http404
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        with transaction.atomic():
            note = AuthorNote.objects.create(kind=kind, value=value, text=form.cleaned_data["text"], created_by=user)
            LogEntry.objects.log_actions(user.pk, [note], ADDITION, single_object=True)
        return HttpResponseRedirect(request.get_full_path(), status=303)
    known = _known(kind, value, keyset.asked_for(request, "before"))
    return answer(request, "author.html", f"Author by {Block.Kind(kind).label}", form=form, **known)


def _known(kind: str, value: str, before: keyset.Position | None) -> dict[str, Any]:
    found = Comment.objects.filter(**{COLUMNS[kind]: value})
    behind = found.filter(before.older("created_at")) if before else found
    rows = behind.select_related("article").defer("thread_html", "body_html", "article__body").newest_first()
    comments, earlier = keyset.cut(rows, SHOWN, "created_at")
    events = queues.last_events(comments)
    return {
        "kind": kind,
        "value": value,
        "earlier": earlier,
        "rows": [(comment, events.get(comment.pk)) for comment in comments],
        "counts": dict(found.order_by().values_list("status").annotate(Count("pk"))),
        "names": sorted({comment.author_name for comment in comments}),
        "others": _others(comments, kind),
        "blocks": Block.objects.holding({kind: value}).select_related("created_by"),
        "notes": AuthorNote.objects.filter(kind=kind, value=value).select_related("created_by"),
    }


def _others(comments: list[Comment], kind: str) -> list[tuple[str, str]]:
    """By what else the same comments are known."""
    others = {(name, getattr(comment, column)) for comment in comments for name, column in COLUMNS.items()}
    return sorted((name, value) for name, value in others if value and name != kind)[:20]
