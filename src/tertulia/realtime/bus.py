"""How nudges travel: inside one process, or through Valkey between several.

A bus promises order and says when it may have lost something; it does not promise delivery. Whoever follows it
forgets on `lost` and looks anew on `back`, so a nudge that never comes costs a read, not a wrong page.
"""

import asyncio
import contextlib
import json
import random
import threading
from collections import deque
from collections.abc import Callable
from typing import Any, Final, Protocol

import structlog
from valkey import ValkeyError
from valkey.asyncio import Valkey
from valkey.asyncio.client import PubSub

from tertulia.realtime.nudges import Nudge
from tertulia.telemetry import BUS_LOSSES

QUIET_SECONDS: Final = 10.0
"""A silent connection is asked this often whether it still lives."""
LONGEST_PAUSE: Final = 5.0
"""Seconds between two attempts to connect, at most."""
MOST_WAITING: Final = 10_000
"""Messages that wait for a slow Valkey before all followers of all processes are told of a gap instead."""

_GAP: Final = {"gap": True}
_WAKE: Final = {"wake": True}

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Follower(Protocol):
    """Who hears nudges. Called on the event loop, in the order of `follow`."""

    def hear(self, nudge: Nudge) -> None:
        """Hear a nudge."""
        ...

    def lost(self) -> None:
        """From now on nudges may be missing."""
        ...

    def back(self) -> None:
        """Nudges come again; those of the meantime do not."""
        ...


class Bus(Protocol):
    """Carries nudges and wakes. `follow` and `on_wake` come before `start`."""

    def follow(self, follower: Follower) -> None:
        """Let somebody hear what travels."""
        ...

    def on_wake(self, wake: Callable[[], None]) -> None:
        """Let the relay be woken; `wake` must be callable from any thread."""
        ...

    async def start(self) -> None:
        """Begin to hear; returns at once, also while nobody answers."""
        ...

    async def close(self) -> None:
        """Stop hearing and let go of connections."""
        ...

    def publish_soon(self, nudge: Nudge) -> None:
        """Send a nudge, from any thread."""
        ...

    def wake_soon(self) -> None:
        """Tell the relay, wherever it runs, that there are events; from any thread."""
        ...


class MemoryBus:
    """The bus of a single process: nothing travels, nothing is lost."""

    def __init__(self) -> None:
        self._followers: list[Follower] = []
        self._wakes: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._untold: list[Nudge] = []
        self._lock = threading.Lock()

    def follow(self, follower: Follower) -> None:
        self._followers.append(follower)

    def on_wake(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()

    async def close(self) -> None:
        self._loop = None

    def publish_soon(self, nudge: Nudge) -> None:
        loop = self._loop
        if loop is None:
            return
        with self._lock:
            self._untold.append(nudge)
            is_first = len(self._untold) == 1
        # Waking the loop costs more than telling: the first of many does it for all.
        if is_first:
            # The loop may close between the look and the call, when everything stops.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._tell)

    def wake_soon(self) -> None:
        for wake in self._wakes:
            wake()

    def _tell(self) -> None:
        with self._lock:
            nudges, self._untold = self._untold, []
        for nudge in nudges:
            for follower in self._followers:
                follower.hear(nudge)


class ValkeyBus:
    """The bus of several processes: one channel in Valkey (or Redis), reconnected for ever."""

    def __init__(self, url: str, *, channel: str = "tertulia") -> None:
        self._client: Valkey = Valkey.from_url(url, socket_connect_timeout=5.0, socket_timeout=5.0)
        self._channel = f"{channel}:live"
        self._followers: list[Follower] = []
        self._wakes: list[Callable[[], None]] = []
        self._loop: asyncio.AbstractEventLoop | None = None
        self._tasks: list[asyncio.Task[None]] = []
        self._outgoing: deque[str] = deque()
        self._has_outgoing = asyncio.Event()
        self._owes_gap = False
        self._is_connected = False

    @property
    def is_connected(self) -> bool:
        """Whether nudges of other processes reach us now."""
        return self._is_connected

    def follow(self, follower: Follower) -> None:
        self._followers.append(follower)

    def on_wake(self, wake: Callable[[], None]) -> None:
        self._wakes.append(wake)

    async def start(self) -> None:
        self._loop = asyncio.get_running_loop()
        for follower in self._followers:
            follower.lost()
        self._tasks = [
            asyncio.create_task(self._keep_hearing(), name="bus-hear"),
            asyncio.create_task(self._keep_sending(), name="bus-send"),
        ]

    async def close(self) -> None:
        self._loop = None
        self._is_connected = False
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await self._client.aclose()

    def publish_soon(self, nudge: Nudge) -> None:
        self._send_soon(_encode(nudge))

    def wake_soon(self) -> None:
        self._wake_here()
        self._send_soon(json.dumps(_WAKE))

    def _send_soon(self, message: str) -> None:
        loop = self._loop
        if loop is not None:
            # The loop may close between the look and the call, when everything stops.
            with contextlib.suppress(RuntimeError):
                loop.call_soon_threadsafe(self._send, message)

    def _send(self, message: str) -> None:
        if self._outgoing and self._outgoing[-1] == message:
            return  # one wake is as good as ten
        if len(self._outgoing) >= MOST_WAITING:
            self._outgoing.clear()
            self._owes_gap = True
        self._outgoing.append(message)
        self._has_outgoing.set()

    async def _keep_sending(self) -> None:
        failures = 0
        while True:
            await self._has_outgoing.wait()
            try:
                await self._send_waiting()
            except (ValkeyError, OSError, TimeoutError):
                # Some may have arrived and some not: whoever hears is told of a gap once we are through again.
                self._outgoing.clear()
                self._owes_gap = True
                failures += 1
                await asyncio.sleep(_pause(failures))
            else:
                failures = 0

    async def _send_waiting(self) -> None:
        if self._owes_gap:
            await self._client.publish(self._channel, json.dumps(_GAP))
            self._owes_gap = False
        while self._outgoing:
            await self._client.publish(self._channel, self._outgoing[0])
            # A full queue was cleared meanwhile: then there is nothing to take away.
            if self._outgoing:
                self._outgoing.popleft()
        if not self._owes_gap:
            self._has_outgoing.clear()

    async def _keep_hearing(self) -> None:
        failures = 0
        try:
            while True:
                try:
                    async with self._client.pubsub() as channel:
                        await self._hear(channel)
                except (ValkeyError, OSError, TimeoutError) as error:
                    failures = 1 if self._is_connected else failures + 1
                    self._lose(reason=type(error).__name__)
                await asyncio.sleep(_pause(failures))
        finally:
            # Whatever ended this, nobody may go on believing that nudges come.
            self._lose(reason="stopped")

    async def _hear(self, channel: PubSub) -> None:
        await channel.subscribe(self._channel)
        is_asked = False
        while True:
            message = await channel.get_message(timeout=QUIET_SECONDS)
            if message is None and is_asked:
                raise TimeoutError("Valkey is silent")
            is_asked = message is None
            if message is None:
                await channel.ping()
            elif message["type"] == "subscribe":
                self._gain()
            elif message["type"] == "message":
                self._receive(message["data"])

    def _gain(self) -> None:
        self._lose(reason="subscribed again")
        self._is_connected = True
        log.info("bus.connected", channel=self._channel)
        for follower in self._followers:
            follower.back()
        # Events may have happened whose wakes were lost.
        self._wake_here()

    def _lose(self, *, reason: str) -> None:
        if not self._is_connected:
            return
        self._is_connected = False
        BUS_LOSSES.inc()
        log.warning("bus.lost", reason=reason)
        for follower in self._followers:
            follower.lost()

    def _receive(self, data: bytes) -> None:
        try:
            message = json.loads(data)
            nudge = None if message in (_WAKE, _GAP) else Nudge(**message)
        except (TypeError, ValueError):
            log.warning("bus.unreadable", length=len(data))
            return
        if message == _WAKE:
            self._wake_here()
            return
        for follower in self._followers:
            if nudge is not None:
                follower.hear(nudge)
            else:
                follower.lost()
                follower.back()

    def _wake_here(self) -> None:
        for wake in self._wakes:
            wake()


def _encode(nudge: Nudge) -> str:
    message: dict[str, Any] = {
        "site": nudge.site,
        "story_id": nudge.story_id,
        "event_id": nudge.event_id,
        "name": nudge.name,
        "data": dict(nudge.data),
    }
    return json.dumps(message, separators=(",", ":"))


def _pause(failures: int) -> float:
    """Give the seconds before another attempt: doubling, and not the same for all processes."""
    pause = min(LONGEST_PAUSE, 0.1 * 2.0 ** min(failures, 10))
    return pause * random.uniform(0.5, 1.0)  # noqa: S311  # no secret  # nosec B311
