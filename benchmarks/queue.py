"""`python -m benchmarks.queue [COUNT …]`: what moderating costs with so many comments; writes benchmarks/QUEUE.md.

Each archive is a database of its own in a folder that is removed; a tenth of its comments wait. Requests go through all
of Django in one process, without a server; the smallest archive is what the others are compared with.
"""

import itertools
import os
import platform
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks import keyboard

SIZES = (10_000, 100_000, 1_000_000)
ROUNDS = 60
BULK = 100
FIRST = 10_000  # comments that the others are copied from
PACE = 60  # comments a minute
GOAL = 150  # ms, for the 95th percentile of lists and single decisions
FINDINGS: list[dict[str, Any]] = [
    {"check": check, "verdict": "hold", "detail": "as in this benchmark", "matched": [], "rule": "", "score": 0.5}
    for check in ("first_time", "new_domain")
]
FILE = Path(__file__).with_name("QUEUE.md")


def main(sizes: list[int]) -> None:
    """Measure each archive in a process of its own, and write the report."""
    found = {}
    for size in sizes:
        with tempfile.TemporaryDirectory() as folder:
            environment = {**os.environ, "DATA_DIR": folder, "DJANGO_SETTINGS_MODULE": "newsite.settings"}
            command = [sys.executable, "-m", "benchmarks.queue", "--one", str(size)]
            told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout
            lines = re.findall(r"^(.+)\t(.+)\t(.+)$", told, re.MULTILINE)
            found[size] = {name: (float(p50), float(p95)) for name, p50, p95 in lines}
            if size == min(sizes):
                pace = keyboard.a_minute(folder, re.search(r"^session (.+)$", told, re.MULTILINE)[1])  # type: ignore[index]
            sys.stdout.write(f"{size}: {found[size]}\n")
    FILE.write_text(_report(found, pace))


def one(size: int) -> None:
    """Fill this process's database and print a line for each kind of request: its median and 95th percentile in ms."""
    import django

    django.setup()
    from django.conf import settings
    from django.contrib.auth.models import User
    from django.core.management import call_command
    from django.test import Client

    from newsite import assets

    settings.ALLOWED_HOSTS.append("testserver")
    call_command("migrate", verbosity=0)
    assets.collect()
    waiting = _fill(size)
    user = User.objects.create_superuser("bench")
    client = Client()
    client.force_login(user)
    queue, decide = "/admin/comments/queue/", "/admin/comments/queue/decide/"
    sys.stdout.write(f"session {settings.SESSION_COOKIE_NAME}={client.cookies[settings.SESSION_COOKIE_NAME].value}\n")
    middle = _place(waiting[len(waiting) // 2])
    ids = iter(waiting)

    def post(count: int, act: str) -> None:
        chosen = [str(pk) for pk in itertools.islice(ids, count)]
        answer = client.post(decide, {"act": act, "chosen": chosen}, headers={"Accept": "application/json"})
        assert all(result["done"] for result in answer.json()["results"])

    def get(query: str) -> None:
        assert client.get(f"{queue}{query}").status_code == 200

    kinds: dict[str, tuple[Callable[[], None], int]] = {
        "the queue, oldest first": (lambda: get(""), ROUNDS),
        "the queue, highest risk first": (lambda: get("?order=risk"), ROUNDS),
        "the next page of cards, from the middle": (lambda: get(f"?after={middle}&part=1"), ROUNDS),
        "recently decided": (lambda: get("?queue=decided"), ROUNDS),
        "approve one": (lambda: post(1, "approve"), ROUNDS),
        "mark one as spam": (lambda: post(1, "spam"), ROUNDS),
        f"approve {BULK} at once": (lambda: post(BULK, "approve"), 5),
    }
    for name, (action, rounds) in kinds.items():
        action()
        times = sorted(_milliseconds(action) for _ in range(rounds))
        median, p95 = statistics.median(times), times[int(0.95 * (rounds - 1))]
        sys.stdout.write(f"{name}\t{median:.1f}\t{p95:.1f}\n")


def _place(pk: int) -> str:
    from comments.models import Comment
    from newsite.keyset import Position

    return str(Position(Comment.objects.get(pk=pk).created_at, pk))


def _milliseconds(action: Callable[[], None]) -> float:
    started = time.perf_counter()
    action()
    return 1000 * (time.perf_counter() - started)


def _fill(size: int) -> list[int]:
    """An archive, spread over a hundred articles; the ids of what waits, a tenth.

    The first comments are written by Django, the others copied from them by the database, each earlier than the last.
    """
    from django.db import connection

    from comments.models import Comment

    _write()
    table = Comment._meta.db_table
    columns = [str(field.column) for field in Comment._meta.concrete_fields if not field.primary_key]
    moved = {
        "created_at": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', created_at, %s || ' minutes')",
        "decided_at": "strftime('%%Y-%%m-%%d %%H:%%M:%%f000', decided_at, %s || ' minutes')",
    }
    taken = ", ".join(moved.get(column, f'"{column}"') for column in columns)
    names = ", ".join(f'"{column}"' for column in columns)
    copy = f"INSERT INTO {table} (id, {names}) SELECT id + %s, {taken} FROM {table} WHERE id <= %s"  # noqa: S608
    with connection.cursor() as cursor:
        for n in range(1, size // FIRST):
            cursor.execute(copy, [n * FIRST, -17 * n, -17 * n, FIRST])
    return list(range(10, size + 1, 10))


def _write() -> None:
    from django.utils import timezone

    from articles import publishing
    from articles.models import Article, Section
    from benchmarks.peers import texts
    from benchmarks.speed.seed import row
    from comments.models import Comment

    section = Section.objects.create(name="Research", slug="research")
    articles = []
    for number in range(100):
        article = Article(title=f"Article {number}", slug=f"a-{number}", body="Text.", section=section)
        article.status, article.published_at = Article.Status.PUBLISHED, timezone.now()
        publishing.save(article)
        articles.append(article)
    made = []
    for pk, text in zip(range(1, FIRST + 1), itertools.cycle(texts.comments(5_000)), strict=False):
        comment = row(articles[pk % 100], pk, text)
        comment.pk, comment.parent_id, comment.thread_id = pk, None, None
        comment.reader, comment.risk = f"{pk % 500:032x}", (pk * 7919 % 1000) / 1000
        comment.findings = FINDINGS
        if pk % 10 == 0:
            comment.status, comment.is_shown, comment.decided_at, comment.published_at = "pending", False, None, None
        made.append(comment)
    Comment.objects.bulk_create(made, batch_size=1000)


def _report(found: dict[int, dict[str, tuple[float, float]]], pace: float) -> str:
    first = next(iter(found))
    lines = [
        "# What moderating costs",
        "",
        f"Made by `.venv/bin/python -m benchmarks.queue {' '.join(map(str, found))}`.",
        f"Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores, SQLite, no server between.",
        "Median / 95th percentile in ms, and the median as times that of the smallest. A tenth of the comments wait.",
        "",
        f"| what | {' | '.join(f'{size:,} comments' for size in found)} |",
        f"|---|{'---:|' * len(found)}",
    ]
    for name, (least, _) in found[first].items():
        cells = (
            f"{found[size][name][0]} / {found[size][name][1]} (×{found[size][name][0] / least:.1f})" for size in found
        )
        lines.append(f"| {name} | {' | '.join(cells)} |")
    worst = max(p95 for each in found.values() for name, (_, p95) in each.items() if "at once" not in name)
    met = "met" if worst <= GOAL else "not met"
    lines += [
        "",
        f"Goal: lists and single decisions within {GOAL} ms (95th percentile). The worst is {worst} ms: {met}.",
    ]
    keys = "met" if pace >= PACE else "not met"
    lines += [
        "",
        f"Goal: {PACE} comments a minute by keyboard in Chromium: {keys}, {pace:.0f}, by {keyboard.COUNT} in a row.",
    ]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    if sys.argv[1:2] == ["--one"]:
        one(int(sys.argv[2]))
    else:
        main([int(size) for size in sys.argv[1:]] or list(SIZES))
