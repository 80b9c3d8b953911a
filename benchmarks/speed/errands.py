"""`python -m benchmarks.speed.errands FILE POOL COUNT …`, run with DATA_DIR set: what to ask of discussions, as JSON.

What was written before is taken back. Of what works once only, such as the approval of a comment, there are POOL.
"""

import json
import secrets
import sys
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

import django

django.setup()

from django.conf import settings
from django.contrib.auth.models import User
from django.test import Client
from django.utils import timezone
from django.utils.crypto import get_random_string

from articles.models import Article
from benchmarks.peers.texts import SEED, Shape, comments
from benchmarks.speed import seed
from benchmarks.speed.asking import Request
from benchmarks.speed.bodies import bodies
from benchmarks.speed.site import SLUGS
from comments import listing, threads
from comments.models import Comment
from newsite import readers

JSON = {"Content-Type": "application/json"}
FORM = {"Content-Type": "application/x-www-form-urlencoded"}
TOGGLES = 16  # readers who vote, one after the other, before the first takes the vote back


class Scene:
    """An article, and those of its comments that are asked for."""

    def __init__(self, count: int) -> None:
        self.count, self.slug = count, SLUGS[count]
        self.article = Article.objects.get(slug=self.slug)
        first, shape = seed.first_of(self.article), Shape(count)
        self.long, self.deepest = first + shape.long[0], Comment.objects.get(pk=first + shape.chain[-1])
        self.newest = Comment.objects.of(self.article).tops().newest_first()[0]

    def requests(self, pool: int, moderator: dict[str, str]) -> dict[str, list[Request]]:
        """What to ask, by kind. A list with one request is for any number of them."""
        writes = {"": self.newest, ", 1,000 deep": self.deepest}
        found = dict(self._lists()) | dict(self._replies())
        for where, comment in writes.items():
            found[f"vote of a new reader{where}"] = [_vote(comment, {})]
            found[f"reply{where}"] = list(self._posts(comment, pool))
            found[f"approval of a reply{where}"] = list(self._approvals(comment, pool, moderator))
        found["vote, and its taking back"] = list(_toggles(self.newest, pool))
        return found

    def _lists(self) -> Iterator[tuple[str, list[Request]]]:
        path = f"/articles/{self.slug}/comments/"
        for sort, ordering in listing.SORTS.items():
            yield f"{sort} first", [Request(f"{path}?sort={sort}")]
            order = Comment.objects.of(self.article).tops().order_by(*ordering).values_list("pk", flat=True)
            yield f"{sort} first, the middle", [Request(f"{path}?sort={sort}&after={order[len(order) // 2]}")]
        yield "live", [Request(f"/articles/{self.slug}/live/")]

    def _replies(self) -> Iterator[tuple[str, list[Request]]]:
        shown = Comment.objects.shown().filter(thread=self.long).order_by("path").values_list("pk", "path")
        pk, path = shown[len(shown) // 2]
        end = threads.path_before(self.deepest)
        yield "long thread", [Request(f"/comments/{self.long}/thread/")]
        yield "long thread, its middle", [Request(f"/comments/{self.long}/thread/?after={path}")]
        yield "thread, 1,000 deep", [Request(f"/comments/{self.deepest.thread_id}/thread/?after={end}")]
        yield "replies by the API", [Request(f"/api/v1/comments/{self.long}/replies/?page_size=50")]
        yield "way to a reply", [Request(f"/comments/{pk}/", status=302)]
        yield "way to a reply, 1,000 deep", [Request(f"/comments/{self.deepest.pk}/", status=302)]

    def _posts(self, parent: Comment, pool: int) -> Iterator[Request]:
        for body in bodies(pool, SEED + self.count + parent.pk, parent=parent.pk):
            yield Request(f"/api/v1/articles/{self.slug}/comments/", "POST", 201, JSON, body)

    def _approvals(self, parent: Comment, pool: int, moderator: dict[str, str]) -> Iterator[Request]:
        """The moderator approves replies that wait."""
        first = Comment.objects.order_by("-pk").values_list("pk", flat=True)[0] + 1
        waiting = []
        for text in comments(pool, SEED - parent.pk):
            reply = seed.row(self.article, first, text)
            reply.parent, reply.thread_id = parent, parent.thread_id or parent.pk
            reply.status, reply.is_shown = Comment.Status.PENDING, False
            reply.decided_at = reply.published_at = None
            reply.path, reply.created_at, reply.reader = (
                reply.place_below(parent),
                timezone.now(),
                secrets.token_hex(16),
            )
            waiting.append(reply)
        Comment.objects.bulk_create(waiting, batch_size=seed.BATCH)
        for reply in waiting:
            path = f"/admin/comments/comment/{reply.pk}/decide/"
            yield Request(path, "POST", 302, FORM | moderator, "action=approve")


def _vote(comment: Comment, headers: dict[str, str], method: str = "PUT") -> Request:
    return Request(f"/api/v1/comments/{comment.pk}/vote/", method, 200, headers)


def _toggles(comment: Comment, pool: int) -> Iterator[Request]:
    for _ in range(0, pool, TOGGLES):
        known = [{readers.HEADER: readers.signed(secrets.token_hex(16))} for _ in range(TOGGLES)]
        yield from (_vote(comment, headers) for headers in known)
        yield from (_vote(comment, headers, "DELETE") for headers in known)


def moderator() -> dict[str, str]:
    """The headers of somebody who is logged in to the administration."""
    browser, token = Client(), get_random_string(32)
    browser.force_login(User.objects.filter(is_superuser=True)[0])
    session = browser.cookies[settings.SESSION_COOKIE_NAME].value
    cookies = f"{settings.SESSION_COOKIE_NAME}={session}; {settings.CSRF_COOKIE_NAME}={token}"
    return {"Cookie": cookies, "X-CSRFToken": token}


def errands(pool: int, counts: Iterable[int]) -> dict[int, dict[str, list[Request]]]:
    """What to ask of each article, after what was written before is taken back."""
    seed.clean()
    known = moderator()
    return {count: Scene(count).requests(pool, known) for count in counts}


if __name__ == "__main__":
    told = {
        count: {kind: [asdict(each) for each in requests] for kind, requests in kinds.items()}
        for count, kinds in errands(int(sys.argv[2]), map(int, sys.argv[3:])).items()
    }
    Path(sys.argv[1]).write_text(json.dumps(told))
