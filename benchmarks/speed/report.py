"""RESULTS.md, made from what was measured."""

from collections.abc import Iterator

from benchmarks.speed.goals import goals
from benchmarks.speed.report_discussion import discussion
from benchmarks.speed.results import Key, Results, Row
from benchmarks.speed.rounds import MOST_FOREIGN
from benchmarks.speed.words import NAMES, milliseconds, share, table, told

METHOD = """\
- The server has one core of the machine for itself, the load another. The load is `wrk` with one thread; connections
  are kept open where the server keeps them.
- All servers were measured in this one run. Each round goes through all of them once; a figure is the median of the
  rounds, so what disturbs the machine for a while disturbs everyone.
- Our site, granian alone and every Django site beside it are served by granian with one worker and one thread. Isso
  runs under gunicorn with one worker, nginx with one.
- The comments are the same everywhere: made from a fixed seed, 20 to 600 characters long. A tenth of them are replies
  in one long thread, up to a thousand are a chain of replies to replies; of the others, three in ten are replies.
- “Granian alone” and nginx send exactly the bytes of our compressed page, with our headers. Django's page cache holds
  the same page, compressed with gzip.
- “Made anew” is our site told to keep no finished page (`PAGE_CACHE_MB=0`). The peers keep nothing either. A peer's
  page has its newest hundred comments; ours has the newest fifty threads with up to three replies each, the article
  and the form.
- Comments are posted with a right captcha each; screening, limits and counters work as ever, with limits too high to
  be reached. SQLite runs with `synchronous=FULL`: what was acknowledged survives a power cut. The status of every
  answer was checked, and the new rows were counted: a difference would stand in the table as failed.
- With few clients our site can be ahead of granian alone: a function that does nothing is back before the next request
  is there, so that its thread sleeps and is woken for nearly every answer.
- Where a server is so slow that 16 clients would only queue, one client asks, one request after the other; such
  figures have a ¹."""
COMMANDS = """\
```sh
apt-get install wrk nginx-light                      # once
.venv/bin/python -m benchmarks.speed                 # all of it; the first run prepares its data, which takes a while
.venv/bin/python -m benchmarks.speed --quick         # a look within two minutes
.venv/bin/python -m benchmarks.speed --report-only   # this page again, from results.json
```"""


WRITTEN = {"post": "a comment", "rate": "a rating", "insert": "a row", "commit": "a row"}


def report(results: Results) -> str:
    """The whole page."""
    sections = [
        "# How fast it is",
        _head(results),
        table("goal", "wanted:", "measured:", "is it met?", rows=list(_goal_rows(results))),
        *_kept(results),
        *_anew(results),
        *_writes(results),
        *discussion(results),
        *_page(results),
        *_conditions(results),
    ]
    return "\n\n".join(sections) + "\n"


def _head(results: Results) -> str:
    rounds = f"{results.rounds} round{'s' if results.rounds > 1 else ''} of {results.seconds} s"
    lines = [f"Made by `.venv/bin/python -m benchmarks.speed`: {rounds} for each figure, all in one run."]
    if results.is_quick:
        lines.append("**This was a quick run: a look, no proof.**")
    return " ".join([*lines, *results.left_out])


def _goal_rows(results: Results) -> Iterator[tuple[str, ...]]:
    for goal in goals(results):
        yield goal.what, goal.wanted, goal.measured or "–", goal.verdict


def _kept(results: Results) -> Iterator[str]:
    yield "## Pages that are kept"
    yield "![Answers a second with an article of 10,000 comments](hits.svg)"
    yield (
        "A finished page is kept in memory, compressed once. The ceiling is granian with nothing behind it, sending "
        "the same bytes. “Not modified” is the answer (304) to a browser that has the page already."
    )
    yield table(
        "server", "comments:", "clients:", "answers a second:", "of granian alone:", "half within, ms:",
        "99 of 100 within, ms:", rows=[_kept_row(results, row) for row in _in_order(results)],
    )  # fmt: skip


def _in_order(results: Results) -> list[Row]:
    """Row by row what is to be compared."""
    rows = results.of("hit") + results.of("304")
    return sorted(rows, key=lambda row: (row.key.comments, row.key.clients, -row.rate))


def _kept_row(results: Results, row: Row) -> tuple[str, ...]:
    key: Key = row.key
    bare = results.best("hit", "bare-granian", comments=key.comments, clients=key.clients)
    name = NAMES[key.who] + (", not modified" if key.subject == "304" else "")
    times = milliseconds(row.p50), milliseconds(row.p99)
    return name, f"{key.comments:,}", str(key.clients), told(row), share(row, bare), *times


def _anew(results: Results) -> Iterator[str]:
    yield "## Pages that are made anew"
    yield "![Pages made anew, by the number of comments](misses.svg)"
    yield (
        "Nothing is kept: every request is answered from the database. How many comments an article has should not "
        "matter to those who read the newest of them."
    )
    rows = sorted(results.of("miss") + results.of("page"), key=lambda row: (row.key.comments, -row.rate))
    yield table(
        "server", "comments:", "answers a second:", "half within, ms:", "99 of 100 within, ms:",
        rows=[
            (_named(row), f"{row.key.comments:,}", told(row), milliseconds(row.p50), milliseconds(row.p99))
            for row in rows
        ],
    )  # fmt: skip


def _named(row: Row) -> str:
    return NAMES[row.key.who] + (f", {row.key.detail}" if row.key.detail else "")


def _writes(results: Results) -> Iterator[str]:
    yield "## Writing"
    yield "![Comments and ratings a second](writes.svg)"
    yield (
        "A comment comes with the answer to a captcha and is screened; a rating changes the counters of one article "
        "that everybody rates. “One insert through Django” is the least that a Django site can do for a write. "
        "“The disk alone” is how many transactions of one row it takes, one after the other."
    )
    heads = ("comments:", "answers a second:", "of an insert:", "half within, ms:", "99 of 100 within, ms:")
    rows = [_write_row(results, row) for subject in WRITTEN for row in results.of(subject)]
    yield table("server", "what", *heads, rows=rows)
    yield _recount(results)


def _write_row(results: Results, row: Row) -> tuple[str, ...]:
    comments = f"{row.key.comments:,}" if row.key.comments else ""
    rates = told(row), share(row, results.best("insert", "insert"))
    return NAMES[row.key.who], WRITTEN[row.key.subject], comments, *rates, milliseconds(row.p50), milliseconds(row.p99)


def _recount(results: Results) -> str:
    if results.counters_are_exact:
        return "After the last round `manage.py recount --check` found every stored counter equal to its rows."
    return "**After the last round `manage.py recount --check` found counters that differ from their rows.**"


def _page(results: Results) -> Iterator[str]:
    yield "## The page, its weight, the start"
    yield "What a browser loads for the article page with 100 comments, with `br`, heads and bodies:"
    total = ("all", f"{sum(results.wire.values()):,}")
    yield table("file", "bytes:", rows=[*((path, f"{size:,}") for path, size in results.wire.items()), total])
    seen = {name: results.fact(name) or 0 for name in ("LCP ms", "INP ms", "CLS")}
    yield (
        f"In Chromium, with an empty cache: the largest paint after {seen['LCP ms']:.0f} ms; from a click or a key (a "
        f"rating, a text begun) to the next paint {seen['INP ms']:.0f} ms, where less than 16 ms counts as 16; layout "
        f"shift {seen['CLS']:.3f}."
    )
    start, memory = results.best("start", "ours"), results.fact("worker MB")
    if start:
        yield (
            f"From `manage.py serve` to the first article page: {start.p50 / 1000:.2f} s, with the database and the "
            "static files in place and all cores free."
        )
    if memory:
        yield f"A worker takes {memory:.0f} MB (resident) after it has served all pages above from its memory."


def _conditions(results: Results) -> Iterator[str]:
    yield "## The machine"
    machine = [f"- {name}: {value}" for name, value in (results.machine | results.versions).items()]
    yield "\n".join(machine)
    yield "## How it was measured"
    yield f"{METHOD}\n- {_noise(results)}"
    yield "## Again"
    yield COMMANDS


def _noise(results: Results) -> str:
    kept = [sample.foreign for row in results.rows.values() for sample in row.samples]
    noisy = sum(foreign > MOST_FOREIGN for foreign in kept)
    return (
        f"Other programs on the machine were watched: a stretch in which they used more than {MOST_FOREIGN:.0%} of the "
        f"cores was measured again. That happened {results.repeated} times for {len(kept)} stretches. Of those that "
        f"count, {noisy} are above that still; the most was {max(kept, default=0):.0%}, the median "
        f"{sorted(kept)[len(kept) // 2]:.1%}."
    )
