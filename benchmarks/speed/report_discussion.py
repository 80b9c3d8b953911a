"""The part of the report about discussions: what reading and writing in them costs, by the number of comments."""

from collections.abc import Iterator

from benchmarks.speed.discussion import CLIENTS, KINDS, SUBJECT, UNCHANGED
from benchmarks.speed.results import Results, Row
from benchmarks.speed.words import NAMES, milliseconds, table, told

PEERS = ("isso", "xtd")
METHOD = """\
Nothing is kept here either. The long thread has a tenth of all comments of its article; “1,000 deep” is the end of a
chain in which each replies to the one before. Among 100 comments both have ten replies, so that “1,000 deep” is ten
deep there, and their pages are shorter than those of fifty replies elsewhere. “The middle” is the page that begins
there. Votes, replies and approvals go to one thread, the newest or the chain; the approval is a moderator's, in the
administration. A stretch is a fifth of a second, in every second round. Queries are counted in a process of their own,
without what begins and ends transactions."""


def discussion(results: Results) -> Iterator[str]:
    """Sections, or nothing when discussions were not measured."""
    sizes = sorted({row.key.comments for row in results.of(SUBJECT, "ours")})
    if not sizes:
        return
    yield "## Discussions"
    yield METHOD
    yield f"One reader asks at a time; half and 95 of 100 answers came within so many milliseconds. {_same(results)}"
    yield _alone(results, sizes)
    yield f"{CLIENTS[-1]} ask at once; so many answers came a second, 95 of 100 within so many milliseconds."
    yield _together(results, sizes)


def _same(results: Results) -> str:
    if found := results.queries_that_differ():
        return f"**The number of queries differs for: {', '.join(found)}.**"
    return "The number of queries is the same for all numbers of comments."


def _alone(results: Results, sizes: list[int]) -> str:
    heads = [head for size in sizes for head in (f"{size:,}: half:", "95 of 100:")]
    rows = []
    for kind in KINDS:
        found = [results.best(SUBJECT, "ours", comments=size, clients=CLIENTS[0], detail=kind) for size in sizes]
        cells = [milliseconds(value) for row in found for value in ((row.p50, row.p95) if row else (None, None))]
        queries = sorted(set(results.queries.get(kind, {}).values()))
        ratio = _ratio([row.p50 if row else None for row in found])
        rows.append([kind, "/".join(map(str, queries)), *cells, ratio])
    return table("what", "queries:", *heads, _to(sizes), rows=rows)


def _together(results: Results, sizes: list[int]) -> str:
    heads = [head for size in sizes for head in (f"{size:,}: a second:", "95 of 100:")]
    rows = []
    for who, kinds in {"ours": (*KINDS, UNCHANGED), **dict.fromkeys(PEERS, KINDS)}.items():
        for kind in kinds:
            found = [results.best(SUBJECT, who, comments=size, clients=CLIENTS[-1], detail=kind) for size in sizes]
            if any(found):
                cells = [cell for row in found for cell in _rate_cells(row)]
                ratio = _ratio([row.rate if row else None for row in found])
                rows.append([NAMES[who], kind, *cells, ratio])
    return table("server", "what", *heads, _to(sizes), rows=rows)


def _rate_cells(row: Row | None) -> tuple[str, str]:
    return (told(row), milliseconds(row.p95)) if row else ("–", "–")


def _to(sizes: list[int]) -> str:
    return f"{sizes[-1]:,} to {sizes[0]:,}:"


def _ratio(values: list[float | None]) -> str:
    """The last as a share of the first."""
    return f"{values[-1] / values[0]:.2f}" if values[-1] and values[0] else "–"
