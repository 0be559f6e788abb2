"""Servers as processes of our own: bound to one core, waited for, measured from outside, and ended by us only."""

import os
import socket
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

START_SECONDS = 30.0
_TICKS = os.sysconf("SC_CLK_TCK")


class NotStarted(Exception):
    """A server did not begin to listen; the message ends with what it said."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Process:
    """A running server."""

    pid: int
    port: int

    def megabytes(self) -> float:
        """Memory it holds now, in MB (10⁶ bytes)."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) * 1024 / 1e6
        return 0.0

    def cpu_seconds(self) -> float:
        """Time it has worked so far, in user and kernel."""
        # The kernel's clock of a process (clock_getcpuclockid(3)): /proc counts in hundredths of a second, in which
        # a short run has used none.
        return time.clock_gettime(~self.pid << 3 | 2)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cores:
    """Which core serves and which one asks; the same where there is only one."""

    server: int
    load: int

    @property
    def are_apart(self) -> bool:
        """Whether serving and asking do not take time from each other."""
        return self.server != self.load


def cores() -> Cores:
    """Choose two of the cores we may use."""
    allowed = sorted(os.sched_getaffinity(0))
    return Cores(server=allowed[0], load=allowed[-1])


def stolen_seconds() -> float:
    """Give the time in which we could have run and a virtual machine's host ran somebody else; of all cores."""
    return int(Path("/proc/stat").read_text().split(maxsplit=9)[8]) / _TICKS


def free_port() -> int:
    """Give a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: Sequence[str], *, port: int, core: int, log: Path, environment: Mapping[str, str] | None = None
) -> Iterator[Process]:
    """Run a server on one core until the block ends."""
    with log.open("ab") as said:
        server = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=said,
            stderr=said,
            env=dict(os.environ) | dict(environment or {}),
            # Set before the program runs, so that all its threads inherit it.
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),  # noqa: PLW1509  # it calls the kernel and returns
        )
    try:
        _wait(server, port, log)
        yield Process(pid=server.pid, port=port)
    finally:
        server.terminate()
        try:
            server.wait(timeout=15)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _wait(server: subprocess.Popen[bytes], port: int, log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with socket.create_connection(("127.0.0.1", port), timeout=1):
                return
        except OSError:
            time.sleep(0.05)
    raise NotStarted(f"nothing listens on port {port}: {log.read_text(errors='replace')[-2000:]}")
