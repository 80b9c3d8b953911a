"""`python -m benchmarks.profile miss|post`: where the time of making a page, or of posting a comment, goes.

Needs the data that `python -m benchmarks.speed` has prepared. The site's WSGI application is called in this process,
under pyinstrument; the shares are of the time of all calls together.
"""

import argparse
import io
import itertools
import os
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from benchmarks.peers.contender import WORK
from benchmarks.speed.site import SLUGS, Ours

CALLS = 1000
# What the tables tell of: the functions in which, with all that they call, the time is spent.
PARTS = {
    "miss": {
        "the view": "newsite.pages.article",
        "its template": "django.template.backends.django.render",
        "the article's row": "articles.lookup.published",
        "the threads": "comments.threads.page",
        "the version of the frame": "newsite.stamps.version",
        "the ETag": "django.middleware.http.process_response",
        "the policy header": "csp.middleware.process_response",
    },
    "post": {
        "the view": "comments.api.post",
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
}
ARTICLE = SLUGS[10_000]


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.profile", description=__doc__)
    parser.add_argument("what", choices=("miss", "post"))
    parser.add_argument("--work", type=Path, default=WORK)
    given = parser.parse_args()
    site = Ours(given.work, cache_mb=0)
    os.environ.update(site.environment())
    bodies = given.work / "profile-bodies"
    if given.what == "post":
        site.run("-m", "benchmarks.speed.bodies", str(CALLS + 10), "1", str(bodies))
    print(_shares(_call(given.what, bodies), PARTS[given.what]))  # noqa: T201


def _call(what: str, bodies: Path) -> Callable[[], object]:
    """What is called again and again, warm already."""
    from newsite.wsgi import application

    path = f"/articles/{ARTICLE}/" if what == "miss" else f"/api/v1/articles/{ARTICLE}/comments/"
    sent = itertools.repeat(b"") if what == "miss" else iter(bodies.read_bytes().splitlines())

    def call() -> bytes:
        statuses: list[str] = []
        environ = _environ("GET" if what == "miss" else "POST", path, next(sent))
        result = application(environ, lambda status, *_: statuses.append(status))
        body = b"".join(result)
        getattr(result, "close", lambda: None)()
        assert statuses[0][:3] in ("200", "201"), (statuses, body)
        return body

    for _ in range(10):
        call()
    return call


def _environ(method: str, path: str, body: bytes) -> dict[str, Any]:
    server = {"SERVER_NAME": "127.0.0.1", "SERVER_PORT": "8000", "SERVER_PROTOCOL": "HTTP/1.1", "SCRIPT_NAME": ""}
    wsgi = {"wsgi.url_scheme": "http", "wsgi.errors": sys.stderr, "wsgi.input": io.BytesIO(body)}
    sent = {"CONTENT_TYPE": "application/json", "CONTENT_LENGTH": str(len(body))} if body else {}
    asked = {"REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": "", "HTTP_HOST": "127.0.0.1:8000"}
    return {**server, **wsgi, **sent, **asked, "REMOTE_ADDR": "127.0.0.1"}


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
