"""Stations that read a discussion and take part in it: lists of threads, a long thread, votes, replies, approvals."""

import itertools
import json
from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from pathlib import Path

from benchmarks.peers.contender import Running
from benchmarks.peers.isso import Isso
from benchmarks.peers.texts import Shape
from benchmarks.peers.xtd import Xtd
from benchmarks.speed.asking import Request, ask
from benchmarks.speed.load import Sample, fetch
from benchmarks.speed.machine import wait_until_idle
from benchmarks.speed.reading import PLAIN, measure
from benchmarks.speed.results import Key
from benchmarks.speed.rounds import FIRST_ONLY, Plan, Recorder, Station
from benchmarks.speed.site import SLUGS, Ours

DEEP = ", 1,000 deep"
READING = (
    *("newest first", "newest first, the middle", "oldest first", "oldest first, the middle"),
    *("top first", "top first, the middle", "long thread", "long thread, its middle", f"thread{DEEP}"),
    *("replies by the API", "way to a reply", f"way to a reply{DEEP}", "live"),
)
WRITING = (
    *("vote of a new reader", f"vote of a new reader{DEEP}", "vote, and its taking back"),
    *("reply", f"reply{DEEP}", "approval of a reply", f"approval of a reply{DEEP}"),
)
KINDS = READING + WRITING
SUBJECT, UNCHANGED = "discussion", "live, not modified"
CLIENTS = (1, 16)
STRETCH, SHORTEST = 0.2, 0.08  # seconds: there are many kinds, so that each has little time in a round
WRITES_A_SECOND = 800  # as many are prepared; a stretch ends earlier when they are used up
SHOWN = 50  # replies on a page of a thread


class Discussion(Station):
    """Our site without kept pages. Each visit begins with the same comments: what was written is taken back."""

    every = 2

    def __init__(self, plan: Plan) -> None:
        self.plan, self.site = plan, Ours(plan.work, cache_mb=0)
        self.file = plan.work / "errands.json"
        self.seconds = min(STRETCH, SHORTEST * plan.seconds)

    def keys(self) -> list[Key]:
        return [Key(SUBJECT, "ours", size, *of) for size in self.plan.sizes for of in itertools.product(CLIENTS, KINDS)]

    def visit(self, record: Recorder) -> None:
        pool = int(WRITES_A_SECOND * self.seconds * len(CLIENTS) * self.plan.tries)
        self.site.run("-m", "benchmarks.speed.errands", str(self.file), str(pool), *map(str, self.plan.sizes))
        errands = {(size, kind): requests for size, kind, requests in _read(self.file)}
        with self.site.start(self.plan.server_core) as server:
            for key in self.keys():
                requests = errands[key.comments, key.detail]
                if key.clients == CLIENTS[0]:
                    ask(server, itertools.islice(requests, 1), core=self.plan.load_core)  # compiles the templates
                record.take(key, partial(self._measure, server, requests, key.clients))

    def _measure(self, server: Running, requests: Iterator[Request], clients: int) -> Sample:
        return ask(server, requests, core=self.plan.load_core, clients=clients, seconds=self.seconds)


class Unchanged(Station):
    """What open pages ask for again and again, when nothing has changed: answered from memory."""

    every = 2

    def __init__(self, plan: Plan) -> None:
        self.plan, self.site = plan, Ours(plan.work)

    def keys(self) -> list[Key]:
        return [Key(SUBJECT, "ours", size, CLIENTS[-1], UNCHANGED) for size in self.plan.sizes]

    def visit(self, record: Recorder) -> None:
        with self.site.start(self.plan.server_core) as server:
            for key in self.keys():
                record.take(key, partial(self._measure, f"{server.url}/articles/{SLUGS[key.comments]}/live/", server))

    def _measure(self, url: str, server: Running) -> Sample:
        known = {"If-None-Match": fetch(url).header("ETag")}
        return replace(self.plan.load(CLIENTS[-1], known), seconds=1).read(url, server, fetch(url, known))


class PeerThread(Station):
    """The same long thread in another comment system, from its beginning and from its middle on: once in a run."""

    every = FIRST_ONLY

    def __init__(self, plan: Plan, contender: Isso | Xtd, sizes: tuple[int, ...]) -> None:
        self.plan, self.contender, self.sizes = plan, contender, sizes

    def keys(self) -> list[Key]:
        kinds = ("long thread", "long thread, its middle")
        return [
            Key(SUBJECT, self.contender.folder_name, size, CLIENTS[-1], kind) for size in self.sizes for kind in kinds
        ]

    def visit(self, record: Recorder) -> None:
        load = replace(self.plan.load(CLIENTS[-1], PLAIN), seconds=1)
        with self.contender.start(self.plan.server_core) as server:
            for key in self.keys():
                skipped = len(Shape(key.comments).long) // 2 if key.detail.endswith("middle") else 0
                url = server.url + self.contender.thread_path(key.comments, skipped, SHOWN)
                record.take(key, partial(measure, load, url, server))
                wait_until_idle(server.pid)


def count_queries(plan: Plan) -> dict[str, dict[str, int]]:
    """How many queries a request of each kind is, by the number of comments."""
    file = plan.work / "queries.json"
    Ours(plan.work, cache_mb=0).run("-m", "benchmarks.speed.queries", str(file), *map(str, plan.sizes))
    found: dict[str, dict[str, int]] = json.loads(file.read_text())
    return found


def _read(file: Path) -> Iterator[tuple[int, str, Iterator[Request]]]:
    """By the number of comments and by kind. A single request is there for any number of them."""
    for size, kinds in json.loads(file.read_text()).items():
        for kind, requests in kinds.items():
            made = [Request(**request) for request in requests]
            yield int(size), kind, iter(made) if len(made) > 1 else itertools.repeat(made[0])
