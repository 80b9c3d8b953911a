"""`python -m benchmarks.speed`: measure the site beside its peers, and write RESULTS.md with its charts."""

import argparse
import sys
import time
from pathlib import Path

from benchmarks.peers.contender import WORK, DidNotStart, NotInstalled, NotPrepared
from benchmarks.speed import machine
from benchmarks.speed.load import WrongAnswer
from benchmarks.speed.measuring import measure
from benchmarks.speed.pictures import pictures
from benchmarks.speed.report import report
from benchmarks.speed.results import Results
from benchmarks.speed.rounds import Plan, tell

OUT = Path(__file__).resolve().parents[1]
SIZES = (100, 10_000, 100_000)
KNOWN = (DidNotStart, NotInstalled, NotPrepared, WrongAnswer, machine.TooFewCores)


def main() -> None:
    started, given = time.monotonic(), _arguments()
    kept: Path = given.out / "results.json"
    try:
        results = Results.load(kept) if given.report_only else measure(_plan(given), is_quick=given.quick)
    except KNOWN as error:
        sys.exit(f"error: {error}")
    given.out.mkdir(parents=True, exist_ok=True)
    if not given.report_only:
        results.save(kept)
    for name, text in {**pictures(results), "RESULTS.md": report(results)}.items():
        (given.out / name).write_text(text)
    tell(f"{given.out / 'RESULTS.md'} is written, after {time.monotonic() - started:.0f} s.")


def _plan(given: argparse.Namespace) -> Plan:
    server, load = machine.cores()
    rounds, seconds = (1, 1) if given.quick else (5, 3)
    return Plan(
        work=given.work.resolve(),
        rounds=given.rounds or rounds,
        seconds=given.seconds or seconds,
        sizes=SIZES[:2] if given.quick else SIZES,
        tries=2 if given.quick else 3,
        server_core=server,
        load_core=load,
    )


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="one short round without the largest article: a look")
    parser.add_argument("--rounds", type=int, help="how many (5; quick: 1)")
    parser.add_argument("--seconds", type=int, help="of each measured stretch (3; quick: 1)")
    parser.add_argument("--work", type=Path, default=WORK, help="the folder with all prepared data (%(default)s)")
    parser.add_argument("--out", type=Path, default=OUT, help="the folder to write the results to (%(default)s)")
    parser.add_argument("--report-only", action="store_true", help="make the report again, from results.json")
    return parser.parse_args()


if __name__ == "__main__":
    main()
