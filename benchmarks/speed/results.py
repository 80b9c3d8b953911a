"""What was measured, kept as JSON so that the report can be made again without measuring."""

import json
import statistics
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, NamedTuple, Self

from benchmarks.speed.load import Sample


class Key(NamedTuple):
    """What a row tells of: a subject (such as "hit"), whose, of the article with how many comments (0: it does not
    matter), with how many clients at once, and what else there is to say, such as the encoding."""

    subject: str
    who: str
    comments: int = 0
    clients: int = 1
    detail: str = ""

    def __str__(self) -> str:
        told = [f"{self.who}: {self.subject}", f"{self.comments:,} comments" if self.comments else ""]
        told += [f"{self.clients} clients" if self.clients > 1 else "", self.detail]
        return ", ".join(filter(None, told))


@dataclass
class Row:
    """A sample of each round."""

    key: Key
    samples: list[Sample]

    @property
    def rate(self) -> float:
        """The median of answers a second."""
        return statistics.median(sample.rate for sample in self.samples)

    @property
    def p50(self) -> float:
        """The median of what half of the answers took at most, in milliseconds."""
        return statistics.median(sample.p50 for sample in self.samples)

    @property
    def p99(self) -> float | None:
        """The same for 99 of a hundred; None where requests were sent one by one."""
        known = [sample.p99 for sample in self.samples if sample.p99 is not None]
        return statistics.median(known) if known else None

    @property
    def p95(self) -> float | None:
        """The same for 95 of a hundred."""
        known = [sample.p95 for sample in self.samples if sample.p95 is not None]
        return statistics.median(known) if known else None

    @property
    def failed(self) -> int:
        """How many answers were wrong or missing in all rounds."""
        return sum(sample.failed for sample in self.samples)

    @property
    def one_by_one(self) -> bool:
        """Whether requests were sent by one client, since the server was too slow for more."""
        return any(sample.one_by_one for sample in self.samples)


@dataclass
class Results:
    """A run. `facts` are single figures, one a round or one in all; `wire` is what the article page loads, with its
    bytes; `queries` is how many the database answers for a request of each kind, by the number of comments; `repeated`
    counts the stretches that were measured again because others used the machine meanwhile."""

    is_quick: bool
    rounds: int
    seconds: int
    machine: dict[str, str]
    versions: dict[str, str] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    rows: dict[Key, Row] = field(default_factory=dict)
    facts: dict[str, list[float]] = field(default_factory=dict)
    wire: dict[str, int] = field(default_factory=dict)
    queries: dict[str, dict[str, int]] = field(default_factory=dict)
    counters_are_exact: bool = False
    repeated: int = 0

    def add(self, key: Key, sample: Sample) -> None:
        self.rows.setdefault(key, Row(key, [])).samples.append(sample)

    def fact(self, name: str) -> float | None:
        """The median of a single figure."""
        return statistics.median(self.facts[name]) if self.facts.get(name) else None

    def of(self, subject: str, who: str = "", **wanted: Any) -> list[Row]:
        """The rows of a subject, in the order in which they were measured."""
        wanted |= {"subject": subject} | ({"who": who} if who else {})
        return [row for row in self.rows.values() if wanted.items() <= row.key._asdict().items()]

    def best(self, subject: str, who: str, **wanted: Any) -> Row | None:
        """The row with the highest rate of those that `of` finds."""
        return max(self.of(subject, who, **wanted), key=lambda row: row.rate, default=None)

    def queries_that_differ(self) -> list[str]:
        """The kinds of requests that take another number of queries in one article than in another."""
        return [kind for kind, counts in self.queries.items() if len(set(counts.values())) > 1]

    def save(self, path: Path) -> None:
        kept = {**asdict(self), "rows": [asdict(row) | {"key": row.key._asdict()} for row in self.rows.values()]}
        path.write_text(json.dumps(kept, indent=1) + "\n")

    @classmethod
    def load(cls, path: Path) -> Self:
        kept = json.loads(path.read_text())
        rows = [Row(Key(**row["key"]), [Sample(**sample) for sample in row["samples"]]) for row in kept.pop("rows")]
        return cls(**kept, rows={row.key: row for row in rows})
