"""The listeners of this process and what waits for each of them. Fed by the bus, emptied by `web/stream.py`.

Everything here happens on the event loop. An idle listener is one object and one future: thousands are cheap.
"""

import asyncio
import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final, NamedTuple

from tertulia.realtime.nudges import REFETCH, Nudge
from tertulia.telemetry import LISTENERS, NUDGES_HEARD, REFETCHES

LONGEST_QUEUE: Final = 32
"""Nudges that wait for one slow listener before it is told to look anew instead."""


class HubFull(Exception):
    """This process takes no more listeners; another one or a later try may."""


class Frame(NamedTuple):
    """A nudge as the stream sends it: encoded once for all its listeners."""

    event_id: int
    data: bytes


def frame_of(nudge: Nudge) -> Frame:
    """Write a nudge in the form of server-sent events."""
    words = json.dumps(dict(nudge.data), separators=(",", ":"))
    number = f"id: {nudge.event_id}\n" if nudge.event_id else ""
    return Frame(nudge.event_id, f"{number}event: {nudge.name}\ndata: {words}\n\n".encode())


def refetch(event_id: int = 0) -> Frame:
    """Give the frame that tells a listener to look anew."""
    return frame_of(Nudge(site="", story_id=0, event_id=event_id, name=REFETCH))


class Listener:
    """One open stream. `take` waits for what comes next."""

    __slots__ = ("_frames", "_is_over", "_missed_up_to", "_waiter")

    def __init__(self) -> None:
        self._frames: deque[Frame] = deque()
        self._missed_up_to: int | None = None
        self._is_over = False
        self._waiter: asyncio.Future[None] | None = None

    def put(self, frame: Frame) -> None:
        """Add a frame; when too many wait, one refetch stands for them all."""
        if self._missed_up_to is not None:
            # It will look anew when it takes; nothing before that needs telling.
            self._missed_up_to = max(self._missed_up_to, frame.event_id)
        elif len(self._frames) >= LONGEST_QUEUE:
            self._missed_up_to = max(frame.event_id, *(each.event_id for each in self._frames))
            self._frames.clear()
            REFETCHES.inc()
        else:
            self._frames.append(frame)
        self._wake()

    def end(self) -> None:
        """Let the stream finish after what waits."""
        self._is_over = True
        self._wake()

    async def take(self, *, within: float) -> list[Frame] | None:
        """Wait for frames, at most `within` seconds: none is an empty list, the end is None."""
        if not self._has_something() and not self._is_over:
            await self._wait(within)
        if self._has_something():
            return self._drain()
        return None if self._is_over else []

    def _has_something(self) -> bool:
        return bool(self._frames) or self._missed_up_to is not None

    def _drain(self) -> list[Frame]:
        if self._missed_up_to is not None:
            taken = [refetch(self._missed_up_to)]
            self._missed_up_to = None
            return taken
        taken = list(self._frames)
        self._frames.clear()
        return taken

    async def _wait(self, within: float) -> None:
        loop = asyncio.get_running_loop()
        self._waiter = loop.create_future()
        alarm = loop.call_later(within, self._wake)
        try:
            await self._waiter
        finally:
            alarm.cancel()
            self._waiter = None

    def _wake(self) -> None:
        if self._waiter is not None and not self._waiter.done():
            self._waiter.set_result(None)


class Hub:
    """Who listens to which story."""

    def __init__(self, *, most: int) -> None:
        self._most = most
        self._listeners: dict[tuple[str, int], set[Listener]] = {}
        self._number = 0
        self._is_closed = False

    def __len__(self) -> int:
        return self._number

    @property
    def has_room(self) -> bool:
        """Whether another listener would be taken."""
        return not self._is_closed and self._number < self._most

    @contextmanager
    def listen(self, site: str, story_id: int) -> Iterator[Listener]:
        """Listen to a story; raise `HubFull`. What happens from now on waits in the listener."""
        if not self.has_room:
            raise HubFull
        listener, key = Listener(), (site, story_id)
        self._listeners.setdefault(key, set()).add(listener)
        self._count(1)
        try:
            yield listener
        finally:
            here = self._listeners[key]
            here.discard(listener)
            if not here:
                del self._listeners[key]
            self._count(-1)

    def close(self) -> None:
        """End all streams and take no new ones: the first step of a shutdown."""
        self._is_closed = True
        for listener in self._all():
            listener.end()

    # What a bus asks of those who follow it.

    def hear(self, nudge: Nudge) -> None:
        """Pass a nudge on to the listeners of its story."""
        NUDGES_HEARD.labels(nudge.name).inc()
        here = self._listeners.get((nudge.site, nudge.story_id))
        if not here:
            return
        frame = frame_of(nudge)
        for listener in here:
            listener.put(frame)

    def lost(self) -> None:
        """The bus lost its connection; listeners learn of it when it is back."""

    def back(self) -> None:
        """The bus hears again: everybody may have missed something."""
        again = refetch()
        for listener in self._all():
            listener.put(again)

    def _all(self) -> list[Listener]:
        return [listener for here in self._listeners.values() for listener in here]

    def _count(self, change: int) -> None:
        self._number += change
        LISTENERS.set(self._number)
