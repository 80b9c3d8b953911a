"""`python -m benchmarks.profile miss|thread|post|vote`: where the time of making a page, of posting a comment, or of
voting for one goes.

Needs the data that `python -m benchmarks.speed` has prepared. The site's WSGI application is called in this process,
under pyinstrument; the shares are of the time of all calls together.
"""

import argparse
import itertools
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.contender import WORK
from benchmarks.peers.texts import Shape
from benchmarks.speed.asking import Request
from benchmarks.speed.calls import call
from benchmarks.speed.site import SLUGS, Ours

CALLS, WARM = 1000, 10
# What the tables tell of: the functions in which, with all that they call, the time is spent.
PARTS = {
    "miss": {
        "the view": "newsite.pages.article",
        "its template": "django.template.backends.django.render",
        "the article's row": "articles.lookup.published",
        "the threads": "comments.listing.page",
        "the version of the frame": "newsite.stamps.version",
        "the ETag": "newsite.caching._tag",
        "the policy header": "csp.middleware.process_response",
    },
    "thread": {
        "the view": "comments.views.thread",
        "the replies": "comments.threads.replies",
        "its template": "django.template.backends.django.render",
        "… parts included": "django.template.loader_tags.render",
        "… addresses": "django.urls.base.reverse",
        "… dates": "django.utils.dateformat.format",
        "the ETag": "newsite.caching._tag",
        "the policy header": "csp.middleware.process_response",
    },
    "post": {
        "the view": "comments.api.discussion.post",
        "reading and checking what was sent": "rest_framework.serializers.is_valid",
        "the article's row": "articles.lookup.published",
        "posting": "comments.posting.post",
        "… rate limits": "newsite.ratelimit.take",
        "… captcha": "comments.captcha.consume",
        "… Markdown": "articles.text.render_comment",
        "… screening": "comments.screening.screen",
        "… the row": "django.db.models.base.save",
        "… the commit": "django.db.backends.base.base.commit",
        "the answer": "rest_framework.serializers.to_representation",
        "the policy header": "csp.middleware.process_response",
    },
    "vote": {
        "the view": "comments.api.readers._change",
        "the comment's row": "comments.api.readers.published",
        "voting": "comments.votes.vote",
        "… rate limits": "newsite.ratelimit.take",
        "… the thread as stored": "comments.threads.show_votes",
        "… the stamp": "newsite.stamps.bump",
        "… the commit": "django.db.backends.base.base.commit",
        "the policy header": "csp.middleware.process_response",
    },
}
SIZE = 10_000


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("what", choices=tuple(PARTS))
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    site = Ours(given.work, cache_mb=0)
    os.environ.update(site.environment())
    bodies = given.work / "profile-bodies"
    if given.what == "post":
        site.run("-m", "benchmarks.speed.bodies", str(CALLS + WARM), "1", str(bodies))
    print(_shares(_calling(given.what, bodies), PARTS[given.what]))  # noqa: T201


def _calling(what: str, bodies: Path) -> Callable[[], object]:
    """What is called again and again, warm already."""
    from newsite.wsgi import application

    requests = _requests(what, bodies)
    for _ in range(WARM):
        call(application, next(requests))
    return lambda: call(application, next(requests))


def _requests(what: str, bodies: Path) -> Iterator[Request]:
    from benchmarks.speed import seed
    from comments.models import Comment

    slug = SLUGS[SIZE]
    found = Comment.objects.filter(article__slug=slug)
    if what == "post":
        for body in bodies.read_text().splitlines():
            yield Request(f"/api/v1/articles/{slug}/comments/", "POST", 201, {"Content-Type": "application/json"}, body)
    paths = {
        "miss": lambda: f"/articles/{slug}/",
        "thread": lambda: f"/comments/{seed.first_of(found[0].article) + Shape(SIZE).long[0]}/thread/",
        "vote": lambda: f"/api/v1/comments/{found.tops().newest_first()[0].pk}/vote/",
    }
    yield from itertools.repeat(Request(paths[what](), "PUT" if what == "vote" else "GET"))


def _shares(call: Callable[[], object], parts: dict[str, str]) -> str:
    """What the parts took, with all that they call, as a table in Markdown."""
    from pyinstrument import Profiler

    profiler = Profiler(async_mode="disabled")
    with profiler:
        for _ in range(CALLS):
            call()
    root = profiler.last_session.root_frame() if profiler.last_session else None
    assert root is not None
    spent: Counter[str] = Counter()
    for names, seconds in _walk(root, frozenset()):
        for name in names:
            spent[name] += seconds  # type: ignore[assignment]
    rows = [f"| {told} | `{name}` | {spent[name] / root.time:.0%} |" for told, name in parts.items()]
    head = [f"{1000 * root.time / CALLS:.2f} ms a call under the profiler", "", "| what | function | share |"]
    return "\n".join([*head, "|---|---|---:|", *rows])


def _walk(frame: Any, above: frozenset[str]) -> Iterator[tuple[frozenset[str], float]]:
    """Each frame's own time, with the names of all functions that it is spent in."""
    module = Path(frame.file_path_short or "").with_suffix("").as_posix().replace("/", ".")
    names = above | ({f"{module}.{frame.function}"} if frame.function and module else set())
    yield names, frame.time - sum(child.time for child in frame.children)
    for child in frame.children:
        yield from _walk(child, names)


if __name__ == "__main__":
    main()
