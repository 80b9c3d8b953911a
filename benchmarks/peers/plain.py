"""Contenders that serve one given page: Django's page cache, and granian with nothing behind it."""

import gzip
import html
import json
import sys
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from benchmarks.peers.contender import ROOT, SHOWN, WORK, Contender, granian
from benchmarks.peers.texts import comments

Headers = list[tuple[str, str]]
HTML = "text/html; charset=utf-8"
SAMPLE_OF = 10_000
PYTHON = Path(sys.executable)


class Given(Contender):
    """Serves one body, whatever the number of comments: what `give` was given last, or else a sample."""

    fills: ClassVar[bool] = False

    def __init__(self, work: Path = WORK) -> None:
        super().__init__(work)
        self.body = self.folder / "body"
        self.headers = self.folder / "headers.json"

    def give(self, body: bytes, headers: Headers) -> None:
        """What to serve from the next start on. A body that is compressed needs its Content-Encoding header."""
        self.folder.mkdir(parents=True, exist_ok=True)
        self.body.write_bytes(body)
        self.headers.write_text(json.dumps(headers))

    def fill(self, count: int) -> None:
        """Nothing to do: what it serves is given to it."""

    def _prepare(self) -> None:
        if not self.body.exists():
            self._give_sample()

    def _give_sample(self) -> None:
        body = gzip.compress(sample(), mtime=0)
        headers = [("Content-Type", HTML), ("Content-Encoding", "gzip"), ("Content-Length", str(len(body)))]
        self.give(body, headers)

    def _path(self, count: int) -> str:
        return "/"


class DjangoCache(Given):
    """Django's own cache for whole pages, in memory, before a view that costs nothing; granian, one worker.

    Give it the page uncompressed: it compresses it once itself, and of the headers it has its own. Nothing else that
    our site or any other does for a request is done: no sessions, no security headers.
    """

    name: ClassVar[str] = "Django's page cache"
    folder_name: ClassVar[str] = "django-cache"

    def version(self) -> str:
        return f"Django {version('django')}, granian {version('granian')}"

    def _give_sample(self) -> None:
        self.give(sample(), [("Content-Type", HTML)])

    def _command(self, port: int) -> list[str]:
        return granian(PYTHON, "benchmarks.peers.django_cache_site.site:application", port)

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.peers.django_cache_site.settings",
            "BYTES_FILE": str(self.body),
            "PYTHONPATH": str(ROOT),
        }


class BareGranian(Given):
    """Granian with a function that returns the given headers and body: the ceiling of every site that it serves."""

    name: ClassVar[str] = "granian alone"
    folder_name: ClassVar[str] = "bare-granian"

    def __init__(self, work: Path = WORK, workers: int = 1) -> None:
        super().__init__(work)
        self.workers = workers

    def version(self) -> str:
        return f"granian {version('granian')}"

    def _command(self, port: int) -> list[str]:
        return granian(PYTHON, "benchmarks.peers.bare:application", port, workers=self.workers)

    def _environment(self) -> dict[str, str]:
        return {"BODY_FILE": str(self.body), "HEADERS_FILE": str(self.headers), "PYTHONPATH": str(ROOT)}


def sample() -> bytes:
    """A bare page with the newest comments of many, for a look at these contenders without a page of our own."""
    newest = list(comments(SAMPLE_OF))[: -SHOWN - 1 : -1]
    items = "\n".join(f"<li><b>{comment.author}</b> {html.escape(comment.body)}</li>" for comment in newest)
    return f'<!doctype html>\n<html lang="en"><title>Sample</title><ol>\n{items}\n</ol></html>\n'.encode()
