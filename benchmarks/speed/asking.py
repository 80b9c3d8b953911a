"""A load of our own for what `wrk` cannot do: every request another one, and stretches shorter than a second."""

import re
import selectors
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from benchmarks.peers.contender import Running
from benchmarks.speed.load import Headers, Sample, WrongAnswer
from benchmarks.speed.machine import Meanwhile, on_core

PATIENCE = 60  # seconds
CHUNK = 2**18
TOLD = 2000  # bytes of a wrong answer that are told
LENGTH = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE)


@dataclass(frozen=True)
class Request:
    """What is sent, and the status that is right for it."""

    path: str
    method: str = "GET"
    status: int = 200
    headers: Headers = field(default_factory=dict)
    body: str = ""

    def written(self, host: str) -> bytes:
        """The bytes that go over the wire."""
        body = self.body.encode()
        headers = {"Host": host, **({"Content-Length": str(len(body))} if self.method != "GET" else {}), **self.headers}
        head = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        return f"{self.method} {self.path} HTTP/1.1\r\n{head}\r\n".encode() + body


class Client:
    """One connection that is kept open; it waits for an answer before it sends again."""

    def __init__(self, url: str) -> None:
        self.host = urlsplit(url).netloc
        name, port = self.host.split(":")
        self.socket = socket.create_connection((name, int(port)), timeout=PATIENCE)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def send(self, request: Request) -> None:
        self.request, self.answer = request, bytearray()
        written = request.written(self.host)
        self.started = time.perf_counter()
        self.socket.sendall(written)

    def receive(self) -> bool:
        """Read what has come; whether that was the end of the answer. Raises WrongAnswer."""
        chunk = self.socket.recv(CHUNK)
        if not chunk:
            raise WrongAnswer(f"{self.request.path}: the connection was closed")
        self.answer += chunk
        head = self.answer.find(b"\r\n\r\n")
        if head < 0:
            return False
        found = LENGTH.search(self.answer, 0, head + 2)
        return len(self.answer) >= head + 4 + (int(found[1]) if found else 0)

    @property
    def status(self) -> int:
        return int(self.answer[9:12])


def ask(server: Running, requests: Iterator[Request], *, core: int, clients: int = 1, seconds: float = 0.0) -> Sample:
    """Send one request after the other by so many clients at once, until the time is over or there are no more, and
    wait for all answers. Every client sends one at least. Raises WrongAnswer when none of the answers is right."""
    took: list[float] = []
    wrong: list[str] = []
    with on_core(core), Meanwhile(server.pid) as meanwhile, selectors.DefaultSelector() as selector:
        asking = [Client(server.url) for _ in range(clients)]
        started = time.perf_counter()
        for client in asking:
            if (request := next(requests, None)) is not None:
                selector.register(client.socket, selectors.EVENT_READ, client)
                client.send(request)
        while selector.get_map():
            for key, _ in selector.select(PATIENCE) or _nothing_came(server):
                if key.data.receive():
                    _note(key.data, took, wrong)
                    _go_on(key.data, requests if time.perf_counter() < started + seconds else iter(()), selector)
        lasted = time.perf_counter() - started
    for client in asking:
        client.socket.close()
    if not took:
        raise WrongAnswer(f"no right answer: {wrong[0] if wrong else 'no request is left'}")
    p50, p95, p99 = (quantile(took, share) for share in (0.5, 0.95, 0.99))
    return Sample(len(took) / lasted, p50, p99, len(took), len(wrong), meanwhile.foreign, p95=p95)


def _note(client: Client, took: list[float], wrong: list[str]) -> None:
    if client.status == client.request.status:
        took.append(1000 * (time.perf_counter() - client.started))
    else:
        wrong.append(f"{client.request.path}: {bytes(client.answer[:TOLD])!r}")


def _go_on(client: Client, requests: Iterator[Request], selector: selectors.BaseSelector) -> None:
    request = next(requests, None)
    if request is None:
        selector.unregister(client.socket)
    else:
        client.send(request)


def _nothing_came(server: Running) -> list[tuple[selectors.SelectorKey, int]]:
    raise WrongAnswer(f"{server.url}: no answer within {PATIENCE} seconds")


def quantile(values: list[float], share: float) -> float:
    """What such a share of the values is at most."""
    return sorted(values)[min(len(values) - 1, int(len(values) * share))]
