"""The state table, written down a second time, and how tests bring comments through it."""

from articles.models import Article
from comments.models import Comment

LIST = "/admin/comments/comment/"
# The table of docs, written down a second time: action, from, to, by. "before": the status before.
TABLE = {
    "approve": ({"pending", "rejected", "spam"}, "published", {"moderator", "staff", "screening"}),
    "keep": ({"published"}, "stays", {"moderator"}),
    "reject": ({"pending", "published"}, "rejected", {"moderator", "screening"}),
    "spam": ({"pending", "published", "rejected"}, "spam", {"moderator", "screening"}),
    "hold": ({"published"}, "pending", {"moderator", "reports", "screening"}),
    "uphold": ({"rejected", "spam"}, "stays", {"moderator"}),
    "undo": ({"pending", "published", "rejected", "spam"}, "before", {"moderator"}),
    "confirm": ({"unconfirmed"}, "pending", {"author"}),
    "withdraw": ({"unconfirmed", "pending", "published"}, "withdrawn", {"author"}),
}


def force(comment, status):
    """Bring a comment into a status without an event, and its article's counters with it."""
    Comment.objects.filter(pk=comment.pk).update(status=status)
    Article.objects.filter(pk=comment.article_id).update(comment_count=int(status == "published"))
    comment.refresh_from_db()


def take(client, action, *comments, **fields):
    """Choose an action in the list; the page that follows."""
    chosen = {"action": action, "_selected_action": [comment.pk for comment in comments], **fields}
    return client.post(f"{LIST}?status=all", chosen, follow=True)


def listed(client, query=""):
    """The comments that the list shows, in its order."""
    return list(client.get(f"{LIST}{query}").context["cl"].result_list)
