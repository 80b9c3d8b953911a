"""What every server beside which ours is measured can do: be prepared, filled, started on one core, stopped."""

import http.client
import os
import shutil
import signal
import socket
import subprocess
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

ROOT = Path(__file__).resolve().parents[2]
WORK = ROOT / "var" / "bench"
HOST = "127.0.0.1"
SHOWN = 100  # comments that a page shows
START_SECONDS = 60
STOP_SECONDS = 10
TAIL_LINES = 20


class NotInstalled(Exception):
    """A program is missing; the text says which, and the command that installs it."""


class NotPrepared(Exception):
    """An installation or a migration failed; the text ends with what it printed."""


class DidNotStart(Exception):
    """A server ended, or did not answer in time; the text ends with the last lines of its log."""


@dataclass(frozen=True)
class Running:
    """A server that answers. `pid` is its first process, the leader of a group of its own; workers are its children."""

    url: str
    pid: int


class Contender(ABC):
    """A server to be measured. Everything it writes is in a folder of its own below the work folder."""

    name: ClassVar[str]
    folder_name: ClassVar[str]
    fills: ClassVar[bool] = True
    """Whether it makes pages of the comments it was filled with; else it serves one given body."""

    def __init__(self, work: Path = WORK) -> None:
        self.folder = work.resolve() / self.folder_name  # servers are started from the project's folder
        self._url: str | None = None

    def missing(self) -> str | None:
        """What has to be installed by hand before `prepare`, as a sentence with the command; None: nothing."""
        return None

    def prepare(self) -> None:
        """Install and set up what is not there yet. Raises NotInstalled or NotPrepared."""
        if self.missing():
            raise NotInstalled(self.missing())
        self.folder.mkdir(parents=True, exist_ok=True)
        self._prepare()

    @abstractmethod
    def version(self) -> str:
        """The programs at work and their versions, for a table."""

    @abstractmethod
    def fill(self, count: int) -> None:
        """Make the article with `count` seeded comments, unless it is there already."""

    def is_filled(self, count: int) -> bool:
        """Whether the article with `count` comments is there; asked without preparing anything."""
        return True

    def page_url(self, count: int) -> str:
        """Where the running server shows the newest hundred comments of the article with `count` of them."""
        if self._url is None:
            raise RuntimeError(f"{self.name} is not running: ask inside of start()")
        return self._url + self._path(count)

    @contextmanager
    def start(self, core: int, *, seconds: float = START_SECONDS) -> Iterator[Running]:
        """Serve on one core until the block ends.

        Waits up to `seconds` for the first answer; raises DidNotStart with the tail of the server's log.
        """
        port = free_port()
        log = self.folder / "server.log"
        command = [_program("taskset"), "-c", str(core), *self._command(port)]
        with log.open("wb") as output:
            process = subprocess.Popen(
                command,
                cwd=ROOT,
                env={**os.environ, **self._environment()},
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._wait(process, port, log, seconds)
            self._url = f"http://{HOST}:{port}"
            yield Running(self._url, process.pid)
        finally:
            self._url = None
            stop(process)

    def _wait(self, process: subprocess.Popen[bytes], port: int, log: Path, seconds: float) -> None:
        deadline = time.monotonic() + seconds
        while not _answers(port):
            if process.poll() is not None:
                raise DidNotStart(f"{self.name} ended with code {process.returncode}:\n{_tail(log)}")
            if time.monotonic() > deadline:
                raise DidNotStart(f"{self.name} did not answer within {seconds} seconds:\n{_tail(log)}")
            time.sleep(0.1)

    @abstractmethod
    def _prepare(self) -> None: ...

    @abstractmethod
    def _command(self, port: int) -> list[str]:
        """The program that serves on this port until it gets SIGTERM, and stays in the foreground."""

    def _environment(self) -> dict[str, str]:
        """What is added to the environment of the server."""
        return {}

    @abstractmethod
    def _path(self, count: int) -> str:
        """What follows the base URL in `page_url`."""


def granian(python: Path, target: str, port: int, *, workers: int = 1) -> list[str]:
    """Granian as our own site runs it: one blocking thread for each worker, no access log."""
    options = ["--host", HOST, "--port", str(port), "--workers", str(workers), "--blocking-threads", "1"]
    return [str(python), "-m", "granian", "--interface", "wsgi", *options, "--log-level", "warning", target]


def run(command: list[str], environment: dict[str, str] | None = None) -> None:
    """Run a step of a preparation from the project's folder. What it prints is told only when it fails: NotPrepared."""
    env = {**os.environ, **(environment or {})}
    done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
    if done.returncode:
        raise NotPrepared(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")


def _program(name: str) -> str:
    found = shutil.which(name)
    if found is None:
        raise NotInstalled(f"{name} is not installed; on Debian: apt-get install util-linux")
    return found


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((HOST, 0))
        port: int = probe.getsockname()[1]
        return port


def _answers(port: int) -> bool:
    """Whether any answer but a server's error comes: that the path is unknown is an answer too."""
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status < http.HTTPStatus.INTERNAL_SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _tail(log: Path) -> str:
    return "\n".join(log.read_text(errors="replace").splitlines()[-TAIL_LINES:])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Ask it to end, and after a while end all that is left of its group."""
    process.terminate()
    with suppress(subprocess.TimeoutExpired):
        process.wait(STOP_SECONDS)
    with suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
