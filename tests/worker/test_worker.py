"""The worker as a whole: started, working, stopped."""

import asyncio
import threading
from collections.abc import Coroutine
from datetime import timedelta

from tertulia.realtime.bus import MemoryBus
from tertulia.services import jobs
from tertulia.worker.loop import Worker
from tertulia.worker.schedule import Periodic
from tertulia.worker.tasks import Work
from tests.worker.house import DEADLINE, Heard, founded, opened, post, rows, until


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_comment_leads_to_nudge_and_job(database: str) -> None:
    async def scenario() -> None:
        bus, heard, done = MemoryBus(), Heard(), threading.Event()
        bus.follow(heard)
        await bus.start()
        with founded(database, after_commit=lambda *_: bus.wake_soon()) as units:
            worker = Worker(
                units,
                bus,
                tasks={"notice": lambda _work: done.set()},
                subscriptions={"comment.posted": ("notice",)},
                periodics=(),
            )
            worker.start()

            await asyncio.to_thread(post, units)

            await until(done.is_set, "the task ran")
            await until(lambda: heard.nudges, "the nudge was heard")
            assert await asyncio.to_thread(worker.stop)

    run(scenario())


def test_two_workers_share_periodic_work(database: str) -> None:
    runs: list[str] = []
    every = [Periodic(task="sweep", every=timedelta(days=10_000))]
    with founded(database) as units, opened(database) as elsewhere:
        workers = [
            Worker(
                house, MemoryBus(), tasks={"sweep": lambda work: runs.append(work.job.task)}, periodics=every
            )
            for house in (units, elsewhere)
        ]
        for worker in workers:
            worker.start()
        asyncio.run(until(lambda: jobs.count_by_state(units) == {"finished": 1}, "the work is done"))

        assert all(worker.stop() for worker in workers)
        assert runs == ["sweep"]


def test_shutdown_waits_for_the_task_under_way(database: str) -> None:
    began, may_end = threading.Event(), threading.Event()

    def slow(work: Work) -> None:
        began.set()
        assert may_end.wait(DEADLINE)

    with founded(database) as units:
        worker = Worker(
            units,
            MemoryBus(),
            tasks={"slow": slow},
            periodics=[Periodic(task="slow", every=timedelta(days=10_000))],
        )
        worker.start()
        assert began.wait(DEADLINE)
        stopped: list[bool] = []
        stopping = threading.Thread(target=lambda: stopped.append(worker.stop()))
        stopping.start()
        assert stopped == []

        may_end.set()
        stopping.join(DEADLINE)

        assert stopped == [True]
        assert rows(units, "SELECT state FROM job")[0].state == "finished"


def test_shutdown_does_not_wait_for_ever(database: str) -> None:
    began, may_end = threading.Event(), threading.Event()

    def stuck(work: Work) -> None:
        began.set()
        may_end.wait(DEADLINE)

    with founded(database) as units:
        worker = Worker(
            units,
            MemoryBus(),
            tasks={"stuck": stuck},
            periodics=[Periodic(task="stuck", every=timedelta(days=10_000))],
        )
        worker.start()
        assert began.wait(DEADLINE)

        assert not worker.stop(within=0.01)

        may_end.set()
        assert worker.stop()
