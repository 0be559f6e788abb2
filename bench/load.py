"""The load: HTTP/1.1 over raw sockets on the loopback, requests made beforehand, answers counted and not kept.

Small enough to ask faster than one core can answer; `Load.client` says how busy it was itself, so that a figure
that measures the asker can be seen. It stops by itself, after a time or a number of requests.
"""

import asyncio
import time
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import uvloop

GIVE_UP_SECONDS = 60.0
"""The longest that one answer may take; a bench that hangs is worth nothing."""


class LoadFailed(Exception):
    """An answer was not the one that was to be measured."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ask:
    """A request as bytes, the status it must have, and the kind it is counted under."""

    request: bytes
    status: bytes = b"200"
    kind: str = "read"


@dataclass(frozen=True, kw_only=True, slots=True)
class Load:
    """What came of it. Times are in milliseconds, `client` is the share of its core that the asker used."""

    kind: str
    requests: int
    seconds: float
    median: float
    slow: float
    size: float
    client: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.requests / self.seconds


Asks = Callable[[int], Iterator[Ask]]
"""Gives the requests of one connection by its number."""


def run(
    port: int, asks: Asks, *, connections: int, seconds: float, most: int = 10_000_000
) -> dict[str, Load]:
    """Ask for some seconds, at most so many times; give what came of each kind."""
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        return runner.run(_run(_Run(port, asks, time.perf_counter() + seconds, most), connections))


class _Run:
    """One measurement under way."""

    def __init__(self, port: int, asks: Asks, deadline: float, most: int) -> None:
        self.port, self.asks, self.deadline, self.left = port, asks, deadline, most
        self.times: dict[str, array[float]] = {}
        self.sizes: dict[str, int] = {}
        self.failure: str | None = None
        self.last = 0.0

    def may_ask(self, *, is_first: bool) -> bool:
        """Take one of the requests that are left, if there is time; each connection gets its first in any case."""
        is_late = time.perf_counter() >= self.deadline and not is_first
        if self.failure or self.left <= 0 or is_late:
            return False
        self.left -= 1
        return True

    def count(self, kind: str, seconds: float, size: int) -> None:
        if kind not in self.times:
            self.times[kind], self.sizes[kind] = array("d"), 0
        self.times[kind].append(seconds)
        self.sizes[kind] += size


async def _run(run: _Run, connections: int) -> dict[str, Load]:
    loop = asyncio.get_running_loop()
    began, used = time.perf_counter(), time.process_time()
    readers = [_Connection(run, run.asks(number), loop.create_future()) for number in range(connections)]
    for reader in readers:
        reader.connect(loop)
    try:
        async with asyncio.timeout(run.deadline - began + GIVE_UP_SECONDS):
            await asyncio.gather(*(reader.finished for reader in readers))
    except TimeoutError:
        raise LoadFailed(f"no answer within {GIVE_UP_SECONDS:.0f} s") from None
    if run.failure:
        raise LoadFailed(run.failure)
    # What was on its way at the deadline counts, and so does the time until it was there.
    seconds = run.last - began
    client = (time.process_time() - used) / seconds
    return {kind: _load(kind, times, run.sizes[kind], seconds, client) for kind, times in run.times.items()}


def _load(kind: str, times: Sequence[float], size: int, seconds: float, client: float) -> Load:
    ordered = sorted(times)
    return Load(
        kind=kind,
        requests=len(ordered),
        seconds=seconds,
        median=1000 * ordered[len(ordered) // 2],
        slow=1000 * ordered[min(len(ordered) - 1, int(len(ordered) * 0.99))],
        size=size / len(ordered),
        client=client,
    )


class _Connection(asyncio.Protocol):
    """Asks, waits for the whole answer, asks again; comes back when the server hangs up after each."""

    def __init__(self, run: _Run, asks: Iterator[Ask], finished: asyncio.Future[None]) -> None:
        self._run, self._asks, self.finished = run, asks, finished
        self._ask: Ask | None = None
        self._head = b""
        self._missing = -1
        """Bytes of the body that are still to come; below zero while the head is incomplete."""
        self._size = 0
        self._began = 0.0
        self._closes = False
        self._has_asked = False
        self._transport: asyncio.Transport | None = None

    def connect(self, loop: asyncio.AbstractEventLoop) -> None:
        self._connecting = loop.create_task(
            loop.create_connection(lambda: self, "127.0.0.1", self._run.port)  # type: ignore[arg-type]
        )
        self._connecting.add_done_callback(self._connected)

    def _connected(self, task: asyncio.Task[object]) -> None:
        if task.exception() is not None:
            self._fail(f"cannot connect: {task.exception()}")

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport  # type: ignore[assignment]
        self._next()

    def data_received(self, data: bytes) -> None:
        self._size += len(data)
        if self._missing < 0:
            head, end, body = (self._head + data).partition(b"\r\n\r\n")
            if not end:
                self._head = head
                return
            self._head = b""
            self._read_head(head)
            self._missing -= len(body)
        else:
            self._missing -= len(data)
        if self._missing == 0:
            self._answered()

    def connection_lost(self, exc: Exception | None) -> None:
        if self.finished.done():
            return
        if self._ask is None or self._closes:
            self.connect(asyncio.get_running_loop())
        else:
            self._fail(f"the server hung up in the middle of an answer: {exc}")

    def _read_head(self, head: bytes) -> None:
        status = head[9:12]
        assert self._ask is not None
        if status != self._ask.status:
            self._fail(f"{self._ask.request.splitlines()[0]!r}: {head.splitlines()[0]!r}")
        lower = head.lower()
        at = lower.find(b"\r\ncontent-length:")
        if at >= 0:
            self._missing = int(lower[at + 17 :].split(b"\r\n", 1)[0])
        elif status == b"304":
            self._missing = 0
        else:
            self._fail("the answer does not say how long it is")
        self._closes = b"\r\nconnection: close" in lower

    def _answered(self) -> None:
        now = time.perf_counter()
        assert self._ask is not None
        self._run.count(self._ask.kind, now - self._began, self._size)
        self._run.last = now
        self._ask = None
        if not self._closes:
            self._next()

    def _next(self) -> None:
        if not self._run.may_ask(is_first=not self._has_asked):
            self._stop()
            return
        self._has_asked = True
        assert self._transport is not None
        self._ask = next(self._asks)
        self._missing, self._size, self._closes = -1, 0, False
        self._began = time.perf_counter()
        self._transport.write(self._ask.request)

    def _fail(self, reason: str) -> None:
        self._run.failure = self._run.failure or reason
        self._stop()

    def _stop(self) -> None:
        if not self.finished.done():
            self.finished.set_result(None)
        if self._transport is not None:
            self._transport.close()
