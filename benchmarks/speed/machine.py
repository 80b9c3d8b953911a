"""The machine: what it is, which of its cores are used, and how much of it others used meanwhile."""

import os
import platform
import re
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

PROC = Path("/proc")
TICKS = os.sysconf("SC_CLK_TCK")
IDLE_PAUSE = 0.1  # seconds between two looks at whether a server still works
IDLE_SECONDS = 60


class TooFewCores(Exception):
    """The server and the load need a core each; the text says so."""


def cores() -> tuple[int, int]:
    """The core of the servers and that of the load. Raises TooFewCores."""
    allowed = sorted(os.sched_getaffinity(0))
    if len(allowed) < 2:
        raise TooFewCores("Two cores are needed: one for the server that is measured, one for the load.")
    return allowed[0], allowed[1]


def description() -> dict[str, str]:
    """What a reader has to know of the machine, by name."""
    model = re.search(r"^model name\s*:\s*(.+)$", (PROC / "cpuinfo").read_text(), re.MULTILINE)
    memory = re.search(r"^MemTotal:\s*(\d+)", (PROC / "meminfo").read_text(), re.MULTILINE)
    return {
        "processor": model[1] if model else platform.machine(),
        "cores": str(os.cpu_count()),
        "memory": f"{int(memory[1]) / 2**20:.0f} GiB" if memory else "?",
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
    }


class Meanwhile:
    """A context in which the processor time of others is counted: of all that is neither this program, nor what it has
    started and waited for, nor the process group of the server. `foreign` is their share of all cores, from 0 to 1."""

    def __init__(self, group: int | None = None) -> None:
        self.group = group
        self.foreign = 0.0

    def __enter__(self) -> Self:
        self._started, self._all, self._own = time.monotonic(), _busy_seconds(), self._own_seconds()
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        seconds = time.monotonic() - self._started
        others = _busy_seconds() - self._all - (self._own_seconds() - self._own)
        self.foreign = max(0.0, others / seconds / (os.cpu_count() or 1))

    def _own_seconds(self) -> float:
        used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
        own = sum(each.ru_utime + each.ru_stime for each in used)
        return own + (group_seconds(self.group) if self.group else 0)


@contextmanager
def on_core(core: int) -> Iterator[None]:
    """Let this program run on one core only until the block ends."""
    before = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {core})
    try:
        yield
    finally:
        os.sched_setaffinity(0, before)


def wait_until_idle(group: int) -> None:
    """Wait, up to a minute, for a server that still works off requests whose clients are gone."""
    deadline = time.monotonic() + IDLE_SECONDS
    used = group_seconds(group)
    while time.monotonic() < deadline:
        time.sleep(IDLE_PAUSE)
        before, used = used, group_seconds(group)
        if used - before <= IDLE_PAUSE / 5:
            return


def group_seconds(group: int) -> float:
    """The processor time of the processes of a group that live, and of their children that have ended."""
    return sum(sum(map(int, fields[11:15])) for _, fields in _processes() if int(fields[2]) == group) / TICKS


def worker_memory(server: int) -> list[float]:
    """The resident memory of each child of a server's first process, in MB (of a million bytes)."""
    children = [pid for pid, fields in _processes() if int(fields[1]) == server]
    found = [
        re.search(r"^VmRSS:\s*(\d+) kB", (PROC / str(pid) / "status").read_text(), re.MULTILINE) for pid in children
    ]
    return [int(each[1]) * 1024 / 1e6 for each in found if each]


def _processes() -> Iterator[tuple[int, list[str]]]:
    """Number and /proc/…/stat of each process, without its first two fields: so the state is at place 0."""
    for folder in PROC.iterdir():
        if folder.name.isdigit():
            try:
                yield int(folder.name), (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it has just ended


def _busy_seconds() -> float:
    """The time that all cores were busy since the machine started, with what its host took from it ("steal").

    Interrupts count: the kernel books them on the process that they interrupted as well, as most are set up.
    """
    user, nice, system, _idle, _wait, irq, softirq, steal = map(int, (PROC / "stat").read_text().split()[1:9])
    return (user + nice + system + irq + softirq + steal) / TICKS
