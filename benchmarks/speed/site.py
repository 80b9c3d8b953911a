"""Our own site as one of the contenders: the database that was seeded, the settings that an operator would leave."""

import os
import sqlite3
import subprocess
import sys
from collections.abc import Iterable
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from benchmarks.peers.contender import HOST, ROOT, WORK, Contender, NotPrepared, granian
from benchmarks.peers.plain import PYTHON

SLUGS = {100: "hundred", 10_000: "ten-thousand", 100_000: "hundred-thousand"}
UNLIMITED = "100000000/m"  # counted as ever, and never reached


class Ours(Contender):
    """This project, served by granian with one blocking thread for each worker."""

    name: ClassVar[str] = "ours"
    folder_name: ClassVar[str] = "site"

    def __init__(self, work: Path = WORK, *, workers: int = 1, cache_mb: int | None = None) -> None:
        """`cache_mb` is how much each worker may keep of finished pages; None leaves it as it is by default."""
        super().__init__(work)
        self.workers, self.cache_mb = workers, cache_mb
        self.database = self.folder / "newsite.sqlite3"

    def version(self) -> str:
        return f"Django {version('django')}, granian {version('granian')}"

    def fill(self, count: int) -> None:
        self.fill_all([count])

    def fill_all(self, counts: Iterable[int]) -> None:
        """Make the articles with so many comments, and take back what earlier runs have written."""
        self.run("-m", "benchmarks.speed.seed", *map(str, counts))

    def run(self, *arguments: str) -> None:
        """Run Python on the site's data, from the project's folder. What it tells of its progress is passed on.

        Raises NotPrepared when it fails.
        """
        command = [sys.executable, *arguments]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, stdout=subprocess.PIPE, text=True)
        if done.returncode:
            raise NotPrepared(f"{' '.join(arguments)} failed: {done.stdout}")

    def counters_are_exact(self) -> bool:
        """Whether all stored counters equal a recount."""
        command = [sys.executable, "manage.py", "recount", "--check"]
        done = subprocess.run(command, cwd=ROOT, env=self.environment(), check=False, stdout=subprocess.DEVNULL)
        return done.returncode == 0

    def count(self, table: str) -> int:
        """How many rows a table has."""
        with closing(sqlite3.connect(self.database)) as connection:
            (rows,) = connection.execute(f"SELECT count(*) FROM {table}").fetchone()  # noqa: S608 - our own names
            return int(rows)

    def environment(self, port: int = 8000) -> dict[str, str]:
        """All variables for a process of the site. Those that a `.env` could change are told."""
        return {**os.environ, **self._environment(), "PORT": str(port), "SITE_URL": f"http://{HOST}:{port}"}

    def _prepare(self) -> None:
        """Seeding prepares the rest."""

    def _command(self, port: int) -> list[str]:
        given = [f"PORT={port}", f"SITE_URL=http://{HOST}:{port}"]
        return ["env", *given, *granian(PYTHON, "newsite.wsgi:application", port, workers=self.workers)]

    def _environment(self) -> dict[str, str]:
        kept = {} if self.cache_mb is None else {"PAGE_CACHE_MB": str(self.cache_mb)}
        return {
            "DATA_DIR": str(self.folder),
            "DATABASE_URL": f"sqlite:///{self.database}",
            "DJANGO_SETTINGS_MODULE": "newsite.settings",
            "DEBUG": "off",
            "ACCESS_LOG": "off",
            "RATELIMITS": "on",
            "CAPTCHA_TEST_MODE": "off",
            **{f"RATE_{name}": UNLIMITED for name in ("COMMENTS", "RATINGS", "VOTES", "CAPTCHAS")},
            **kept,
        }

    def _path(self, count: int) -> str:
        return f"/articles/{SLUGS[count]}/"
