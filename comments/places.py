"""Where readers find a comment: the address of the page that shows it, and of the very place on it."""

from django.urls import reverse
from django.utils.http import urlencode

from comments import listing, threads
from comments.models import Comment


def address(comment: Comment, *, version: int = 0) -> str:
    """The path of the page on which a comment stands, ending with its anchor: the article's, if that shows it, else
    its thread's. `version` is the stamp that the page must have reached."""
    top = comment.thread or comment
    path, query = comment.article.get_absolute_url(), {}
    if not listing.is_on_first_page(top) or (comment.thread_id and comment.pk not in top.first_replies):
        path = reverse("thread", args=[top.pk])
        query = {"after": threads.path_before(comment)} if comment.thread_id else {}
    query |= {"v": str(version)} if version else {}
    written = urlencode({name: value for name, value in query.items() if value})
    return f"{path}{'?' if written else ''}{written}#comment-{comment.pk}"
