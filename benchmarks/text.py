"""`python -m benchmarks.text`: what the text machinery costs; writes benchmarks/TEXT.md.

Topic links are compared with rendering the same article without them, in one run: the ratio holds on any machine.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from articles.damage import proposals
from articles.models import Topic
from articles.text import render_article, render_comment
from articles.topics import Linker

ROUNDS = 15
NAMES = 10_000
WORDS = 1_000
LIMIT = 5_000
HOSTILE = {
    "quotes in quotes": "> " * (LIMIT // 2),
    "open brackets": "[" * LIMIT,
    "stars": "*a" * (LIMIT // 2),
    "stars and underscores": "**_" * (LIMIT // 3),
    "backticks": "".join("`" * n + " " for n in range(1, 99))[:LIMIT],
    "lists in lists": "\n".join("  " * n + "- a" for n in range(66))[:LIMIT],
    "addresses": "https://a.b/" * (LIMIT // 12),
    "slashes": "http://" + "/" * (LIMIT - 7),
    "escapes": "\\" * LIMIT,
    "one long word": "a" * LIMIT,
}
# Every @ may begin a name of any length, and none does.
NAMED = {"@" * n + "x": "/comments/1/" for n in range(60)}


def milliseconds(action: Callable[[], object]) -> float:
    """The median time of an action over some rounds, in milliseconds."""
    times = []
    for _ in range(ROUNDS):
        started = time.perf_counter()
        action()
        times.append(1000 * (time.perf_counter() - started))
    return statistics.median(times)


def article() -> str:
    """A thousand words, one in twenty of them a name."""
    words = [f"Name{n * 37 % NAMES}" if n % 20 == 0 else f"word{n % 300}" for n in range(WORDS)]
    return "\n\n".join(" ".join(words[n : n + 80]) + "." for n in range(0, WORDS, 80))


def report() -> str:
    topics = [Topic(pk=n, name=f"Name{n}", slug=f"name-{n}", kind=Topic.Kind.COMPANY) for n in range(NAMES)]
    linker, text = Linker(topics), article()
    bare = milliseconds(lambda: render_article(text))
    linked = milliseconds(lambda: render_article(text, linker.link))
    rows = {
        f"render an article of {WORDS:,} words": bare,
        f"… and link its topics out of {NAMES:,}": linked,
        "the links alone": linked - bare,
        "look for damaged words in it": milliseconds(lambda: proposals(text)),
        f"build the automaton of {NAMES:,} names": milliseconds(lambda: Linker(topics)),
    }
    hostile = {name: milliseconds(lambda text=text: render_comment(text)) for name, text in HOSTILE.items()}  # type: ignore[misc]
    hostile["at signs, and names made of them"] = milliseconds(lambda: render_comment("@" * LIMIT, NAMED))
    lines = [
        "# What the text machinery costs",
        "",
        "Made by `.venv/bin/python -m benchmarks.text`. Medians of "
        f"{ROUNDS} rounds on Python {platform.python_version()}, {platform.machine()}, {os.cpu_count()} cores.",
        "",
        "| what | ms | times the bare article |",
        "|---|---:|---:|",
        *(f"| {name} | {ms:.2f} | {ms / bare:.2f} |" for name, ms in rows.items()),
        "",
        f"Comments of {LIMIT:,} characters made to be slow:",
        "",
        "| text | ms | times the bare article |",
        "|---|---:|---:|",
        *(f"| {name} | {ms:.2f} | {ms / bare:.2f} |" for name, ms in hostile.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    found = report()
    Path(__file__).with_name("TEXT.md").write_text(found)
    print(found)  # noqa: T201
