"""Jobs: taken once, tried again, parked at last; one's failure is its own."""

import threading
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta

import pytest

from tertulia.domain.permissions import SYSTEM
from tertulia.services import jobs
from tertulia.services.jobs import End
from tertulia.services.unit import Units
from tertulia.worker.loop import RECLAIM_SECONDS, TASK_TIME, Runner
from tertulia.worker.tasks import Task, Work
from tests.worker.house import SITE, Clock, founded, in_threads, opened, rows


def defer(units: Units, task: str = "work", *, number: int = 0, key: str | None = None) -> bool:
    with units.write(SITE, SYSTEM) as unit:
        return jobs.defer(unit, task, {"number": number}, unique_key=key)


def runner(units: Units, **tasks: Task) -> Runner:
    return Runner(units, tasks=tasks)


def fail(work: Work) -> None:
    raise ConnectionError(f"the words of {work.job.task} stay out of the table")


def states(units: Units) -> Mapping[str, int]:
    return jobs.count_by_state(units)


def test_many_takers_and_every_job_runs_once(database: str) -> None:
    with founded(database) as units, opened(database) as elsewhere:
        for number in range(60):
            defer(units, number=number)
        runs: Counter[int] = Counter()
        lock = threading.Lock()

        def count(work: Work) -> None:
            with lock:
                runs[work.job.arguments["number"]] += 1

        def drain(house: Units) -> None:
            mine = runner(house, work=count)
            while mine.run_one() is not None or jobs.is_due(house):
                pass

        in_threads([lambda house=house: drain(house) for house in [units, elsewhere] * 4])

        assert runs == Counter(range(60))
        assert states(units) == {"finished": 60}


def test_unique_key_lets_one_job_in(database: str) -> None:
    with founded(database) as units:
        assert defer(units, key="once")
        assert not defer(units, key="once")

        assert states(units) == {"waiting": 1}


def test_unit_that_fails_defers_nothing(database: str) -> None:
    with founded(database) as units:

        def defer_and_break() -> None:
            with units.write(SITE, SYSTEM) as unit:
                jobs.defer(unit, "work", {})
                raise ConnectionError

        with pytest.raises(ConnectionError):
            defer_and_break()

        assert states(units) == {}


def test_failing_task_does_not_stop_the_next(database: str) -> None:
    with founded(database) as units:
        done: list[str] = []
        defer(units, "broken")
        defer(units, "sound")
        mine = runner(units, broken=fail, sound=lambda work: done.append(work.job.site))

        assert [mine.run_one(), mine.run_one(), mine.run_one()] == [End.RETRIED, End.FINISHED, None]

        assert done == [SITE]
        row = rows(units, "SELECT error, attempts FROM job WHERE task = 'broken'")[0]
        assert (row.error, row.attempts) == ("ConnectionError", 1)


def test_failed_job_waits_longer_each_time_and_is_parked(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        defer(units)
        mine = runner(units, work=fail)
        ends = [mine.run_one()]

        for attempt in range(1, jobs.MOST_ATTEMPTS):
            shortest = min(jobs.FIRST_PAUSE * 2 ** (attempt - 1), jobs.LONGEST_PAUSE) * 0.75
            clock.turn(shortest - timedelta(seconds=1))
            assert mine.run_one() is None
            clock.turn(shortest)
            ends.append(mine.run_one())

        assert ends == [End.RETRIED] * (jobs.MOST_ATTEMPTS - 1) + [End.PARKED]
        clock.turn(timedelta(days=2))
        assert mine.run_one() is None
        assert states(units) == {"parked": 1}


def test_pause_is_bounded() -> None:
    assert jobs.pause_after(1) <= jobs.FIRST_PAUSE * 1.25
    assert jobs.pause_after(1000) <= jobs.LONGEST_PAUSE * 1.25


def test_unknown_task_is_left_for_somebody_who_knows_it(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        defer(units, "newer")

        assert runner(units).run_one() is End.RETRIED

        clock.turn(timedelta(minutes=1))
        assert runner(units, newer=lambda _work: None).run_one() is End.FINISHED


def test_job_of_a_dead_taker_is_taken_again(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        defer(units)
        assert jobs.take(units, lasting=TASK_TIME) is not None
        assert jobs.take(units, lasting=TASK_TIME) is None

        clock.turn(TASK_TIME + timedelta(seconds=RECLAIM_SECONDS))

        again = jobs.take(units, lasting=TASK_TIME)
        assert again is not None
        assert again.attempts == 2


def test_taker_who_came_too_late_changes_nothing(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        defer(units)
        slow = jobs.take(units, lasting=TASK_TIME)
        clock.turn(TASK_TIME * 2)
        quick = jobs.take(units, lasting=TASK_TIME)
        assert slow is not None
        assert quick is not None

        jobs.fail(units, slow, error="TooLate")
        assert states(units) == {"taken": 1}

        jobs.finish(units, quick)
        assert states(units) == {"finished": 1}


def test_job_that_kills_its_takers_is_parked(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        defer(units)
        for _ in range(jobs.MOST_ATTEMPTS):
            assert jobs.take(units, lasting=TASK_TIME) is not None
            clock.turn(TASK_TIME * 2)
        ran: list[Work] = []

        assert runner(units, work=ran.append).run_one() is End.PARKED

        assert ran == []
        assert rows(units, "SELECT error FROM job")[0].error == "TakersDied"


def test_lease_has_one_holder_at_a_time(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        ours, theirs = (
            jobs.Lease(name="relay", holder=holder, lasts=timedelta(seconds=10)) for holder in "ab"
        )

        assert jobs.hold(units, ours)
        assert not jobs.hold(units, theirs)
        clock.turn(timedelta(seconds=8))
        assert jobs.hold(units, ours)
        clock.turn(timedelta(seconds=8))
        assert not jobs.hold(units, theirs)
        jobs.let_go(units, ours)
        assert jobs.hold(units, theirs)
        assert not jobs.hold(units, ours)
