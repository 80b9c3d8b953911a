"""A discussion is stored as it is shown: each thread finished, beside the comment that begins it.

Writing settles a thread; reading a page of a discussion is one query, however many replies there are. Threads are three
levels deep: what replies to the third level stands on it, too, and says whom it replies to.
"""

import functools
import hashlib
import re
from dataclasses import dataclass, field

from django.conf import settings
from django.db import transaction
from django.db.models import Value
from django.db.models.functions import Replace
from django.template import Engine
from django.template.loader import render_to_string

from comments.models import Comment, CommentQuerySet
from comments.models.comment import FOLDED_FROM, FOLDED_LINES, votes_told

TEMPLATES = ("comments/_thread.html", "comments/_comment.html", "comments/_place.html")
BEFORE_TARGET = 10  # replies shown above the one that a link leads to
PATH = re.compile(r"\d{19}(\d{19})?", re.ASCII)


@dataclass
class Thread:
    """A comment that begins a thread, and some of the replies in it."""

    top: Comment
    replies: list[Comment] = field(default_factory=list)

    @property
    def left(self) -> int:
        """How many more replies there are."""
        return max(0, self.top.thread_size - len(self.replies))

    @property
    def last(self) -> str:
        """The place after which the next replies begin."""
        return self.replies[-1].path if self.replies else ""


def replies(top: Comment, after: str = "") -> tuple[list[Comment], str]:
    """A page of a thread's replies in reading order, beginning behind a path, and where the next page begins."""
    found = list(_replies(top).filter(path__gt=after)[: settings.THREADS_PER_PAGE + 1])
    shown = found[: settings.THREADS_PER_PAGE]
    return shown, shown[-1].path if len(found) > len(shown) else ""


def path_before(comment: Comment) -> str:
    """Behind which path a page begins that shows this reply with a few before it."""
    before = Comment.objects.shown().filter(thread=comment.thread_id, path__lt=comment.path).order_by("-path")
    return before.values_list("path", flat=True)[BEFORE_TARGET - 1 : BEFORE_TARGET].first() or ""


def with_first_replies(tops: list[Comment]) -> list[Thread]:
    """The threads that these comments begin, each with its first replies, read in one query."""
    ids = [pk for top in tops for pk in top.first_replies]
    found = _with_parents(Comment.objects.shown()).in_bulk(ids) if ids else {}
    return [Thread(top, [found[pk] for pk in top.first_replies if pk in found]) for top in tops]


def settle(pk: int) -> None:
    """Store the thread that a comment begins as pages show it; the last step of every change of what it shows."""
    with transaction.atomic():
        _settle(Comment.objects.select_for_update(no_key=True).get(pk=pk))


def show_votes(comment: Comment, *, before: int) -> None:
    """Change the number of votes in the thread as it is stored, which is all that a vote changes there."""
    told = Value(votes_told(comment.pk, before)), Value(votes_told(comment.pk, comment.votes))
    thread = Comment.objects.filter(pk=comment.thread_id or comment.pk)
    thread.update(thread_html=Replace("thread_html", *told))


def _settle(top: Comment) -> None:
    first = list(_replies(top)[: settings.REPLIES_PER_THREAD])
    top.first_replies = [reply.pk for reply in first]
    top.thread_html, top.thread_html_by = draw(Thread(top, first)), fingerprint()
    top.save(update_fields=["first_replies", "thread_html", "thread_html_by"])


def draw(thread: Thread) -> str:
    """The HTML of a thread with its first replies."""
    return render_to_string(TEMPLATES[0], {"thread": thread})


@functools.cache
def fingerprint() -> str:
    """A short hash of what draws a thread, beside its comments: HTML of another one is out of date."""
    sources = [settings.TIME_ZONE, votes_told(0, 1), f"{FOLDED_FROM} {FOLDED_LINES} {Comment.Role.labels}"]
    sources += (Engine.get_default().get_template(name).source for name in TEMPLATES)
    return hashlib.sha256("".join(sources).encode()).hexdigest()[:12]


def _replies(top: Comment) -> CommentQuerySet:
    return _with_parents(Comment.objects.shown().filter(thread=top)).order_by("path")


def _with_parents(replies: CommentQuerySet) -> CommentQuerySet:
    """Replies with what they show of the comments that they reply to."""
    unread = ("body", "body_html", "findings", "thread_html", "first_replies")
    return replies.select_related("parent").defer("thread_html", *(f"parent__{column}" for column in unread))
