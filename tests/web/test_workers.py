"""Requests that write share commits: what each is told, and when."""

import asyncio
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
from sqlalchemy import insert, select

from tertulia.store import engine
from tertulia.store.schema import lease
from tertulia.web.workers import LARGEST_BATCH, WAITING_PER_THREAD, Busy, Workers

MOMENT = datetime(2026, 3, 14, tzinfo=UTC)
THREADS = 40


class Refused(Exception):
    """What a view raises."""


@pytest.fixture
def sqlite(sqlite_database: str) -> Iterator[engine.SqliteDatabase]:
    database = engine.SqliteDatabase(sqlite_database, threads=4, statement_seconds=10)
    yield database
    database.close()


def names(database: engine.Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(lease.c.name)).scalars())


def writing(database: engine.Database, name: str) -> str:
    with database.write() as connection:
        connection.execute(insert(lease).values(name=name, holder="test", until=MOMENT))
    return name


def refusing(database: engine.Database, name: str) -> str:
    with database.write() as connection:
        connection.execute(insert(lease).values(name=name, holder="test", until=MOMENT))
        raise Refused


def owing(database: engine.Database, name: str) -> str:
    """Write what makes the commit fail."""
    with database.write() as connection:
        connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
        connection.exec_driver_sql(
            "INSERT INTO policy (site_id, version, choices, made_by, made_at) VALUES (9, 1, '{}', '', 0)"
        )
    return name


def ask_at_once(workers: Workers, *asks: tuple[Callable[..., str], engine.Database, str]) -> list[Any]:
    """Ask for all before any thread can begin; give what each was told."""

    async def asking() -> list[Any]:
        return await asyncio.gather(*(workers.write(*ask) for ask in asks), return_exceptions=True)

    return asyncio.run(asking())


def counting_commits(database: engine.SqliteDatabase) -> list[str]:
    commits: list[str] = []
    with database.write() as connection:
        driver = connection.connection.dbapi_connection
    driver.set_trace_callback(lambda sql: commits.append(sql) if sql.startswith("COMMIT") else None)  # type: ignore[union-attr]
    return commits


def test_what_waits_shares_commits_and_everybody_is_told(sqlite):
    commits = counting_commits(sqlite)
    workers = Workers(THREADS, batch=sqlite.batch)
    wanted = [f"row {number}" for number in range(LARGEST_BATCH + 30)]

    told = ask_at_once(workers, *[(writing, sqlite, name) for name in wanted])

    assert told == wanted
    assert names(sqlite) == set(wanted)
    # The first may have begun before the second came.
    assert 2 <= len(commits) <= 3
    assert workers.inside == 0


def test_who_is_refused_takes_nobody_with_him(sqlite):
    told = ask_at_once(
        Workers(THREADS, batch=sqlite.batch),
        (writing, sqlite, "a"),
        (refusing, sqlite, "b"),
        (writing, sqlite, "c"),
    )

    assert [told[0], type(told[1]), told[2]] == ["a", Refused, "c"]
    assert names(sqlite) == {"a", "c"}


def test_a_commit_that_fails_is_told_to_all_who_shared_it_and_to_nobody_else(sqlite):
    workers = Workers(THREADS, batch=sqlite.batch)
    asks = [(writing, sqlite, f"row {number}") for number in range(5)]

    told = ask_at_once(workers, *asks, (owing, sqlite, "owing"))
    after = ask_at_once(workers, (writing, sqlite, "after"))

    kept = {each for each in told if isinstance(each, str)}
    assert isinstance(told[-1], engine.DatabaseError)
    assert names(sqlite) == kept | {"after"}
    assert after == ["after"]


def test_writers_beyond_what_may_wait_are_turned_away(sqlite):
    workers = Workers(1, batch=sqlite.batch)

    told = ask_at_once(workers, *[(writing, sqlite, f"row {number}") for number in range(20)])

    assert [type(each) for each in told].count(Busy) == 20 - 1 - WAITING_PER_THREAD
    assert len(names(sqlite)) == 1 + WAITING_PER_THREAD


def test_without_one_writer_each_has_a_thread_of_its_own(database):
    shared = engine.connect(database)

    told = ask_at_once(Workers(4), *[(writing, shared, name) for name in "abc"])

    assert told == ["a", "b", "c"]
    assert names(shared) == {"a", "b", "c"}
    shared.close()
