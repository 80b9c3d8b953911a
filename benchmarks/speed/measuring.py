"""A whole run: what is prepared, which stations there are, and what is noted beside the rounds."""

from importlib.metadata import version

from benchmarks.peers.isso import Isso
from benchmarks.peers.nginx import Nginx
from benchmarks.peers.xtd import Xtd
from benchmarks.speed import browser, machine, page, rounds
from benchmarks.speed.discussion import Discussion, PeerThread, Unchanged, count_queries
from benchmarks.speed.load import wrk
from benchmarks.speed.reading import Hits, Misses, Peer, Tree, ceilings, read_pages
from benchmarks.speed.results import Results
from benchmarks.speed.rounds import Plan, Station, tell
from benchmarks.speed.site import Ours
from benchmarks.speed.starting import Starting
from benchmarks.speed.writing import Committing, Inserting, InsertSite, Writing

type_peers = dict[Isso | Xtd, tuple[int, ...]]

TREES = 10_000  # comments of the largest article whose tree is asked for
PEERS_QUICKLY = 100  # comments of the one article that peers are asked for in a quick run


def measure(plan: Plan, *, is_quick: bool) -> Results:
    """Prepare what is missing, then measure everything. Raises what contenders and loads raise."""
    wrk()
    results = Results(is_quick, plan.rounds, plan.seconds, machine.description())
    site = Ours(plan.work)
    nginx = Nginx(plan.work)
    for needed in (site, nginx, InsertSite(plan.work)):
        needed.prepare()
    tell(f"preparing our site with {', '.join(f'{size:,}' for size in plan.sizes)} comments …")
    site.fill_all(plan.sizes)
    peers = _peers_at_hand(plan, results) if is_quick else _peers_prepared(plan)
    results.queries = count_queries(plan)
    with site.start(plan.server_core):
        results.wire = page.wire(site.page_url(plan.sizes[0]))
        tell("looking at the page in Chromium …")
        for name, value in browser.visits(site.page_url(plan.sizes[0])).items():
            results.facts[name] = [value]
    rounds.run(_stations(plan, peers, is_quick=is_quick), plan, results)
    tell("counting all counters again …")
    results.counters_are_exact = site.counters_are_exact()
    results.versions = {name: version(name.lower()) for name in ("Django", "granian")}
    for beside in (nginx, *peers):
        name = beside.name.partition(",")[0]
        results.versions[name] = beside.version().removeprefix(f"{name.lower()} ")
    return results


def _stations(plan: Plan, peers: type_peers, *, is_quick: bool) -> list[Station]:
    stations: list[Station] = [
        Hits(plan),
        *ceilings(plan, read_pages(plan)),
        Misses(plan),
        Discussion(plan),
        Unchanged(plan),
        *(Writing(plan, size) for size in plan.sizes),
        Inserting(plan),
        Committing(plan),
        Starting(plan),
        *(Peer(plan, peer, sizes) for peer, sizes in peers.items() if sizes),
        *(PeerThread(plan, peer, sizes) for peer, sizes in peers.items() if sizes),
    ]
    trees = () if is_quick else tuple(size for size in plan.sizes if size <= TREES)
    return stations + [Tree(plan, peer, trees) for peer in peers if isinstance(peer, Xtd) and trees]


def _peers_prepared(plan: Plan) -> type_peers:
    """Isso and django-comments-xtd, with all articles."""
    peers: type_peers = dict.fromkeys((Isso(plan.work), Xtd(plan.work)), plan.sizes)
    for peer, sizes in peers.items():
        tell(f"preparing {peer.name} …")
        peer.prepare()
        for size in sizes:
            peer.fill(size)
    return peers


def _peers_at_hand(plan: Plan, results: Results) -> type_peers:
    """Those that an earlier run has prepared; of the others the report says that they are left out."""
    peers: type_peers = {}
    for peer in (Isso(plan.work), Xtd(plan.work)):
        if peer.is_filled(PEERS_QUICKLY):
            peers[peer] = (PEERS_QUICKLY,)
        else:
            results.left_out.append(f"{peer.name} is left out: a quick run does not prepare it, a full one does.")
    return peers
