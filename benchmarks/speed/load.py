"""The load: wrk from a core of its own, or one request after the other where a server is too slow for it."""

import http.client
import json
import shutil
import statistics
import subprocess
import time
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import urlsplit

from benchmarks.peers.contender import NotInstalled, Running
from benchmarks.speed.machine import Meanwhile, on_core

HERE = Path(__file__).parent
PATIENCE = 600  # seconds that an answer may take
DRAIN = 1  # seconds in which answers to the last writing requests come in

Headers = dict[str, str]


class WrongAnswer(Exception):
    """A server does not answer what is to be measured; the text says what came instead."""


@dataclass(frozen=True)
class Sample:
    """One measured stretch: answers a second, milliseconds that half, 95 and 99 of a hundred answers took at most, how
    many there were, how many more were wrong or missing, and which share of the machine's cores others used."""

    rate: float
    p50: float
    p99: float | None
    answers: int
    failed: int = 0
    foreign: float = 0.0
    one_by_one: bool = False
    p95: float | None = None


@dataclass(frozen=True)
class Answer:
    """What came for one request. `wire` counts the bytes of head and body; `seconds` are to the last byte."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes
    wire: int
    seconds: float

    def header(self, name: str) -> str:
        return next((value for key, value in self.headers if key.lower() == name.lower()), "")


@dataclass(frozen=True)
class Load:
    """How a server is asked: from which core, by how many clients at once, for how many seconds."""

    core: int
    clients: int
    seconds: int
    headers: Headers = field(default_factory=dict)

    def read(self, url: str, server: Running, expected: Answer) -> Sample:
        """GET one address again and again. Raises WrongAnswer when the answers have another size than the expected one;
        to the counted ones come parts of those that wrk did not wait for."""
        sample, size = self._run(server, "read.lua", url, [])
        if not 0.9 * expected.wire < size < 1.5 * expected.wire + 500:
            raise WrongAnswer(f"{url}: answers of {size:.0f} bytes in place of {expected.wire}")
        return sample

    def write(self, url: str, server: Running, *, method: str, bodies: Path, status: int) -> Sample:
        """Send each line of a file once, until the time is over or the lines are, and wait for all answers."""
        longer = replace(self, seconds=self.seconds + DRAIN)
        sample, _ = longer._run(server, "write.lua", url, [method, str(bodies), str(status), str(self.seconds)])
        return sample

    def one_by_one(self, url: str, server: Running) -> Sample:
        """GET one address by one client, at least once, until the time is over."""
        with on_core(self.core), Meanwhile(server.pid) as meanwhile:
            until = time.monotonic() + self.seconds
            took = [fetch(url, self.headers).seconds]
            while time.monotonic() < until:
                took.append(fetch(url, self.headers).seconds)
        rate, p50 = len(took) / sum(took), 1000 * statistics.median(took)
        return Sample(rate, p50, None, len(took), foreign=meanwhile.foreign, one_by_one=True)

    def _run(self, server: Running, script: str, url: str, arguments: list[str]) -> tuple[Sample, float]:
        """The sample, and how many bytes an answer had in the mean."""
        options = ["-t1", f"-c{self.clients}", f"-d{self.seconds}s", f"--timeout={PATIENCE}s", "-s", str(HERE / script)]
        given = [part for name, value in self.headers.items() for part in ("-H", f"{name}: {value}")]
        command = ["taskset", "-c", str(self.core), wrk(), *options, *given, url, "--", *arguments]
        with Meanwhile(server.pid) as meanwhile:
            done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode or not done.stdout:
            raise WrongAnswer(f"{url}: wrk failed: {done.stdout}{done.stderr}")
        told = json.loads(done.stdout.splitlines()[-1])
        if not told["answers"]:
            odd = f"; {told['failed']} others, such as status {told['odd']}" if told.get("odd") else ""
            raise WrongAnswer(f"{url}: no right answer within {self.seconds} seconds{odd}")
        answers, (p50, p95, p99) = told["answers"], (told[name] / 1000 for name in ("p50", "p95", "p99"))
        rate = answers / told["seconds"]
        sample = Sample(rate, p50, p99, answers, told["failed"], meanwhile.foreign, p95=p95)
        return sample, told["bytes"] / answers


def wrk() -> str:
    """The program. Raises NotInstalled."""
    found = shutil.which("wrk")
    if found is None:
        raise NotInstalled("wrk, which makes the load, is not installed; on Debian: apt-get install wrk")
    return found


def fetch(url: str, headers: Headers | None = None) -> Answer:
    """GET one address, once, over a connection of its own."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.netloc, timeout=PATIENCE)
    started = time.perf_counter()
    try:
        connection.request("GET", parts.path + (f"?{parts.query}" if parts.query else ""), headers=headers or {})
        answer = connection.getresponse()
        body = answer.read()
    finally:
        connection.close()
    seconds = time.perf_counter() - started
    first_line = len(f"HTTP/1.1 {answer.status} {answer.reason}\r\n")
    head = first_line + sum(len(name) + len(value) + 4 for name, value in answer.getheaders()) + 2
    return Answer(answer.status, answer.getheaders(), body, head + len(body), seconds)
