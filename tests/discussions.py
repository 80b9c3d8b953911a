"""Large discussions by the shortest way, as they would stand there if each comment had been sent and published; and
what readers see of a discussion."""

import datetime
import re

from django.core.management.color import no_style
from django.db import connection
from django.test import Client
from django.utils import timezone

from comments import moderation, posting, threads, tokens
from comments.models import Action, Comment
from comments.posting import Draft

PAGE = "/articles/machines/"
PLACES = {
    "withdrawn": "Withdrawn by its author.",
    "rejected": "Removed by a moderator.",
    "spam": "Removed by a moderator.",
    "pending": "A moderator is looking at this comment again.",
}


def comment(article, n, parent=None, **fields):
    """A published comment that is not saved yet, n seconds old."""
    return Comment(
        **{
            "article": article,
            "author_name": f"Reader {n}",
            "body": f"Text {n}.",
            "body_html": f"<p>Text {n}.</p>",
            "kind": "question" if n % 2 else "comment",
            "status": Comment.Status.PUBLISHED,
            "is_shown": True,
            "created_at": timezone.now() - datetime.timedelta(seconds=n),
            "parent": parent,
            "thread_id": (parent.thread_id or parent.pk) if parent else None,
            **fields,
        }
    )


def plant(article, tops, replies=0, **fields):
    """Comments that begin threads, the first one the newest, and replies that are dealt out among them."""
    begun = Comment.objects.bulk_create(comment(article, n, **fields) for n in range(tops))
    if "thread_html" not in fields:
        for top in begun:
            threads.settle(top.pk)
    grow(article, [begun[n % tops] for n in range(replies)])
    return begun


def grow(article, parents):
    """One reply to each of these comments; their threads are settled."""
    made = Comment.objects.bulk_create(comment(article, n, parent) for n, parent in enumerate(parents))
    for reply in made:
        reply.path = reply.place_below(reply.parent)
    Comment.objects.bulk_update(made, ["path"], batch_size=200)
    for pk in {parent.thread_id or parent.pk for parent in parents}:
        Comment.objects.filter(pk=pk).update(thread_size=Comment.objects.filter(thread=pk).count())
        threads.settle(pk)
    return made


def chain(article, top, length):
    """A reply to a comment, a reply to that one, and so on; the replies."""
    made, parent = [], top
    first = Comment.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
    for pk in range(first, first + length):
        parent = comment(article, pk, parent, pk=pk)
        parent.path = parent.place_below(parent.parent)
        made.append(parent)
    Comment.objects.bulk_create(made)
    Comment.objects.filter(pk=top.pk).update(thread_size=length)
    threads.settle(top.pk)
    with connection.cursor() as cursor:  # the database has not counted these ids
        for statement in connection.ops.sequence_reset_sql(no_style(), [Comment]):
            cursor.execute(statement)
    return made


def answer(question, user, body="The machine does."):
    """A reply of the newsroom."""
    draft = Draft(author_name="Vera", body=body, parent=question.pk)
    return posting.answer(article=question.article, user=user, draft=draft)


def html_of(client, path):
    answer = client.get(path, follow=True)
    assert answer.status_code == 200, path
    return answer.content.decode()


def shown(html):
    """The ids of the comments on a page, in their order."""
    return [int(pk) for pk in re.findall(r'<article class="comment[^>]* id="comment-(\d+)"', html)]


def part(html, comment):
    """What a page shows of one comment."""
    return re.search(rf'<article[^>]* id="comment-{comment.pk}".*?</article>', html, re.DOTALL)[0]


def more(html, words="Show"):
    """The address behind the link to more replies, if there is one."""
    link = re.search(rf'<a (?:rel="next" )?href="([^"]+)"[^\n]*?>{words}[^<]* repl(?:y|ies)</a>', html)
    return link and link[1]


def take_away(comment, status):
    """Bring a published comment into another status, as its author or a moderator does."""
    actions = {"rejected": Action.REJECT, "spam": Action.SPAM, "pending": Action.HOLD}
    if status == "withdrawn":
        Client().post(f"/comments/{comment.pk}/withdraw/{tokens.token_of(comment.pk)}/")
    elif status in actions:
        moderation.moderate(comment, actions[status], reason="off_topic")
