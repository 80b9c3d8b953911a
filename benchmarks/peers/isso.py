"""Isso, a comment server of its own that a page asks for JSON: https://isso-comments.de."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

from benchmarks.peers.contender import HOST, SHOWN, WORK, Contender, run
from benchmarks.peers.texts import comments
from benchmarks.peers.venv import Venv

PACKAGES = ["isso==0.14.0", "gunicorn==27.0.1"]
REPLIES = 3  # of each thread, as many as our own page shows; Isso's widget asks for 5 unless told
PUBLISHED = 1  # Isso's "mode"
VOTERS = bytes(256)  # the Bloom filter of who voted: nobody
HAVE = "SELECT count(*) FROM comments JOIN threads ON tid = threads.id WHERE uri = ?"
DELETE = "DELETE FROM comments WHERE tid = (SELECT id FROM threads WHERE uri = ?)"
INSERT = (
    "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, email, voters) "
    "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
CONFIG = """\
[general]
dbpath = {database}
host = {url}
[server]
listen = {url}
"""


class Isso(Contender):
    """Isso under gunicorn, started as its documents and its container image start it, with one worker.

    Its documents call the built-in server one for low traffic (20 requests a second) and name several WSGI servers; the
    image that the project ships runs `gunicorn --preload isso.run`. All else is its default: comments are stored as
    Markdown and rendered and cleaned for every answer. Answers are JSON, uncompressed.
    """

    name: ClassVar[str] = "Isso"
    folder_name: ClassVar[str] = "isso"

    def __init__(self, work: Path = WORK) -> None:
        super().__init__(work)
        self.venv = Venv(self.folder / "venv", PACKAGES)
        self.database = self.folder / "comments.sqlite3"
        self.config = self.folder / "isso.cfg"

    def version(self) -> str:
        return self.venv.versions()

    def fill(self, count: int) -> None:
        uri = _uri(count)
        with closing(sqlite3.connect(self.database)) as connection, connection:
            (have,) = connection.execute(HAVE, [uri]).fetchone()
            if have == count:
                return
            connection.execute(DELETE, [uri])
            connection.execute("INSERT OR IGNORE INTO threads (uri, title) VALUES (?, ?)", [uri, f"Article {count}"])
            (thread,) = connection.execute("SELECT id FROM threads WHERE uri = ?", [uri]).fetchone()
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM comments").fetchone()
            connection.executemany(INSERT, _rows(thread, last + 1, count))

    def _prepare(self) -> None:
        self.venv.make()
        if not self.database.exists():
            # Isso makes its tables when the application is made. Nothing listens on port 1: it only warns of that.
            self._configure(1)
            run([str(self.venv.python), "-c", "import isso.run"], self._environment())

    def _configure(self, port: int) -> None:
        self.config.write_text(CONFIG.format(database=self.database, url=f"http://{HOST}:{port}/"))

    def _command(self, port: int) -> list[str]:
        self._configure(port)
        options = ["--bind", f"{HOST}:{port}", "--workers", "1", "--preload", "--no-control-socket"]
        return [str(self.venv.python), "-m", "gunicorn", *options, "isso.run"]

    def _environment(self) -> dict[str, str]:
        return {"ISSO_SETTINGS": str(self.config)}

    def _path(self, count: int) -> str:
        """What the widget asks for with `data-isso-max-comments-top="100" data-isso-sorting="newest"`."""
        query = {"uri": _uri(count), "sort": "newest", "offset": 0, "limit": SHOWN, "nested_limit": REPLIES}
        return "/?" + urlencode(query)


def _uri(count: int) -> str:
    return f"/{count}/"


def _rows(thread: int, first: int, count: int) -> Iterator[tuple[object, ...]]:
    """Rows for INSERT. A reply's parent is the comment that began the thread: Isso itself stores only those."""
    for comment in comments(count):
        parent = None if comment.parent is None else first + comment.thread
        place = (thread, first + comment.index, parent, comment.created_at.timestamp(), PUBLISHED)
        address = f"192.0.2.{comment.index % 256}"
        yield (*place, address, comment.body, comment.author, comment.email, VOTERS)
