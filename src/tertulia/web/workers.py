"""Worker threads, and how many requests may wait for one: the admission control of the whole process.

Threads cannot be cancelled, so what would wait too long is refused at the door instead.
"""

import asyncio
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from itertools import chain
from typing import Any, Final, ParamSpec, Protocol, TypeVar

from anyio import CapacityLimiter, to_thread

from tertulia.services.unit import Spoiled

WAITING_PER_THREAD: Final = 4
RETRY_AFTER: Final = 2
"""Seconds after which somebody who was turned away may come back."""
LARGEST_BATCH: Final = 64
"""Works that share one commit at most: bounds how long the first of them waits."""

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


class Busy(Exception):
    """All threads work and the queue before them is full."""


class Batches(Protocol):
    """Where the database has one writer: what opens something that shares a commit."""

    def batch(self) -> AbstractContextManager[None]:
        """Open what works share, each of which may fail alone."""
        ...

    def hopeful_batch(self) -> AbstractContextManager[None]:
        """Open what works share for less; raise `Spoiled` where all of them are to be done again, in a `batch`."""
        ...


@dataclass(kw_only=True, slots=True)
class _Work:
    """Work that waits for the writing thread, and what came of it."""

    do: Callable[[], Any]
    is_repeatable: bool
    told: asyncio.Future[Any]
    given: Any = None
    failure: BaseException | None = None


class Workers:
    """The threads in which use cases run and templates are rendered. Used from the event loop only.

    Where the database has one writer there are `batches`, and all that writes goes through one thread: waiting for a
    turn in threads of their own would cost more than the writing.
    """

    def __init__(self, threads: int, *, batches: Batches | None = None) -> None:
        self._limiter = CapacityLimiter(threads)
        self._threads = threads
        self._writer = None if batches is None else _Writer(batches)
        self.inside = 0
        """Requests that run or wait."""

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return max(0, self.inside - self._threads)

    async def run(self, work: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        """Do blocking work in a thread; raise `Busy` where too many wait already."""
        self._enter()
        try:
            return await to_thread.run_sync(lambda: work(*args, **kwargs), limiter=self._limiter)
        finally:
            self.inside -= 1

    async def write(self, work: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        """Do blocking work that writes; return after what it wrote is committed.

        Raise `Busy` where too many wait already, and what made the commit fail.
        """
        return await self._write(partial(work, *args, **kwargs), is_repeatable=False)

    async def write_repeatably(
        self, work: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs
    ) -> Given:
        """Do as `write` does, for less, what may be done twice: the first time counts for nothing then."""
        return await self._write(partial(work, *args, **kwargs), is_repeatable=True)

    async def _write(self, work: Callable[[], Given], *, is_repeatable: bool) -> Given:
        if self._writer is None:
            return await self.run(work)
        self._enter()
        try:
            given: Given = await self._writer.add(work, is_repeatable=is_repeatable)
            return given
        finally:
            self.inside -= 1

    def _enter(self) -> None:
        if self.waiting >= self._threads * WAITING_PER_THREAD:
            raise Busy
        self.inside += 1


class _Writer:
    """One thread that does what waits, batch by batch. Its thread takes work out, the event loop does the rest."""

    def __init__(self, batches: Batches) -> None:
        self._batches = batches
        self._waiting: deque[_Work] = deque()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="writer")
        self._is_writing = False

    def add(self, do: Callable[[], Any], *, is_repeatable: bool) -> asyncio.Future[Any]:
        """Let work wait for the next batch; give what will tell its end."""
        loop = asyncio.get_running_loop()
        told = loop.create_future()
        self._waiting.append(_Work(do=do, is_repeatable=is_repeatable, told=told))
        if not self._is_writing:
            self._begin(loop)
        return told

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        self._is_writing = True
        self._thread.submit(self._write, loop)

    def _write(self, loop: asyncio.AbstractEventLoop) -> None:
        done: list[_Work] = []
        try:
            if self._waiting[0].is_repeatable:
                self._write_hopefully(done)
            else:
                with self._batches.batch():
                    _do(self._taken(done, is_repeatable=False))
        except BaseException as failure:  # noqa: BLE001 - whatever it was, all of the batch must hear of it
            for each in done:
                each.failure = failure
        loop.call_soon_threadsafe(self._tell, loop, done)

    def _write_hopefully(self, done: list[_Work]) -> None:
        try:
            with self._batches.hopeful_batch():
                _do(self._taken(done, is_repeatable=True))
        except Spoiled:
            with self._batches.batch():
                # And what else waits: whoever sends what spoils batches sends more of it.
                _do(chain(tuple(done), self._taken(done, is_repeatable=True)))

    def _taken(self, done: list[_Work], *, is_repeatable: bool) -> Iterator[_Work]:
        """Take out what waits, as long as it is of one kind."""
        waiting = self._waiting
        while waiting and waiting[0].is_repeatable is is_repeatable and len(done) < LARGEST_BATCH:
            work = waiting.popleft()
            done.append(work)
            yield work

    def _tell(self, loop: asyncio.AbstractEventLoop, done: list[_Work]) -> None:
        self._is_writing = False
        if self._waiting:
            self._begin(loop)
        for each in done:
            if each.told.done():
                # Nobody waits any more.
                continue
            if each.failure is not None:
                each.told.set_exception(each.failure)
            else:
                each.told.set_result(each.given)


def _do(works: Iterable[_Work]) -> None:
    for work in works:
        work.given = work.failure = None
        try:
            work.given = work.do()
        except Exception as failure:  # noqa: BLE001 - it belongs to whoever asked for this work
            work.failure = failure
