"""Votes: one per reader and comment, with the count and the order that follow from it kept exact."""

from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from articles.models import Article
from comments import ranking, threads
from comments.models import Comment, Vote
from newsite import ratelimit, stamps
from newsite.readers import Asker

VOTES, COMMENTS = Vote._meta.db_table, Comment._meta.db_table
# A hot story gets more votes than anything else that is written, and the ORM takes longer to write these statements
# than the database to run them.
GIVE = f"""
    INSERT INTO {VOTES} (comment_id, reader, created_at) VALUES (%s, %s, %s) ON CONFLICT DO NOTHING RETURNING id
"""  # noqa: S608 - the only names put in are our own tables'
TAKE_BACK = f"DELETE FROM {VOTES} WHERE comment_id = %s AND reader = %s RETURNING id"  # noqa: S608 - likewise
COUNT = f"""
    UPDATE {COMMENTS} SET votes = votes + %s WHERE id = %s AND status = 'published' RETURNING votes, open_reports
"""  # noqa: S608 - likewise
SCORE = f"UPDATE {COMMENTS} SET score = %s WHERE id = %s"  # noqa: S608 - likewise


class OwnComment(Exception):
    """Nobody votes for what they wrote themselves."""


def vote(*, comment: Comment, who: Asker) -> int:
    """Count a reader's vote for a published comment, once. Returns the stamp of pages that show it, 0 when the vote
    was there already.

    Raises OwnComment, Comment.DoesNotExist when it is not published any more, or RateLimited.
    """
    if comment.reader == who.reader:
        raise OwnComment
    now = connection.ops.adapt_datetimefield_value(timezone.now())
    return _change(comment, who, +1, GIVE, [comment.pk, who.reader, now])


def take_back(*, comment: Comment, who: Asker) -> int:
    """Take back a reader's vote, if there is one. Returns the stamp of pages that show it, 0 when there was none.

    Raises Comment.DoesNotExist when the comment is not published any more, or RateLimited.
    """
    return _change(comment, who, -1, TAKE_BACK, [comment.pk, who.reader])


def is_given(comment: Comment, reader: str | None) -> bool:
    """Whether a reader has voted for a comment."""
    return reader is not None and Vote.objects.filter(comment=comment, reader=reader).exists()


def _change(comment: Comment, who: Asker, change: int, statement: str, values: list[Any]) -> int:
    with transaction.atomic(), connection.cursor() as cursor:
        ratelimit.take("votes", *who.limit_keys)
        cursor.execute(statement, values)
        if cursor.fetchone() is None:
            return 0
        cursor.execute(COUNT, [change, comment.pk])
        counted = cursor.fetchone()
        if counted is None:
            raise Comment.DoesNotExist
        comment.votes, reports = counted
        cursor.execute(SCORE, [ranking.confidence(comment.votes, reports), comment.pk])
        threads.show_votes(comment, before=comment.votes - change)
        return stamps.bump(Article(pk=comment.article_id).stamp)  # the rest of its row is not needed
