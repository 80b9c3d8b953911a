"""Pages on which readers react to a comment of somebody else: find it helpful, report it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from comments import places, reports, votes
from comments.forms import NoticeForm, ReportForm
from comments.models import Comment
from newsite import caching, readers
from newsite.refusals import Refusal

F = TypeVar("F", bound=ReportForm | NoticeForm)
View = Callable[[HttpRequest, Comment], HttpResponse]


def _to_published(
    template: str, form: type[ReportForm | NoticeForm] | None = None
) -> Callable[[View], Callable[[HttpRequest, int], HttpResponse]]:
    """Decorate a view about a published comment; what keeps it from being carried out is told on a page, with what was
    typed into its form."""

    def decorate(view: View) -> Callable[[HttpRequest, int], HttpResponse]:
        @wraps(view)
        def wrapped(request: HttpRequest, pk: int) -> HttpResponse:
            found = Comment.objects.published().select_related("article__section__site", "thread")
            comment = get_object_or_404(found, pk=pk)
            if not comment.article.is_public:
                raise Http404
            typed = _bound(request, form) if form else None
            try:
                return view(request, comment)
            except Comment.DoesNotExist as error:  # it was taken away this very moment
                raise Http404 from error
            except Refusal as refusal:
                told = _page(request, template, comment, refusal.status, form=typed, problem=refusal.told)
                return refusal.mark(told)

        return csrf_exempt(require_http_methods(["GET", "HEAD", "POST"])(caching.private(wrapped)))

    return decorate


@_to_published("comments/vote.html")
def vote(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Find a comment helpful, or not any more."""
    if request.method != "POST":
        return _page(
            request, "comments/vote.html", comment, given=votes.is_given(comment, readers.known_reader(request))
        )
    who = readers.asker(request)
    try:
        stamp = (votes.take_back if "take_back" in request.POST else votes.vote)(comment=comment, who=who)
    except votes.OwnComment:
        return _page(request, "comments/vote.html", comment, 403, problem="This is your own comment.")
    # A vote that was there already is shown, with the way to take it back.
    response: HttpResponse = HttpResponseRedirect(
        places.address(comment, version=stamp) if stamp else request.path, status=303
    )
    readers.remember(response, who)
    return response


@_to_published("comments/report.html", ReportForm)
def report(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Tell the moderators that a comment should not stand there."""
    return _complain(request, comment, _bound(request, ReportForm), "comments/report.html")


@_to_published("comments/notice.html", NoticeForm)
def notice(request: HttpRequest, comment: Comment) -> HttpResponse:
    """Send a notice of illegal content, with what the law asks of one; the answer is a receipt."""
    return _complain(request, comment, _bound(request, NoticeForm), "comments/notice.html")


def _complain(request: HttpRequest, comment: Comment, form: ReportForm | NoticeForm, template: str) -> HttpResponse:
    if request.method != "POST" or not form.is_valid():
        return _page(request, template, comment, 400 if form.errors else 200, form=form)
    who = readers.asker(request)
    made = reports.report(comment=comment, who=who, complaint=form.complaint())
    response = _page(request, "comments/reported.html", comment, report=made)
    readers.remember(response, who)
    return response


def _page(request: HttpRequest, template: str, comment: Comment, status: int = 200, **context: Any) -> HttpResponse:
    context = {"comment": comment, "article": comment.article, "reasons": ReportForm.REASONS, **context}
    return render(request, template, context, status=status)


def _bound(request: HttpRequest, form: type[F]) -> F:
    return form(request.POST if request.method == "POST" else None)
