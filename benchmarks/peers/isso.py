"""Isso, a comment server of its own that a page asks for JSON: https://isso-comments.de."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlencode

from benchmarks.peers.contender import HOST, SHOWN, WORK, Contender, run
from benchmarks.peers.texts import Shape, comments
from benchmarks.peers.venv import Venv

PACKAGES = ["isso==0.14.0", "gunicorn==27.0.1"]
REPLIES = 3  # of each thread, as many as our own page shows; Isso's widget asks for 5 unless told
URI = "/article/"
PUBLISHED = 1  # Isso's "mode"
VOTERS = bytes(256)  # the Bloom filter of who voted: nobody
# Isso only warns when it cannot reach the website that its comments are for, and nothing listens on port 1.
CONFIG = """\
[general]
name = {count}
dbpath = {database}
host = http://127.0.0.1:1/
"""
HAVE = "SELECT count(*), count(CASE WHEN parent = ? THEN 1 END) FROM comments"
INSERT = (
    "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, email, voters) "
    "VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)


class Isso(Contender):
    """Isso under gunicorn, with one worker and otherwise as its documents and its container image start it.

    Its documents call the built-in server one for low traffic (20 requests a second) and name several WSGI servers; the
    image that the project ships runs `gunicorn --preload`. All else is its default: comments are stored as Markdown,
    rendered and cleaned anew for every answer. Answers are JSON, uncompressed, and each closes its connection.

    Each article has a database of its own, in one server that dispatches as Isso's documents describe it for several
    websites: Isso searches its comments without an index, so that an article would pay for the comments of all others.
    """

    name: ClassVar[str] = "Isso"
    folder_name: ClassVar[str] = "isso"

    def __init__(self, work: Path = WORK) -> None:
        super().__init__(work)
        self.venv = Venv(self.folder / "venv", PACKAGES)
        self.sites = self.folder / "sites"

    def version(self) -> str:
        return self.venv.versions()

    def is_filled(self, count: int) -> bool:
        database = self.sites / f"{count}.sqlite3"
        if not self.venv.python.exists() or not database.exists():
            return False
        with closing(sqlite3.connect(database)) as connection:
            long = Shape(count).long
            return bool(connection.execute(HAVE, [long[0] + 1]).fetchone() == (count, len(long) - 1))

    def fill(self, count: int) -> None:
        if self.is_filled(count):
            return
        database, config = self.sites / f"{count}.sqlite3", self.sites / f"{count}.cfg"
        if not config.exists():
            config.write_text(CONFIG.format(count=count, database=database))
        if not database.exists():
            # Isso makes its tables when the application is made.
            run([str(self.venv.python), "-c", "import isso.run"], {"ISSO_SETTINGS": str(config)})
        with closing(sqlite3.connect(database)) as connection, connection:
            connection.execute("DELETE FROM comments")
            connection.execute(
                "INSERT OR IGNORE INTO threads (id, uri, title) VALUES (1, ?, ?)", [URI, f"Article {count}"]
            )
            connection.executemany(INSERT, _rows(count))

    def _prepare(self) -> None:
        self.venv.make()
        self.sites.mkdir(exist_ok=True)

    def _command(self, port: int) -> list[str]:
        # The socket is one for control, by default outside of our folder.
        options = ["--bind", f"{HOST}:{port}", "--workers", "1", "--preload", "--no-control-socket"]
        return [str(self.venv.python), "-m", "gunicorn", *options, "isso.dispatch"]

    def _environment(self) -> dict[str, str]:
        return {"ISSO_SETTINGS": str(self.sites)}

    def _path(self, count: int) -> str:
        """What the widget asks for if told to show 100 comments, 3 replies to each, and the newest first."""
        query = {"uri": URI, "sort": "newest", "offset": 0, "limit": SHOWN, "nested_limit": REPLIES}
        return f"/{count}/?" + urlencode(query)

    def thread_path(self, count: int, skipped: int, shown: int) -> str:
        """Where the replies of the long thread are, oldest first, behind so many."""
        query = {"uri": URI, "parent": Shape(count).long[0] + 1, "sort": "oldest", "offset": skipped, "limit": shown}
        return f"/{count}/?" + urlencode(query)


def _rows(count: int) -> Iterator[tuple[object, ...]]:
    """Rows for INSERT. A reply's parent is the comment that began the thread: Isso itself stores only those."""
    for comment in comments(count):
        parent = None if comment.parent is None else comment.thread + 1
        written = comment.created_at.timestamp()
        address = f"192.0.2.{comment.index % 256}"
        row = (comment.index + 1, parent, written, PUBLISHED, address, comment.body, comment.author, comment.email)
        yield (*row, VOTERS)
