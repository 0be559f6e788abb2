"""Periodic work: once in a slot, whoever looks first."""

from datetime import timedelta

from tertulia.services import sites
from tertulia.services.unit import Units
from tertulia.worker.schedule import PERIODICS, Periodic, Schedule
from tertulia.worker.tasks import TASKS
from tests.worker.house import Clock, founded, in_threads, opened, rows

HOURLY = Periodic(task="sweep", every=timedelta(hours=1))
DAILY = Periodic(task="look", every=timedelta(days=1), is_per_site=True)


def tasks(units: Units) -> list[str]:
    return [row.task for row in rows(units, "SELECT task FROM job ORDER BY task")]


def test_two_workers_insert_one_job_per_slot(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units, opened(database, clock=clock) as elsewhere:
        schedules = [Schedule(house, [HOURLY]) for house in [units, elsewhere] * 3]
        inserted: list[int] = []

        in_threads([lambda each=each: inserted.append(each.insert_due()) for each in schedules])

        assert sum(inserted) == 1
        assert tasks(units) == ["sweep"]


def test_next_slot_brings_the_next_job(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        schedule = Schedule(units, [HOURLY])

        assert [schedule.insert_due(), schedule.insert_due()] == [1, 0]
        clock.turn(timedelta(hours=1))
        assert [schedule.insert_due(), schedule.insert_due()] == [1, 0]


def test_some_work_is_for_each_site_and_some_for_all(database: str) -> None:
    with founded(database) as units:
        sites.add(units, "tribune", name="The Tribune", origins=["https://tribune.example"])

        Schedule(units, [HOURLY, DAILY]).insert_due()

        assert tasks(units) == ["look", "look", "sweep"]


def test_site_added_later_gets_its_work_in_the_next_slot(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        schedule = Schedule(units, [DAILY])
        schedule.insert_due()
        sites.add(units, "tribune", name="The Tribune", origins=["https://tribune.example"])
        clock.turn(timedelta(days=1))

        assert schedule.insert_due() == 2


def test_new_edition_does_not_wait_for_the_next_slot(database: str) -> None:
    with founded(database) as units:
        old = Periodic(task="render_again", every=timedelta(days=1), edition=1)
        new = Periodic(task="render_again", every=timedelta(days=1), edition=2)
        Schedule(units, [old]).insert_due()

        assert Schedule(units, [new]).insert_due() == 1


def test_house_without_a_site_has_no_work(database: str) -> None:
    with opened(database) as units:
        schedule = Schedule(units, [HOURLY])
        assert schedule.insert_due() == 0

        sites.add(units, "tribune", name="The Tribune", origins=["https://tribune.example"])

        assert schedule.insert_due() == 1


def test_every_periodic_task_is_known() -> None:
    assert {each.task for each in PERIODICS} <= set(TASKS)
