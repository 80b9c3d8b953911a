"""What the site is meant to reach, and whether it does: always computed, never written by hand."""

from collections.abc import Iterator
from dataclasses import dataclass

from benchmarks.peers.texts import DEEPEST
from benchmarks.speed.discussion import CLIENTS, DEEP, SUBJECT
from benchmarks.speed.results import Results, Row

OF_GRANIAN = 0.8
P99 = 5.0  # milliseconds
MISSES = 500
POSTS = 400
RATINGS = 800
START_SECONDS = 1.5
WORKER_MB = 150
REQUESTS = 4
PAGE_KB = 50  # of a thousand bytes
PAINT_MS = 1000
INTERACTION_MS = 100
DEEP_P95 = 200.0  # milliseconds


@dataclass(frozen=True)
class Goal:
    """One line of the table: what is wanted, what was measured (None: not in this run), and whether that is met."""

    what: str
    wanted: str
    measured: str | None
    is_met: bool

    @property
    def verdict(self) -> str:
        if self.measured is None:
            return "not measured"
        return "met" if self.is_met else "**not met**"


def goals(results: Results) -> list[Goal]:
    """All goals, in the order of the report."""
    return [
        _of_granian(results, 16),
        _of_granian(results, 64),
        _quick_answers(results),
        _not_modified(results),
        _rate("pages made anew a second, 100 comments", MISSES, results.of("miss", "ours", comments=100)),
        _rate("pages made anew a second, 100,000 comments", MISSES, results.of("miss", "ours", comments=100_000)),
        _rate("comments posted a second", POSTS, results.of("post", "ours")),
        _rate("ratings given a second", RATINGS, results.of("rate", "ours")),
        *(_deep(results, clients) for clients in CLIENTS),
        _same_queries(results),
        _figure("from the start to the first page", "s", START_SECONDS, _start_seconds(results), 2),
        _figure("memory of a worker", "MB", WORKER_MB, results.fact("worker MB")),
        _figure("requests for the article page", "", REQUESTS, len(results.wire) or None, at_most=True),
        _figure("bytes on the wire for it", "KB", PAGE_KB, sum(results.wire.values()) / 1000 or None, 1, at_most=True),
        _figure("largest paint in Chromium", "ms", PAINT_MS, results.fact("LCP ms")),
        _figure("interaction to next paint in Chromium", "ms", INTERACTION_MS, results.fact("INP ms")),
        _figure("layout shift in Chromium", "", 0, results.fact("CLS"), 3, at_most=True),
    ]


def ratios(results: Results, clients: int) -> Iterator[float]:
    """For each article page, our hits as a share of what granian alone makes of the same bytes."""
    for row in results.of("hit", "ours", clients=clients):
        bare = results.best("hit", "bare-granian", comments=row.key.comments, clients=clients)
        if bare:
            yield row.rate / bare.rate


def _of_granian(results: Results, clients: int) -> Goal:
    """The smallest ratio of all pages counts."""
    worst = min(ratios(results, clients), default=None)
    is_clean = not any(row.failed for row in results.of("hit", "ours", clients=clients))
    told = None if worst is None else f"{worst:.3f}"
    what = f"kept pages, {clients} clients, as a share of granian alone"
    return Goal(what, f"≥ {OF_GRANIAN}", told, worst is not None and worst >= OF_GRANIAN and is_clean)


def _quick_answers(results: Results) -> Goal:
    worst = max((row.p99 or 0 for row in results.of("hit", "ours", clients=64)), default=None)
    what = "99 of 100 kept pages, 64 clients, are answered within"
    return Goal(what, f"< {P99:g} ms", None if worst is None else f"{worst:.2f} ms", worst is not None and worst < P99)


def _not_modified(results: Results) -> Goal:
    """Each page with each number of clients: as many answers 304 as pages."""
    found = [
        row.rate / hit.rate
        for row in results.of("304", "ours")
        for hit in results.of("hit", "ours", comments=row.key.comments, clients=row.key.clients)
    ]
    worst = min(found, default=None)
    told = None if worst is None else f"{worst:.3f}"
    return Goal("answers “not modified” for each kept page", "≥ 1", told, worst is not None and worst >= 1)


def _deep(results: Results, clients: int) -> Goal:
    """The slowest of all that is done at the end of the chain counts."""
    rows = [row for row in results.of(SUBJECT, "ours", clients=clients) if row.key.detail.endswith(DEEP)]
    rows = [row for row in rows if row.key.comments > DEEPEST]
    worst = max((row.p95 or 0 for row in rows), default=None)
    told = None if worst is None else f"{worst:.1f} ms"
    is_met = worst is not None and worst < DEEP_P95 and not any(row.failed for row in rows)
    who = "one client" if clients == 1 else f"{clients} clients"
    return Goal(
        f"95 of 100 requests 1,000 replies deep, {who}, are answered within", f"< {DEEP_P95:g} ms", told, is_met
    )


def _same_queries(results: Results) -> Goal:
    """What depends on how many comments there are would grow with them."""
    differ = results.queries_that_differ()
    told = f"{len(differ)} of {len(results.queries)}" if results.queries else None
    what = "kinds of requests whose number of queries depends on the size"
    return Goal(what, "≤ 0", told, bool(results.queries) and not differ)


def _rate(what: str, wanted: int, rows: list[Row]) -> Goal:
    """The slowest of the rows counts, and none may have failures."""
    worst = min((row.rate for row in rows), default=None)
    is_clean = not any(row.failed for row in rows)
    told = None if worst is None else f"{worst:,.0f}" + ("" if is_clean else ", with failures")
    return Goal(what, f"≥ {wanted:,}", told, worst is not None and worst >= wanted and is_clean)


def _figure(
    what: str, unit: str, wanted: float, measured: float | None, digits: int = 0, *, at_most: bool = False
) -> Goal:
    told = None if measured is None else f"{measured:.{digits}f} {unit}".strip()
    is_met = measured is not None and (measured <= wanted if at_most else measured < wanted)
    return Goal(what, f"{'≤' if at_most else '<'} {wanted:g} {unit}".strip(), told, is_met)


def _start_seconds(results: Results) -> float | None:
    row = results.best("start", "ours")
    return row.p50 / 1000 if row else None
