"""Transactions: what shares a commit, what a failure takes with it, who sees what and when."""

import os
import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from sqlalchemy import Connection, func, insert, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from tertulia.store import engine
from tertulia.store.schema import lease

MOMENT = datetime(2026, 3, 14, tzinfo=UTC)
ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000000)"
UNITS = 320
WRITERS = 16

Work = Callable[[Connection], None]


class Sunk(Exception):
    """A unit that changed its mind."""


def write(connection: Connection, name: str) -> None:
    connection.execute(insert(lease).values(name=name, holder="test", until=MOMENT))


def names(database: engine.Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(lease.c.name)).scalars())


def wait_until(condition: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited for {what}")
        os.sched_yield()


@pytest.fixture
def sqlite(sqlite_database: str) -> Iterator[engine.SqliteDatabase]:
    database = engine.SqliteDatabase(sqlite_database, threads=8, statement_seconds=10)
    yield database
    database.close()


def in_one_group(database: engine.SqliteDatabase, *works: Work) -> list[BaseException | None]:
    """Let units share a commit: the first keeps its turn until the others wait. Give how each ended."""
    first_is_in = threading.Event()

    def begin(work: Work) -> None:
        with database.write() as connection:
            work(connection)
            first_is_in.set()
            wait_until(lambda: database.waiting == len(works) - 1, "the others to wait for their turn")

    def follow(work: Work) -> None:
        first_is_in.wait(20)
        with database.write() as connection:
            work(connection)

    with ThreadPoolExecutor(len(works)) as pool:
        futures: list[Future[None]] = [pool.submit(begin, works[0])]
        futures += [pool.submit(follow, work) for work in works[1:]]
    return [future.exception() for future in futures]


def counting_commits(database: engine.SqliteDatabase) -> list[str]:
    """Note every commit of the writing connection from now on."""
    commits: list[str] = []
    with database.write() as connection:
        driver = connection.connection.dbapi_connection
    driver.set_trace_callback(lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None)
    return commits


def crowd(database: engine.Database, unit: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(unit, number) for number in range(UNITS)]:
            future.result()


def test_a_crowd_of_writers_shares_commits(sqlite):
    commits = counting_commits(sqlite)

    def unit(number: int) -> None:
        with sqlite.write() as connection:
            write(connection, f"row {number}")

    crowd(sqlite, unit)

    assert names(sqlite) == {f"row {number}" for number in range(UNITS)}
    assert 0 < len(commits) < UNITS / 2


def test_units_that_wait_for_each_other_share_one_commit(sqlite):
    commits = counting_commits(sqlite)

    ended = in_one_group(sqlite, *[lambda db, name=name: write(db, name) for name in "abcdef"])

    assert ended == [None] * 6
    assert len(commits) == 1
    assert names(sqlite) == set("abcdef")


def test_in_a_crowd_each_failure_takes_only_itself(db):
    def unit(number: int) -> None:
        with pytest.raises(Sunk) if number % 3 == 0 else nothing(), db.write() as connection:
            write(connection, f"row {number}")
            if number % 3 == 0:
                raise Sunk

    crowd(db, unit)

    assert names(db) == {f"row {number}" for number in range(UNITS) if number % 3}


class nothing:  # noqa: N801 - read as a word, like the context managers of the standard library
    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


@pytest.mark.parametrize("sinking", [0, 1, 2])
def test_a_unit_that_fails_leaves_its_group_alone(sqlite, sinking):
    def work(number: int) -> Work:
        def run(connection: Connection) -> None:
            write(connection, f"row {number}")
            if number == sinking:
                write(connection, f"row {number}")

        return run

    if sinking == 0:
        # The first one must get as far as waiting, or there is no group.
        ended = in_one_group(sqlite, lambda _: None, work(0), work(1), work(2))[1:]
    else:
        ended = in_one_group(sqlite, work(0), work(1), work(2))

    assert isinstance(ended[sinking], IntegrityError)
    assert [ended[number] for number in range(3) if number != sinking] == [None, None]
    assert names(sqlite) == {f"row {number}" for number in range(3) if number != sinking}


def test_nobody_reads_what_is_not_committed(sqlite):
    seen: list[set[str]] = []

    def look(connection: Connection) -> None:
        write(connection, "second")
        seen.append(names(sqlite))

    ended = in_one_group(sqlite, lambda db: write(db, "first"), look)

    assert ended == [None, None]
    assert seen == [set()]
    assert names(sqlite) == {"first", "second"}


def test_a_unit_is_read_whole_and_only_after_it_ended(db):
    with db.write() as connection:
        write(connection, "a")
        before = names(db)

    assert before == set()
    assert names(db) == {"a"}


def test_a_reader_keeps_the_view_it_began_with(db):
    with db.read() as connection:
        before = connection.execute(select(func.count()).select_from(lease)).scalar_one()
        with db.write() as writing:
            write(writing, "a")
        after = connection.execute(select(func.count()).select_from(lease)).scalar_one()

    assert (before, after) == (0, 0)


def test_when_sqlite_gives_up_the_transaction_the_whole_group_is_told(sqlite):
    def fill(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: True, 1_000)
        connection.execute(text(f"{ENDLESS} INSERT INTO lease SELECT x, 'endless', 0 FROM n"))

    ended = in_one_group(sqlite, lambda db: write(db, "first"), fill)

    assert all(each is not None for each in ended)
    assert names(sqlite) == set()
    with sqlite.write() as connection:
        write(connection, "next")
    assert names(sqlite) == {"next"}


def test_when_the_commit_fails_nobody_is_told_of_success(sqlite):
    def owe(connection: Connection) -> None:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(
            "INSERT INTO policy (site_id, version, choices, made_by, made_at) VALUES (9, 1, '{}', '', 0)"
        )

    ended = in_one_group(sqlite, lambda db: write(db, "first"), owe)

    assert all(each is not None for each in ended)
    assert names(sqlite) == set()
    with sqlite.write() as connection:
        write(connection, "next")
    assert names(sqlite) == {"next"}


@pytest.mark.parametrize("way", ["read", "write"])
def test_a_runaway_statement_is_stopped(database, way):
    impatient = engine.connect(database, threads=2, statement_seconds=0.3)

    with pytest.raises((OperationalError, DBAPIError)), getattr(impatient, way)() as connection:
        connection.execute(text(f"{ENDLESS} SELECT count(*) FROM n"))

    with impatient.write() as connection:
        write(connection, "after")
    assert names(impatient) == {"after"}
    impatient.close()


def test_a_patient_unit_after_an_impatient_one_has_its_own_time(sqlite_database):
    impatient = engine.connect(sqlite_database, statement_seconds=0.3)
    with pytest.raises(OperationalError), impatient.read() as connection:
        connection.execute(text(f"{ENDLESS} SELECT count(*) FROM n"))

    with impatient.read() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    impatient.close()


def test_a_reading_unit_changes_nothing(db):
    with pytest.raises(DBAPIError), db.read() as connection:
        write(connection, "a")

    assert names(db) == set()
