"""Rounds: each goes through all stations once, so that what disturbs the machine for a while disturbs everyone."""

import sys
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.speed.load import Headers, Load, Sample
from benchmarks.speed.results import Key, Results

FIRST_ONLY = sys.maxsize
MOST_FOREIGN = 0.15  # of all cores; a stretch in which others used more is measured again


@dataclass(frozen=True)
class Plan:
    """What a run measures, and where."""

    work: Path
    rounds: int
    seconds: int
    """of each measured stretch"""
    sizes: tuple[int, ...]
    """comments of the articles"""
    tries: int
    """how often a stretch is measured at most, until others leave the machine alone"""
    server_core: int
    load_core: int
    clients: tuple[int, ...] = (16, 64)

    def load(self, clients: int, headers: Headers | None = None) -> Load:
        return Load(self.load_core, clients, self.seconds, headers or {})


class Recorder:
    """Takes the samples of a run, tells how far it is, and measures again what was disturbed."""

    def __init__(self, results: Results, tries: int, total: int) -> None:
        self.results, self.tries, self.total = results, tries, total
        self.done = 0

    def take(self, key: Key, measure: Callable[[], Sample]) -> None:
        """Measure a stretch; of several tries the one counts in which others used the machine least."""
        self.done += 1
        started = time.monotonic()
        samples = [measure()]
        while samples[-1].foreign > MOST_FOREIGN and len(samples) < self.tries:
            self.results.repeated += 1
            samples.append(measure())
        sample = min(samples, key=lambda sample: sample.foreign)
        self.results.add(key, sample)
        failed = f", {sample.failed} FAILED" if sample.failed else ""
        others = f", {len(samples)} tries, others used {sample.foreign:.0%}" if len(samples) > 1 else ""
        seconds = time.monotonic() - started
        tell(f"{self.done} of {self.total}: {key}: {sample.rate:,.1f}/s{failed}{others} ({seconds:.1f} s)")

    def fact(self, name: str, value: float) -> None:
        """Keep a single figure."""
        self.results.facts.setdefault(name, []).append(value)


class Station(ABC):
    """A server, and what is measured of it while it runs."""

    every = 1  # round; FIRST_ONLY: once in a run

    @abstractmethod
    def keys(self) -> list[Key]:
        """What `visit` measures."""

    @abstractmethod
    def visit(self, record: Recorder) -> None:
        """Start the server, measure each of the keys once, stop it."""


def run(stations: Sequence[Station], plan: Plan, results: Results) -> None:
    """Go through all stations as often as the plan says."""
    planned = [station for number in range(plan.rounds) for station in stations if number % station.every == 0]
    record = Recorder(results, plan.tries, sum(len(station.keys()) for station in planned))
    for station in planned:
        station.visit(record)


def tell(text: str) -> None:
    """Say on stderr how far the run is."""
    print(text, file=sys.stderr, flush=True)  # noqa: T201
