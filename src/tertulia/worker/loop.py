"""The worker: threads that relay events, insert periodic work and run jobs, inside `serve` or alone."""

import secrets
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta
from typing import Final

import structlog

from tertulia.realtime.bus import Bus
from tertulia.services import jobs
from tertulia.services.jobs import End, Taken
from tertulia.services.unit import Units
from tertulia.telemetry import JOB_SECONDS, JOBS
from tertulia.worker.post import NOWHERE, Post
from tertulia.worker.relay import Relay
from tertulia.worker.schedule import PERIODICS, Periodic, Schedule
from tertulia.worker.subscriptions import SUBSCRIPTIONS, Subscriptions
from tertulia.worker.tasks import TASKS, Task, Work

THREADS: Final = 2
TASK_TIME: Final = timedelta(minutes=5)
"""How long a job is ours: a task that takes longer is run again by somebody."""
LOOK_SECONDS: Final = 1.0
"""Pause between two looks for due jobs when nobody tells us of one."""
RECLAIM_SECONDS: Final = 15.0
"""Pause between two looks for jobs whose takers died."""
SCHEDULE_SECONDS: Final = 20.0
STOP_SECONDS: Final = 20.0
"""How long a shutdown waits for the tasks under way. Their jobs are taken again later."""

log: structlog.stdlib.BoundLogger = structlog.get_logger()


class Runner:
    """Takes jobs and runs their tasks, one after the other. `run` belongs into a thread of its own."""

    def __init__(
        self,
        units: Units,
        *,
        tasks: Mapping[str, Task],
        is_stopping: Callable[[], bool] = lambda: False,
        post: Post = NOWHERE,
    ) -> None:
        self._units = units
        self._tasks = tasks
        self._post = post
        self._is_stopping = is_stopping
        self._woken = threading.Event()
        self._reclaim_at = 0.0

    def wake(self) -> None:
        """Say that there is a job, or that it is time to stop; from any thread."""
        self._woken.set()

    def run(self) -> None:
        """Run jobs until it is time to stop."""
        while not self._is_stopping():
            try:
                ran = self.run_one()
            except Exception:
                # The database is away or a bug is in the loop itself: the other jobs still want their turn.
                log.exception("worker.failed")
                ran = None
            if ran is None:
                self._woken.wait(LOOK_SECONDS)
                self._woken.clear()

    def run_one(self) -> End | None:
        """Take a job and run its task; give what became of it, None when nothing was due."""
        if not self._may_find_one():
            return None
        taken = jobs.take(self._units, lasting=TASK_TIME)
        if taken is None:
            return None
        end = self._run(taken)
        JOBS.labels(taken.task, end.value).inc()
        return end

    def _may_find_one(self) -> bool:
        if jobs.is_due(self._units):
            return True
        if time.monotonic() < self._reclaim_at:
            return False
        self._reclaim_at = time.monotonic() + RECLAIM_SECONDS
        return True

    def _run(self, taken: Taken) -> End:
        task = self._tasks.get(taken.task)
        if task is None:
            # Perhaps a newer process deferred it: somebody else may know it.
            return self._fail(taken, "UnknownTask")
        if taken.is_worn_out:
            return self._fail(taken, "TakersDied")
        try:
            with JOB_SECONDS.labels(taken.task).time():
                task(Work(units=self._units, job=taken, is_stopping=self._is_stopping, post=self._post))
        except Exception as error:
            # One task's failure is its own: it is tried again, and the next job is taken meanwhile.
            log.exception("job.failed", task=taken.task, site=taken.site, attempts=taken.attempts)
            return self._fail(taken, type(error).__name__)
        jobs.finish(self._units, taken)
        return End.FINISHED

    def _fail(self, taken: Taken, error: str) -> End:
        end = jobs.fail(self._units, taken, error=error)
        log.warning(
            "job.not-finished",
            end=end.value,
            task=taken.task,
            site=taken.site,
            attempts=taken.attempts,
            error=error,
        )
        return end


class Worker:
    """All background work of a process. `start` returns at once; `stop` waits, in a thread if need be."""

    def __init__(
        self,
        units: Units,
        bus: Bus,
        *,
        tasks: Mapping[str, Task] = TASKS,
        subscriptions: Subscriptions = SUBSCRIPTIONS,
        periodics: Sequence[Periodic] = PERIODICS,
        threads: int = THREADS,
        post: Post = NOWHERE,
    ) -> None:
        self._stopping = threading.Event()
        self._runners = [
            Runner(units, tasks=tasks, is_stopping=self._stopping.is_set, post=post) for _ in range(threads)
        ]
        self._relay = Relay(
            units,
            bus,
            holder=secrets.token_hex(8),
            subscriptions=subscriptions,
            tell_jobs=self._wake_runners,
        )
        self._schedule = Schedule(units, periodics)
        self._threads: list[threading.Thread] = []
        bus.on_wake(self._relay.wake)

    def start(self) -> None:
        """Begin to work."""
        runs = {
            "relay": self._relay.run,
            "schedule": self._insert_periodically,
            **{f"jobs-{number}": runner.run for number, runner in enumerate(self._runners, start=1)},
        }
        # Daemons: a task that outlasts `stop` does not keep the process from ending.
        self._threads = [
            threading.Thread(target=run, name=f"worker-{name}", daemon=True) for name, run in runs.items()
        ]
        for thread in self._threads:
            thread.start()

    def stop(self, *, within: float = STOP_SECONDS) -> bool:
        """Take no new work and wait for what is under way; give whether all of it ended in time. Blocks."""
        self._stopping.set()
        self._relay.stop()
        self._wake_runners()
        deadline = time.monotonic() + within
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        late = [thread.name for thread in self._threads if thread.is_alive()]
        if late:
            log.warning("worker.late", threads=late)
        return not late

    def _wake_runners(self) -> None:
        for runner in self._runners:
            runner.wake()

    def _insert_periodically(self) -> None:
        while not self._stopping.is_set():
            try:
                if self._schedule.insert_due():
                    self._wake_runners()
            except Exception:
                # As above: the next look finds the same slots due.
                log.exception("schedule.failed")
            self._stopping.wait(SCHEDULE_SECONDS)
