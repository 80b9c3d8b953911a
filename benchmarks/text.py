"""`python -m benchmarks.text`: what the text machinery costs; writes benchmarks/TEXT.md.

Topic links are compared with rendering the same article without them, in one run: the ratio holds on any machine.
Screening is measured in a database of its own, in a folder that is thrown away.
"""

import os
import platform
import statistics
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "tests.settings")

import django

django.setup()

from django.core.management import call_command
from django.utils import timezone

from articles.damage import proposals
from articles.models import Article, Section, Topic
from articles.text import render_article, render_comment
from articles.topics import Linker
from comments import screening
from comments.models import Classifier, Comment, Feature, Rule
from comments.screening import classifier, repetition
from comments.screening.folding import fold
from newsite import stamps

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
# Longer than a comment may be, each the worst for one part of screening, as far as a search for such texts has shown.
SCREENED = {
    "letters set apart (folding)": "a_ " * LIMIT,
    "signs that stand for many letters (folding)": "$\ufdfa,www." * LIMIT,
    "accents, each a sign of its own (folding)": "e\u0301." * LIMIT,
    "words of rules (rules)": " ".join(f"unwanted{n:05d}" for n in range(LIMIT)),
    "what no expression comes to an end with (rules)": "a" * (LIMIT - 1) + "!" * LIMIT,
    "words like those of 60 other comments (repetition)": " ".join(f"w{n:x}" for n in range(LIMIT)),
    "domains (links)": " ".join(f"{n:x}.ab/" for n in range(LIMIT)),
    "addresses that break off (links)": "qhttp:// www.,+%" * LIMIT,
    "figures in groups (personal data)": "12 " * LIMIT,
    "capitals (shouting)": "A\u0412" * LIMIT,
    "code and keys in a row (gibberish)": "qwertyuiop`asdf` " * LIMIT,
    "words that are known (classifier)": " ".join(f"known{n}" for n in range(LIMIT)),
}
RULES, RECENT = 50_000, 60


def milliseconds(action: Callable[[], object]) -> float:
    """The median time of an action over some rounds, in milliseconds of the processor: others may be using it, too."""
    times = []
    for _ in range(ROUNDS):
        started = time.thread_time()
        action()
        times.append(1000 * (time.thread_time() - started))
    return statistics.median(times)


def article() -> str:
    """A thousand words, one in twenty of them a name."""
    words = [f"Name{n * 37 % NAMES}" if n % 20 == 0 else f"word{n % 300}" for n in range(WORDS)]
    return "\n\n".join(" ".join(words[n : n + 80]) + "." for n in range(0, WORDS, 80))


def fill() -> Article:
    """Rules, recent comments and what was learned, so that each check has as much to look at as it may get."""
    call_command("migrate", verbosity=0)
    section = Section.objects.create(name="Research", slug="research")
    about = Article.objects.create(title="Words", slug="words", section=section)
    Rule.objects.bulk_create(Rule(pattern=f"unwanted{n:05d}") for n in range(RULES))
    Rule.objects.bulk_create(Rule(pattern=f"(a|a)+{n}$", kind=Rule.Kind.REGEX) for n in range(40))
    stamps.bump(screening.rules.SUBJECT)
    for number in range(RECENT):  # a third of them of the article, of the reader and of the network
        body = " ".join(f"w{n + number:x}" for n in range(LIMIT))[:LIMIT]
        reader, network = ("" if number < RECENT // 3 else "reader"), ("" if number < 2 * RECENT // 3 else "network")
        Comment.objects.create(article=about, body=body, reader=reader, network=network, created_at=timezone.now())
    Classifier.objects.update(wanted=1000, unwanted=1000)
    known = classifier.features(fold(SCREENED["words that are known (classifier)"][:LIMIT]))
    Feature.objects.bulk_create(Feature(key=key, wanted=2, unwanted=40) for key in known)
    return about


def received(about: Article, text: str) -> Comment:
    body = text[:LIMIT]
    comment = Comment(article=about, body=body, body_html=render_comment(body), reader="reader", network="network")
    comment.author_name, comment.text_key = "\ufdfa" * 60, repetition.text_key(body)
    return comment


def screen(comment: Comment) -> None:
    """Screen a comment as a process does that has seen neither it nor any recent one."""
    fold.cache_clear()
    repetition._shape.cache_clear()
    screening.screen(comment, screening.Circumstances())


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
    about = fill()
    screened = {name: milliseconds(partial(screen, received(about, text))) for name, text in SCREENED.items()}
    lines = [
        "# What the text machinery costs",
        "",
        "Made by `.venv/bin/python -m benchmarks.text`. Medians of "
        f"{ROUNDS} rounds, in milliseconds of processor time, on Python {platform.python_version()}, "
        f"{platform.machine()}, {os.cpu_count()} cores.",
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
        f"All of screening, of comments of {LIMIT:,} characters, each the worst for one of its parts, beside"
        f" {RULES:,} rules, 40 expressions that never end, and {RECENT} recent comments as long:",
        "",
        "| text (for which part) | ms |",
        "|---|---:|",
        *(f"| {name} | {ms:.1f} |" for name, ms in screened.items()),
        "",
    ]
    return "\n".join(lines)


if __name__ == "__main__":
    found = report()
    Path(__file__).with_name("TEXT.md").write_text(found)
    print(found)  # noqa: T201
