"""Stations that read: our page kept, unchanged and made anew; what serves the same bytes; and the peers."""

from dataclasses import dataclass
from functools import partial

from benchmarks.peers.contender import Contender, Running
from benchmarks.peers.nginx import Nginx
from benchmarks.peers.plain import BareGranian, DjangoCache, Given
from benchmarks.peers.xtd import Xtd
from benchmarks.speed.load import Answer, Headers, Load, Sample, WrongAnswer, fetch
from benchmarks.speed.machine import wait_until_idle, worker_memory
from benchmarks.speed.results import Key
from benchmarks.speed.rounds import FIRST_ONLY, Plan, Recorder, Station
from benchmarks.speed.site import Ours

BROTLI = {"Accept-Encoding": "br"}
GZIP = {"Accept-Encoding": "gzip"}
PLAIN: Headers = {}
WARM_UP = 20  # requests before a stretch
# Of one answer, or the server's own: a server that is given ours adds these by itself.
OWN_HEADERS = {"connection", "date", "server", "transfer-encoding"}


@dataclass(frozen=True)
class Target:
    """A page to ask for, and how: `status` 304 asks with the ETag that it has."""

    key: Key
    headers: Headers
    status: int = 200


class Reading(Station):
    """A server that is asked for pages."""

    def __init__(self, plan: Plan, contender: Contender, targets: list[Target]) -> None:
        self.plan, self.contender, self.targets = plan, contender, targets

    def keys(self) -> list[Key]:
        return [target.key for target in self.targets]

    def visit(self, record: Recorder) -> None:
        with self.contender.start(self.plan.server_core) as server:
            for target in self.targets:
                url = self.contender.page_url(target.key.comments)
                record.take(target.key, partial(self._measure, url, target, server))
                wait_until_idle(server.pid)
            self.finish(server, record)

    def finish(self, server: Running, record: Recorder) -> None:
        """What there is to look at before the server is stopped."""

    def _measure(self, url: str, target: Target, server: Running) -> Sample:
        headers = target.headers
        if target.status == 304:
            headers = {**headers, "If-None-Match": fetch(url, headers).header("ETag")}
        return measure(self.plan.load(target.key.clients, headers), url, server, target.status)


def measure(load: Load, url: str, server: Running, status: int = 200) -> Sample:
    """GET an address by so many clients as the load has, or by one if the server is too slow for them."""
    fetch(url, load.headers)  # the first answer takes longer: templates are compiled, pages are kept
    first = fetch(url, load.headers)
    if first.status != status:
        raise WrongAnswer(f"{url}: {first.status} in place of {status}")
    if first.seconds * load.clients > load.seconds / 2:
        return load.one_by_one(url, server)
    for _ in range(WARM_UP):
        first = fetch(url, load.headers)
    return load.read(url, server, first)


class Hits(Reading):
    """Our page from memory, and a look at the memory that it takes."""

    def __init__(self, plan: Plan) -> None:
        kept = [Target(Key("hit", "ours", size, clients), BROTLI) for size in plan.sizes for clients in plan.clients]
        known = [Target(Key("304", "ours", *target.key[2:4]), BROTLI, 304) for target in kept]
        super().__init__(plan, Ours(plan.work), kept + known)

    def finish(self, server: Running, record: Recorder) -> None:
        record.fact("worker MB", max(worker_memory(server.pid)))


class Misses(Reading):
    """Our page, made anew for every request since nothing is kept."""

    def __init__(self, plan: Plan) -> None:
        ways = [("uncompressed", PLAIN), ("br", BROTLI)]
        targets = [
            Target(Key("miss", "ours", size, plan.clients[0], way), headers)
            for size in plan.sizes
            for way, headers in ways
        ]
        super().__init__(plan, Ours(plan.work, cache_mb=0), targets)


class SameBytes(Reading):
    """A server that is given our page as bytes and headers."""

    def __init__(self, plan: Plan, contender: Given, size: int, page: Answer, headers: Headers = BROTLI) -> None:
        self.given, self.page = contender, page
        targets = [Target(Key("hit", contender.folder_name, size, clients), headers) for clients in plan.clients]
        super().__init__(plan, contender, targets)

    def visit(self, record: Recorder) -> None:
        self.given.give(self.page.body, [pair for pair in self.page.headers if pair[0].lower() not in OWN_HEADERS])
        super().visit(record)


class Peer(Reading):
    """Another comment system: its newest hundred comments."""

    def __init__(self, plan: Plan, contender: Contender, sizes: tuple[int, ...]) -> None:
        targets = [Target(Key("page", contender.folder_name, size, plan.clients[0]), PLAIN) for size in sizes]
        super().__init__(plan, contender, targets)


class Tree(Station):
    """The page that django-comments-xtd's documents show, with all comments of an article: asked for once in a run."""

    every = FIRST_ONLY

    def __init__(self, plan: Plan, contender: Xtd, sizes: tuple[int, ...]) -> None:
        self.plan, self.contender = plan, contender
        self.sizes = sizes

    def keys(self) -> list[Key]:
        return [Key("page", self.contender.folder_name, size, detail="all of them, as a tree") for size in self.sizes]

    def visit(self, record: Recorder) -> None:
        once = Load(self.plan.load_core, clients=1, seconds=0)
        with self.contender.start(self.plan.server_core) as server:
            fetch(self.contender.tree_url(self.sizes[0]))  # compiles the templates
            for key in self.keys():
                record.take(key, partial(once.one_by_one, self.contender.tree_url(key.comments), server))


def ceilings(plan: Plan, pages: dict[int, tuple[Answer, Answer]]) -> list[Reading]:
    """Who serves the bytes of our pages. Django's cache gets them uncompressed: it compresses them once, with gzip."""
    middle = plan.sizes[1]
    compressed, plain = pages[middle]
    return [
        *(SameBytes(plan, BareGranian(plan.work), size, page) for size, (page, _) in pages.items()),
        SameBytes(plan, Nginx(plan.work), middle, compressed),
        SameBytes(plan, DjangoCache(plan.work), middle, plain, GZIP),
    ]


def read_pages(plan: Plan) -> dict[int, tuple[Answer, Answer]]:
    """The article page with each number of comments, compressed and not, as our own site sends it."""
    site = Ours(plan.work)
    with site.start(plan.server_core):
        return {size: (fetch(site.page_url(size), BROTLI), fetch(site.page_url(size))) for size in plan.sizes}
