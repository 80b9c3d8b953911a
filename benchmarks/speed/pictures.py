"""The charts of a run: kept pages, pages made anew, writes."""

from benchmarks.speed.charts import Bar, Group, chart
from benchmarks.speed.results import Results, Row
from benchmarks.speed.words import NAMES, rate

MIDDLE = 10_000
PEERS = ("xtd", "isso")


def pictures(results: Results) -> dict[str, str]:
    """The SVG documents, by file name."""
    return {"hits.svg": hits(results), "misses.svg": misses(results), "writes.svg": writes(results)}


def hits(results: Results) -> str:
    """Everybody who answers with an article page of 10,000 comments, or with its bytes."""
    of = {"comments": MIDDLE, "clients": 16}
    bars = [
        _bar(results.best("hit", "nginx", **of), "nginx, the same bytes", "ceiling"),
        _bar(results.best("hit", "bare-granian", **of), "granian alone, the same bytes", "ceiling"),
        _bar(results.best("hit", "ours", **of), "this site, page kept", "ours"),
        _bar(results.best("304", "ours", **of), "this site, page not modified", "ours"),
        _bar(results.best("hit", "django-cache", **of), "Django's page cache", "peer"),
        _bar(results.best("miss", "ours", **of, detail="br"), "this site, page made anew", "ours"),
        *(_bar(results.best("page", who, **of), NAMES[who], "peer") for who in PEERS),
    ]
    note = "Answers a second, 16 clients; server and load have one core each."
    return chart("An article with 10,000 comments", note, [Group("", [bar for bar in bars if bar])])


def misses(results: Results) -> str:
    """What nobody has kept: ours and the peers', by the number of comments."""
    sizes = sorted({row.key.comments for row in results.of("miss")})
    groups = []
    for size in sizes:
        bars = [_bar(results.best("miss", "ours", comments=size, detail="uncompressed"), "this site", "ours")]
        bars += [_bar(results.best("page", who, comments=size, clients=16), NAMES[who], "peer") for who in PEERS]
        groups.append(Group(f"{size:,} comments", [bar for bar in bars if bar]))
    return chart("Pages made anew, a second", "The newest hundred comments, uncompressed, nothing kept.", groups)


def writes(results: Results) -> str:
    """Comments and ratings, and what bounds them."""
    bars = [
        _bar(results.best("commit", "disk"), "the disk: one-row transactions", "ceiling"),
        _bar(results.best("insert", "insert"), "Django alone: one insert", "ceiling"),
        _bar(results.best("rate", "ours"), "this site: ratings", "ours"),
        _bar(results.best("post", "ours"), "this site: comments", "ours"),
    ]
    note = "Answers a second, 16 clients; every one is on the disk when it is acknowledged."
    return chart("Writing", note, [Group("", [bar for bar in bars if bar])])


def _bar(row: Row | None, label: str, kind: str) -> Bar | None:
    return Bar(label, row.rate, rate(row.rate), kind) if row else None
