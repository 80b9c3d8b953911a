"""What follows from which comments are published: counters, places in threads, answers, and threads as they are shown.

All of it is changed in the transaction of the change that it follows from, and equals a recount.
"""

import datetime
from typing import Any

from django.db import models
from django.db.models import Case, Exists, F, OuterRef, Q, QuerySet, Subquery, Value, When
from django.db.models.functions import Coalesce, Concat

from articles.models import Article
from comments import ranking, threads
from comments.models import Comment, Report, Vote
from comments.models.comment import PLACE
from newsite import stamps

Status = Comment.Status
LAST = "9" * PLACE  # no path below a comment is greater than its own with this behind it


def consequences(comment: Comment, *, after: str, now: datetime.datetime) -> dict[str, Any]:
    """What else changes in a comment's own row when its status does."""
    changes: dict[str, Any] = {}
    changes["is_shown"] = _stays(comment, after) or (comment.is_shown and _has_places_below(comment))
    if after != Status.PUBLISHED:
        changes |= {"pinned": False, "featured": False}
    if after != Status.REJECTED:
        changes["duplicate_of"] = None
    if after == Status.PUBLISHED and comment.published_at is None:
        others = Comment.objects.published().filter(reader=comment.reader)
        changes |= {"published_at": now, "is_first": bool(comment.reader) and not others.exists()}
    return changes


def settle(comment: Comment, *, was: str, was_shown: bool) -> None:
    """Bring up to date what follows from a comment's new status: the article's counters, its parent, its thread, and
    the stamp of the pages that show it. The article's row is locked."""
    change = (comment.status == Status.PUBLISHED) - (was == Status.PUBLISHED)
    places = comment.is_shown - was_shown
    if not change and not places and not comment.is_shown:
        return
    if change:
        counter = _counter(comment.kind)
        Article.objects.filter(pk=comment.article_id).update(**{counter: F(counter) + change})
    if comment.parent_id and comment.thread_id:
        if change:
            Comment.objects.filter(pk=comment.parent_id).update(reply_count=F("reply_count") + change)
            if comment.author_is_staff or comment.accepted:
                settle_answer(comment.parent_id)
        places += _settle_places_above(comment) if places else 0
        Comment.objects.filter(pk=comment.thread_id).update(thread_size=F("thread_size") + places)
    show(comment)


def settle_answer(question: int) -> None:
    """Note which reply is the first answer to a question, if any is."""
    first = Comment.objects.answers_to(OuterRef("pk")).values("pk")[:1]
    Comment.objects.filter(pk=question, kind=Comment.Kind.QUESTION).update(answer=Subquery(first))


def settle_reports(pk: int) -> int:
    """Count anew of how many readers a comment has open reports, and what place that leaves it; its row is locked.
    Returns that number."""
    votes = Comment.objects.values_list("votes", flat=True).get(pk=pk)
    found = Report.objects.filter(comment=pk, settled_by=None).aggregate(readers=models.Count("reader", distinct=True))
    reports = int(found["readers"])
    Comment.objects.filter(pk=pk).update(open_reports=reports, score=ranking.confidence(votes, reports))
    return reports


def show(comment: Comment) -> int:
    """Store the thread of a comment as pages show it now; returns the stamp of the pages that do."""
    threads.settle(int(comment.thread_id or comment.pk))
    return stamps.bump(comment.article.stamp)


def recounted(articles: QuerySet[Article]) -> dict[int, dict[str, int]]:
    """For each article's id, the comment counters that its rows give."""
    counts = {pk: {"comment_count": 0, "question_count": 0} for pk in articles.order_by().values_list("pk", flat=True)}
    rows = Comment.objects.published().filter(article__in=articles)
    for pk, kind, count in rows.order_by().values_list("article", "kind").annotate(models.Count("pk")):
        counts[pk][_counter(kind)] = count
    return counts


def recounted_comments() -> dict[str, Any]:
    """For each stored column that follows from other rows, the value that they give, to annotate comments with."""
    published, shown = Comment.objects.published().order_by(), Comment.objects.shown().order_by()
    in_branch = shown.filter(path__gt=OuterRef("path"), path__lte=Concat(OuterRef("path"), Value(LAST)))
    below = Q(Exists(shown.filter(thread=OuterRef("pk")))) | Q(Exists(in_branch.filter(thread=OuterRef("thread"))))
    stays = Q(status=Status.PUBLISHED) | Q(status=Status.WITHDRAWN, published_at__isnull=False) | below
    is_question = Q(kind=Comment.Kind.QUESTION)
    first = Comment.objects.answers_to(OuterRef("pk")).values("pk")[:1]
    return {
        "reply_count": _counted(published, "parent"),
        "is_shown": Case(When(stays, then=Value(True)), default=Value(False)),
        "thread_size": _counted(shown, "thread"),
        "answer": Case(When(is_question, then=Subquery(first)), default=None),
        "votes": _counted(Vote.objects.order_by(), "comment"),
        "open_reports": _counted(Report.objects.filter(settled_by=None).order_by(), "comment", each="reader"),
    }


def _counted(rows: "QuerySet[Any]", link: str, *, each: str = "pk") -> Coalesce:
    found = rows.filter(**{link: OuterRef("pk")}).values(link)
    return Coalesce(Subquery(found.annotate(count=models.Count(each, distinct=each != "pk")).values("count")), 0)


def _settle_places_above(reply: Comment) -> int:
    """Show or remove the places of the comments that hold a reply's place, where they are not published, as there now
    are places below them or not. Returns how many places below the thread's beginning that adds."""
    added = 0
    held_by = [int(reply.path[:PLACE])] if reply.is_deep else []
    for pk in [*held_by, int(reply.thread_id or 0)]:
        holder = Comment.objects.only("thread_id", "path", "status", "is_shown", "published_at").get(pk=pk)
        is_shown = _stays(holder, holder.status) or _has_places_below(holder)
        if is_shown != holder.is_shown:
            Comment.objects.filter(pk=pk).update(is_shown=is_shown)
            added += (is_shown - holder.is_shown) if holder.thread_id else 0
    return added


def _stays(comment: Comment, status: str) -> bool:
    """Whether a comment with this status has a place of its own: readers saw it, and it was not removed."""
    return status == Status.PUBLISHED or (status == Status.WITHDRAWN and comment.published_at is not None)


def _has_places_below(comment: Comment) -> bool:
    """Whether a comment holds the place of another one; on the third level none does."""
    shown = Comment.objects.shown()
    if comment.thread_id is None:
        return shown.filter(thread=comment.pk).exists()
    below = shown.filter(thread=comment.thread_id, path__gt=comment.path, path__lte=comment.path + LAST)
    return not comment.is_deep and below.exists()


def _counter(kind: Any) -> str:
    return "question_count" if kind == Comment.Kind.QUESTION else "comment_count"
