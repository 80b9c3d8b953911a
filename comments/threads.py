"""Reading a discussion: a page of threads, each with its first replies, in a constant number of queries."""

from dataclasses import dataclass, field

from django.conf import settings

from articles.models import Article
from comments.models import Comment
from newsite import keyset
from newsite.keyset import Position


@dataclass
class Thread:
    """A comment that begins a thread, and the first replies to it."""

    top: Comment
    replies: list[Comment] = field(default_factory=list)
    has_more: bool = False


@dataclass(frozen=True)
class Page:
    """Some threads, and where the next page begins."""

    threads: list[Thread]
    next: Position | None


def page(article: Article, before: Position | None = None) -> Page:
    """A page of an article's threads, newest first, older than `before`."""
    tops = Comment.objects.published().of(article).tops().newest_first().with_answers()
    if before:
        tops = tops.filter(before.older("created_at"))
    shown, following = keyset.cut(tops, settings.THREADS_PER_PAGE, "created_at")
    for comment in shown:
        comment.article = article
    return Page(with_first_replies(shown), following)


def replies(top: Comment, after: Position | None = None) -> tuple[list[Comment], Position | None]:
    """A page of the replies in a thread, oldest first, and where the next page begins."""
    found = Comment.objects.published().filter(thread=top).select_related("parent").order_by("created_at", "pk")
    if after:
        found = found.filter(after.newer("created_at"))
    return keyset.cut(found, settings.THREADS_PER_PAGE, "created_at")


def with_first_replies(tops: list[Comment]) -> list[Thread]:
    """The threads that these comments begin, each with its first replies, read in one query."""
    threads = {top.pk: Thread(top) for top in tops}
    if not threads:
        return []
    wanted = settings.REPLIES_PER_THREAD
    for reply in Comment.objects.first_replies(list(threads), wanted + 1).select_related("parent"):
        found = threads[reply.thread_id or 0]
        found.has_more = len(found.replies) == wanted
        if not found.has_more:
            found.replies.append(reply)
    return list(threads.values())
