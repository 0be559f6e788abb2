"""The relay: takes events from the outbox, tells the listeners, and defers the jobs that follow.

First told, then marked: a crash in between tells twice, never not at all. Jobs and mark are one transaction, and
jobs carry the event in their unique key, so they are there exactly once. One process relays at a time, so that
nudges of a site come in the order of its events.
"""

import threading
import time
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import groupby
from typing import Final

import structlog

from tertulia.realtime import nudges
from tertulia.realtime.bus import Bus
from tertulia.services import jobs, outbox
from tertulia.services.outbox import Happened
from tertulia.services.unit import Units
from tertulia.telemetry import EVENTS, RELAY_LAG
from tertulia.worker.subscriptions import SUBSCRIPTIONS, Subscriptions

POLL_SECONDS: Final = 0.25
"""Pause between two looks when nobody wakes us: another process may have written."""
SHORTEST_GAP: Final = 0.1
"""Time between two passes under load, so that many events share one transaction."""
LEASE: Final = timedelta(seconds=10)
AFTER_REFUSAL: Final = 2.0
"""Seconds until the next try when another process relays."""
AFTER_FAILURE: Final = 1.0
BATCH: Final = 500

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Relay:
    """Relays events while it holds the lease. `run` belongs into a thread of its own."""

    def __init__(
        self,
        units: Units,
        bus: Bus,
        *,
        holder: str,
        subscriptions: Subscriptions = SUBSCRIPTIONS,
        tell_jobs: Callable[[], None] = lambda: None,
    ) -> None:
        self._units = units
        self._bus = bus
        self._lease = jobs.Lease(name="relay", holder=holder, lasts=LEASE)
        self._subscriptions = subscriptions
        self._tell_jobs = tell_jobs
        self._woken = threading.Event()
        self._is_stopping = False
        self._leads_until = 0.0
        self._refused_until = 0.0

    def wake(self) -> None:
        """Say that there are events; from any thread."""
        self._woken.set()

    def stop(self) -> None:
        """Ask `run` to end after the pass under way."""
        self._is_stopping = True
        self._woken.set()

    def run(self) -> None:
        """Relay until stopped."""
        while not self._is_stopping:
            pause = self._pass_or_pause()
            self._woken.wait(pause)
            self._woken.clear()
            if not self._is_stopping:
                time.sleep(SHORTEST_GAP)
        self._let_go()

    def run_once(self) -> int:
        """Relay what waits, a batch at most; give how many events, 0 also where another process relays."""
        if time.monotonic() < self._refused_until:
            return 0
        waiting = outbox.list_unrelayed(self._units, most=BATCH)
        if not waiting or not self._leads():
            return 0
        return sum(
            self._relay(list(happened)) for _, happened in groupby(waiting, key=lambda each: each.site)
        )

    def _pass_or_pause(self) -> float:
        """Do a pass; give how long to wait for the next."""
        try:
            if self.run_once() == BATCH:
                self._woken.set()
        except Exception:
            # Whatever it was, the next pass finds the same events; the web must not lose its relay.
            log.exception("relay.failed")
            return AFTER_FAILURE
        return POLL_SECONDS

    def _relay(self, happened: Sequence[Happened]) -> int:
        for each in happened:
            nudge = nudges.of_event(each.site, each.story_id, each.id, each.name, each.facts)
            if nudge is not None:
                self._bus.publish_soon(nudge)
        deferred = outbox.settle(self._units, happened, self._subscriptions, lease=self._lease)
        if deferred is None:
            self._leads_until = 0.0
            return 0
        self._leads_until = time.monotonic() + LEASE.total_seconds() / 2
        if deferred:
            self._tell_jobs()
        now = self._units.clock()
        for each in happened:
            EVENTS.labels(each.name).inc()
            RELAY_LAG.observe(max(0.0, (now - each.happened_at).total_seconds()))
        return len(happened)

    def _leads(self) -> bool:
        """Whether we hold the lease, or get it now. Asked only when there is something to relay."""
        if time.monotonic() < self._leads_until:
            return True
        if not jobs.hold(self._units, self._lease):
            self._refused_until = time.monotonic() + AFTER_REFUSAL
            return False
        self._leads_until = time.monotonic() + LEASE.total_seconds() / 2
        return True

    def _let_go(self) -> None:
        if time.monotonic() < self._leads_until:
            jobs.let_go(self._units, self._lease)
