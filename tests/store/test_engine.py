"""Transactions: what shares a commit, what a failure takes with it, who sees what and when."""

import contextlib
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Connection, func, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError, OperationalError

from tertulia.store import engine
from tertulia.store.schema import lease
from tests.store.rows import Sunk, Work, counting_commits, ending, in_one_batch, names, owe, write

ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000000)"
UNITS = 320
WRITERS = 16


def crowd(database: engine.Database, unit: Callable[[int], None]) -> None:
    with ThreadPoolExecutor(WRITERS) as pool:
        for future in [pool.submit(unit, number) for number in range(UNITS)]:
            future.result()


def test_units_of_one_batch_share_one_commit(sqlite):
    commits = counting_commits(sqlite)

    ended = in_one_batch(sqlite, *[lambda db, name=name: write(db, name) for name in "abcdef"])

    assert ended == [None] * 6
    assert len(commits) == 1
    assert names(sqlite) == set("abcdef")


def test_units_without_a_batch_have_a_commit_each(sqlite):
    commits = counting_commits(sqlite)

    for name in "abc":
        with sqlite.write() as connection:
            write(connection, name)

    assert len(commits) == 3


def test_a_batch_in_which_nothing_is_written_takes_nobodys_turn(sqlite):
    with sqlite.batch(), ThreadPoolExecutor(1) as pool:
        pool.submit(ending, sqlite, lambda db: write(db, "beside")).result(timeout=20)

    assert names(sqlite) == {"beside"}


def test_units_of_several_threads_and_batches_are_all_kept(sqlite):
    def unit(number: int) -> None:
        ended = in_one_batch(sqlite, *[lambda db, n=n: write(db, f"row {number}.{n}") for n in range(3)])
        assert ended == [None] * 3

    crowd(sqlite, unit)

    assert len(names(sqlite)) == UNITS * 3


def test_what_follows_a_commit_is_called_after_it_and_only_then(db):
    seen: list[set[str]] = []

    with db.batch():
        with db.write() as connection:
            write(connection, "a")
        db.after_commit(lambda: seen.append(names(db)))
    with contextlib.suppress(Sunk), db.batch():
        with db.write() as connection:
            write(connection, "b")
        if db.has_one_writer:
            db.after_commit(lambda: seen.append({"lost"}))
        raise Sunk

    assert seen == [{"a"}]
    assert names(db) == ({"a"} if db.has_one_writer else {"a", "b"})


def test_a_batch_reads_what_it_wrote(db):
    with db.batch():
        with db.write() as connection:
            write(connection, "a")
        inside = names(db)

    assert inside == {"a"}


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
def test_a_unit_that_fails_leaves_its_batch_alone(sqlite, sinking):
    def work(number: int) -> Work:
        def run(connection: Connection) -> None:
            write(connection, f"row {number}")
            if number == sinking:
                write(connection, f"row {number}")

        return run

    ended = in_one_batch(sqlite, work(0), work(1), work(2))

    assert isinstance(ended[sinking], IntegrityError)
    assert [ended[number] for number in range(3) if number != sinking] == [None, None]
    assert names(sqlite) == {f"row {number}" for number in range(3) if number != sinking}


def test_nobody_reads_what_is_not_committed(sqlite):
    seen: list[set[str]] = []

    def look(connection: Connection) -> None:
        write(connection, "second")
        with ThreadPoolExecutor(1) as pool:
            seen.append(pool.submit(names, sqlite).result())

    ended = in_one_batch(sqlite, lambda db: write(db, "first"), look)

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


def test_when_sqlite_gives_up_the_transaction_the_whole_batch_is_told(sqlite):
    def fill(connection: Connection) -> None:
        driver = connection.connection.dbapi_connection
        driver.set_progress_handler(lambda: True, 1_000)
        connection.execute(text(f"{ENDLESS} INSERT INTO lease SELECT x, 'endless', 0 FROM n"))

    ended = in_one_batch(sqlite, lambda db: write(db, "first"), fill)

    assert all(each is not None for each in ended)
    assert names(sqlite) == set()
    with sqlite.write() as connection:
        write(connection, "next")
    assert names(sqlite) == {"next"}


def test_when_the_commit_fails_nobody_is_told_of_success(sqlite):
    ended = in_one_batch(sqlite, lambda db: write(db, "first"), owe)

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
