"""How long the site takes from its start to its first page."""

import subprocess
import sys
import time

from benchmarks.peers.contender import HOST, ROOT, START_SECONDS, DidNotStart, free_port, stop
from benchmarks.speed.load import Sample, fetch
from benchmarks.speed.machine import Meanwhile
from benchmarks.speed.results import Key
from benchmarks.speed.rounds import Plan, Recorder, Station
from benchmarks.speed.site import SLUGS, Ours

PAUSE = 0.005  # seconds between two tries
# Seconds before it is stopped again: granian waits for a worker that was told to end before it could listen to that.
SETTLING = 1.0


class Starting(Station):
    """`manage.py serve` as an operator runs it: on all cores, with two workers and the one for mail.

    The database and the static files are there already.
    """

    def __init__(self, plan: Plan) -> None:
        self.site, self.size = Ours(plan.work), plan.sizes[0]

    def keys(self) -> list[Key]:
        return [Key("start", "ours", self.size)]

    def visit(self, record: Recorder) -> None:
        record.take(self.keys()[0], self._start)

    def _start(self) -> Sample:
        """From the start of the command to the last byte of the article page. Raises DidNotStart."""
        port = free_port()
        with (self.site.folder / "serve.log").open("wb") as log:
            started = time.perf_counter()
            process = subprocess.Popen(
                [sys.executable, "manage.py", "serve", "--no-demo"],
                cwd=ROOT,
                env=self.site.environment(port),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            with Meanwhile(process.pid) as meanwhile:
                while not self._answers(port):
                    if process.poll() is not None or time.perf_counter() - started > START_SECONDS:
                        raise DidNotStart(f"manage.py serve does not answer; see {log.name}")
                    time.sleep(PAUSE)
                seconds = time.perf_counter() - started
            time.sleep(SETTLING)
        finally:
            stop(process)
        return Sample(1 / seconds, 1000 * seconds, None, 1, foreign=meanwhile.foreign, one_by_one=True)

    def _answers(self, port: int) -> bool:
        try:
            return fetch(f"http://{HOST}:{port}/articles/{SLUGS[self.size]}/").status == 200
        except OSError:
            return False
