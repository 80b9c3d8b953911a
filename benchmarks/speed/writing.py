"""Stations that write: comments and ratings on our site; what an insert costs in Django alone, and on the disk."""

import itertools
import json
import sqlite3
import time
from contextlib import closing
from dataclasses import replace
from importlib.metadata import version
from typing import ClassVar

from benchmarks.peers.contender import ROOT, Contender, Running, granian, run
from benchmarks.peers.plain import PYTHON
from benchmarks.peers.texts import SEED, comments
from benchmarks.speed.load import Sample
from benchmarks.speed.machine import Meanwhile
from benchmarks.speed.results import Key
from benchmarks.speed.rounds import Plan, Recorder, Station
from benchmarks.speed.site import SLUGS, Ours

COMMENTS_A_SECOND = 2000  # as many are prepared; a stretch ends earlier when they are used up
RATINGS_A_SECOND = 5000
PRAGMAS = ("PRAGMA journal_mode=WAL", "PRAGMA synchronous=FULL")
INSERT = "INSERT INTO notes (author_name, body, created_at) VALUES (?, ?, ?)"


class Writing(Station):
    """Our site with everything on: captcha, screening, limits. All write to the article with so many comments."""

    def __init__(self, plan: Plan, size: int) -> None:
        self.plan, self.site, self.size = plan, Ours(plan.work), size
        self.bodies = plan.work / "bodies"
        self.post, self.rate = (Key(subject, "ours", size, plan.clients[0]) for subject in ("post", "rate"))
        self.texts = SEED + size

    def keys(self) -> list[Key]:
        return [self.post, self.rate]

    def visit(self, record: Recorder) -> None:
        with self.site.start(self.plan.server_core) as server:
            record.take(self.post, lambda: self._post(server))
            record.take(self.rate, lambda: self._rate(server))

    def _post(self, server: Running) -> Sample:
        """Send comments; a row that is missing or too many counts as a failure."""
        self.texts += 10  # other texts than those that are there
        count = COMMENTS_A_SECOND * self.plan.seconds
        self.site.run("-m", "benchmarks.speed.bodies", str(count), str(self.texts), str(self.bodies))
        return self._write(server, "comments", "POST", 201, "comments_comment")

    def _rate(self, server: Running) -> Sample:
        """Rate by a new reader each time."""
        with self.bodies.open("w") as lines:
            for number in range(RATINGS_A_SECOND * self.plan.seconds):
                lines.write(json.dumps({"stars": number % 5 + 1}) + "\n")
        return self._write(server, "rating", "PUT", 200, "articles_rating")

    def _write(self, server: Running, path: str, method: str, status: int, table: str) -> Sample:
        before = self.site.count(table)
        url = f"{server.url}/api/v1/articles/{SLUGS[self.size]}/{path}/"
        load = self.plan.load(self.plan.clients[0])
        sample = load.write(url, server, method=method, bodies=self.bodies, status=status)
        astray = abs(self.site.count(table) - before - sample.answers)
        return replace(sample, failed=sample.failed + astray)


class InsertSite(Contender):
    """One view in Django that inserts one row, served as our own site is."""

    name: ClassVar[str] = "an insert through Django"
    folder_name: ClassVar[str] = "insert"

    def version(self) -> str:
        return f"Django {version('django')}, granian {version('granian')}"

    def fill(self, count: int) -> None:
        """It begins empty."""

    def _prepare(self) -> None:
        command = [str(PYTHON), "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
        run(command, self._environment())

    def _command(self, port: int) -> list[str]:
        return granian(PYTHON, "benchmarks.speed.insert_site.site:application", port)

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": "benchmarks.speed.insert_site.settings",
            "NOTES_DATABASE": str(self.folder / "notes.sqlite3"),
            "PYTHONPATH": str(ROOT),
        }

    def _path(self, count: int) -> str:
        return "/"


class Inserting(Station):
    """The ceiling of every write that Django makes."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.contender = plan, InsertSite(plan.work)
        self.key = Key("insert", "insert", 0, plan.clients[0])

    def keys(self) -> list[Key]:
        return [self.key]

    def visit(self, record: Recorder) -> None:
        bodies = self.plan.work / "bodies"
        with bodies.open("w") as lines:
            for comment in comments(RATINGS_A_SECOND * self.plan.seconds):
                lines.write(json.dumps({"author_name": comment.author, "body": comment.body}) + "\n")
        load = self.plan.load(self.plan.clients[0])
        with self.contender.start(self.plan.server_core) as server:
            record.take(
                self.key, lambda: load.write(server.url + "/", server, method="POST", bodies=bodies, status=201)
            )


class Committing(Station):
    """The ceiling of every write at all: rows that a loop commits, one a transaction, as our site has SQLite write."""

    def __init__(self, plan: Plan) -> None:
        self.plan, self.key = plan, Key("commit", "disk")

    def keys(self) -> list[Key]:
        return [self.key]

    def visit(self, record: Recorder) -> None:
        file = self.plan.work / "commits.sqlite3"
        with closing(sqlite3.connect(file, isolation_level=None)) as connection:
            for order in PRAGMAS:
                connection.execute(order)
            connection.execute("CREATE TABLE IF NOT EXISTS notes (author_name, body, created_at)")
            record.take(self.key, lambda: _commits(connection, self.plan.seconds))


def _commits(connection: sqlite3.Connection, seconds: int) -> Sample:
    """Insert one row after the other, each durable before the next."""
    rows = itertools.cycle(
        [(comment.author, comment.body, comment.created_at.isoformat()) for comment in comments(100)]
    )
    took = []
    with Meanwhile() as meanwhile:
        until = time.perf_counter() + seconds
        while (started := time.perf_counter()) < until:
            connection.execute(INSERT, next(rows))
            took.append(1000 * (time.perf_counter() - started))
    ordered = sorted(took)
    p50, p99 = (ordered[int(len(took) * share)] for share in (0.5, 0.99))
    return Sample(1000 * len(took) / sum(took), p50, p99, len(took), foreign=meanwhile.foreign)
