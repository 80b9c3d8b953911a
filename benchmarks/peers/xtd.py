"""django-comments-xtd, threaded comments as a Django application: https://github.com/danirus/django-comments-xtd."""

import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import closing
from importlib.metadata import version
from pathlib import Path
from typing import ClassVar

from benchmarks.peers.contender import ROOT, WORK, Contender, granian, run
from benchmarks.peers.texts import Comment, Shape, comments
from benchmarks.peers.venv import Venv

SITE = "benchmarks.peers.xtd_site"
# Django and granian are the versions that our own site runs on.
PACKAGES = ["django-comments-xtd==2.10.13", f"Django=={version('django')}", f"granian=={version('granian')}"]
HAVE = (
    "SELECT count(*), max(nested_count) FROM django_comments "
    "JOIN django_comments_xtd_xtdcomment ON comment_ptr_id = id WHERE object_pk = ?"
)
LONG = (
    "SELECT id FROM django_comments JOIN django_comments_xtd_xtdcomment ON comment_ptr_id = id "
    "WHERE object_pk = ? AND parent_id = id ORDER BY nested_count DESC, id LIMIT 1"
)
DELETE_THREADS = (
    "DELETE FROM django_comments_xtd_xtdcomment "
    "WHERE comment_ptr_id IN (SELECT id FROM django_comments WHERE object_pk = ?)"
)
DELETE_COMMENTS = "DELETE FROM django_comments WHERE object_pk = ?"
INSERT_COMMENT = (
    "INSERT INTO django_comments (id, content_type_id, object_pk, site_id, user_name, user_email, user_url, comment, "
    "submit_date, is_public, is_removed) VALUES (?, ?, ?, 1, ?, ?, '', ?, ?, 1, 0)"
)
INSERT_THREAD = (
    "INSERT INTO django_comments_xtd_xtdcomment "
    '(comment_ptr_id, thread_id, parent_id, level, "order", followup, nested_count) VALUES (?, ?, ?, ?, ?, 0, ?)'
)


class Xtd(Contender):
    """A small site with django-comments-xtd, served as our own is: granian, one worker, one thread, SQLite.

    The package has no pages of comments: its documents show `render_xtdcomment_tree`, which shows all that an article
    has (`tree_url`). `page_url` is kinder to it: the newest hundred from its own list tag, cut off before the query is
    made, in its own list template. Neither page has the form for a new comment, nor is it compressed: both would cost
    the peer time only.
    """

    name: ClassVar[str] = "django-comments-xtd"
    folder_name: ClassVar[str] = "xtd"

    def __init__(self, work: Path = WORK) -> None:
        super().__init__(work)
        self.venv = Venv(self.folder / "venv", PACKAGES)
        self.database = self.folder / "site.sqlite3"

    def version(self) -> str:
        return self.venv.versions()

    def tree_url(self, count: int) -> str:
        """Where the running server shows the tree of all comments of the article with `count` of them."""
        return self.page_url(count) + "tree/"

    def thread_path(self, count: int, skipped: int, shown: int) -> str:
        """Where the replies of the long thread are, in the package's list template, behind so many."""
        with closing(sqlite3.connect(self.database)) as connection:
            (top,) = connection.execute(LONG, [str(count)]).fetchone()
        return f"/{count}/thread/{top}/{skipped}/{shown}/"

    def is_filled(self, count: int) -> bool:
        if not self.venv.python.exists() or not self.database.exists():
            return False
        with closing(sqlite3.connect(self.database)) as connection:
            return bool(connection.execute(HAVE, [str(count)]).fetchone() == (count, len(Shape(count).long) - 1))

    def fill(self, count: int) -> None:
        if self.is_filled(count):
            return
        with closing(sqlite3.connect(self.database)) as connection, connection:
            (kind,) = connection.execute("SELECT id FROM django_content_type WHERE model = 'article'").fetchone()
            connection.execute("INSERT OR IGNORE INTO xtd_site_article VALUES (?, ?)", [count, f"Article {count}"])
            connection.execute(DELETE_THREADS, [str(count)])
            connection.execute(DELETE_COMMENTS, [str(count)])
            (last,) = connection.execute("SELECT coalesce(max(id), 0) FROM django_comments").fetchone()
            written = list(comments(count))
            connection.executemany(INSERT_COMMENT, _comment_rows(kind, last + 1, written))
            connection.executemany(INSERT_THREAD, _thread_rows(last + 1, written))
            # Without it SQLite looks through the comments of all articles; other databases count by themselves.
            connection.execute("ANALYZE")

    def _prepare(self) -> None:
        self.venv.make()
        if not self.database.exists():
            migrate = [str(self.venv.python), "-m", "django", "migrate", "--run-syncdb", "--verbosity", "0"]
            run(migrate, self._environment())

    def _command(self, port: int) -> list[str]:
        return granian(self.venv.python, f"{SITE}.wsgi:application", port)

    def _environment(self) -> dict[str, str]:
        return {
            "DJANGO_SETTINGS_MODULE": f"{SITE}.settings",
            "XTD_DATABASE": str(self.database),
            "PYTHONPATH": str(ROOT),
        }

    def _path(self, count: int) -> str:
        return f"/{count}/"


def _comment_rows(kind: int, first: int, written: list[Comment]) -> Iterator[tuple[object, ...]]:
    """Rows for INSERT_COMMENT; the first gets the id `first`."""
    for comment in written:
        at = comment.created_at.replace(tzinfo=None).isoformat(" ")
        yield (first + comment.index, kind, str(len(written)), comment.author, comment.email, comment.body, at)


def _thread_rows(first: int, written: list[Comment]) -> Iterator[tuple[object, ...]]:
    """Rows for INSERT_THREAD: what XtdComment.save() writes when replies nest one level deep."""
    sizes = Counter(comment.thread for comment in written)
    places: Counter[int] = Counter()
    for comment in written:
        places[comment.thread] += 1
        thread = first + comment.thread
        level, replies = (0, sizes[comment.thread] - 1) if comment.parent is None else (1, 0)
        yield (first + comment.index, thread, thread, level, places[comment.thread], replies)
