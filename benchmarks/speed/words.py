"""How figures and servers are written, in tables and charts alike."""

from collections.abc import Sequence

from benchmarks.speed.results import Row

NAMES = {
    "ours": "**this site**",
    "bare-granian": "granian alone",
    "nginx": "nginx, a static file",
    "django-cache": "Django's page cache",
    "isso": "Isso",
    "xtd": "django-comments-xtd",
    "insert": "one insert through Django",
    "disk": "the disk alone",
}


def rate(value: float) -> str:
    """Answers a second, to about three digits."""
    return f"{value:,.0f}" if value >= 100 else f"{value:.1f}" if value >= 10 else f"{value:.2f}"


def told(row: Row) -> str:
    """The rate of a row with what has to be said of it."""
    marks = (" ¹" if row.one_by_one else "") + (f" ({row.failed:,} failed)" if row.failed else "")
    return rate(row.rate) + marks


def milliseconds(value: float | None) -> str:
    """To a tenth, whole from a hundred on."""
    return "–" if value is None else f"{value:,.0f}" if value >= 100 else f"{value:.1f}"


def share(row: Row | None, of: Row | None) -> str:
    """A row's rate as a share of another's."""
    return f"{row.rate / of.rate:.2f}" if row and of else "–"


def table(*columns: str, rows: Sequence[Sequence[str]]) -> str:
    """A Markdown table; a column whose name ends with ":" is aligned to the right."""
    rule = ["---:" if column.endswith(":") else "---" for column in columns]
    names = [column.removesuffix(":") for column in columns]
    return "\n".join("| " + " | ".join(cells) + " |" for cells in (names, rule, *rows))
