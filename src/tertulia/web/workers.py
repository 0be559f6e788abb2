"""Worker threads, and how many requests may wait for one: the admission control of the whole process.

Threads cannot be cancelled, so what would wait too long is refused at the door instead.
"""

from collections.abc import Callable
from typing import Final, ParamSpec, TypeVar

from anyio import CapacityLimiter, to_thread

WAITING_PER_THREAD: Final = 4
RETRY_AFTER: Final = 2
"""Seconds after which somebody who was turned away may come back."""

Asked = ParamSpec("Asked")
Given = TypeVar("Given")


class Busy(Exception):
    """All threads work and the queue before them is full."""


class Workers:
    """The threads in which use cases run and templates are rendered. Used from the event loop only."""

    def __init__(self, threads: int) -> None:
        self._limiter = CapacityLimiter(threads)
        self._threads = threads
        self.inside = 0
        """Requests that run or wait."""

    @property
    def waiting(self) -> int:
        """Requests that wait for a thread."""
        return max(0, self.inside - self._threads)

    async def run(self, work: Callable[Asked, Given], *args: Asked.args, **kwargs: Asked.kwargs) -> Given:
        """Do blocking work in a thread; raise `Busy` where too many wait already."""
        if self.waiting >= self._threads * WAITING_PER_THREAD:
            raise Busy
        self.inside += 1
        try:
            return await to_thread.run_sync(lambda: work(*args, **kwargs), limiter=self._limiter)
        finally:
            self.inside -= 1
