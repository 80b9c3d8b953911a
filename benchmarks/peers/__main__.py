"""`python -m benchmarks.peers [CONTENDER …]`: sets each up, asks it for its pages once, and tells what came.

The last column is how many of the newest hundred seeded comments the page holds. Where a page is made of threads, it
holds other comments too: those of the newest threads, in place of late replies to older ones.
"""

import argparse
import gzip
import html
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

from benchmarks.peers.contender import SHOWN, WORK, Contender
from benchmarks.peers.isso import Isso
from benchmarks.peers.nginx import Nginx
from benchmarks.peers.plain import BareGranian, DjangoCache
from benchmarks.peers.texts import mark
from benchmarks.peers.xtd import Xtd

CONTENDERS: list[type[Contender]] = [Isso, Xtd, DjangoCache, BareGranian, Nginx]
COUNTS = (100, 10_000)
CORE = 0
SECONDS = 300


def look(contender: Contender) -> Iterator[str]:
    """A line for each page: name, comments, status, bytes, seconds, how many of the newest hundred are in it."""
    contender.prepare()
    counts = COUNTS if contender.fills else COUNTS[-1:]
    for count in counts:
        contender.fill(count)
    yield f"{contender.name} ({contender.version()})"
    with contender.start(CORE):
        pages = [(f"newest of {count:,}", count, contender.page_url(count)) for count in counts]
        if isinstance(contender, Xtd):
            pages += [(f"tree of {count:,}", count, contender.tree_url(count)) for count in counts]
        for name, count, url in pages:
            yield f"  {name:18} {_fetched(url, count)}"


def _fetched(url: str, count: int) -> str:
    started = time.perf_counter()
    with urllib.request.urlopen(url, timeout=SECONDS) as answer:  # noqa: S310
        body = answer.read()
        seconds = time.perf_counter() - started
    encoding = answer.headers.get("Content-Encoding", "")
    text = _decoded(body, encoding)
    found = sum(mark(index) in text for index in range(count - SHOWN, count))
    return f"{answer.status} {len(body):>10,} bytes {encoding:5} {seconds:8.3f} s {found:>5}"


def _decoded(body: bytes, encoding: str) -> str:
    return html.unescape((gzip.decompress(body) if encoding == "gzip" else body).decode())


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers", description=__doc__)
    parser.add_argument("--work", type=Path, default=WORK, help="the folder that everything is made in (%(default)s)")
    parser.add_argument("only", nargs="*", help="which of: " + " ".join(kind.folder_name for kind in CONTENDERS))
    arguments = parser.parse_args()
    for contender in [kind(arguments.work) for kind in CONTENDERS]:
        if arguments.only and contender.folder_name not in arguments.only:
            continue
        for line in [contender.missing()] if contender.missing() else look(contender):
            print(line, flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
