"""Rows that tests of transactions write, and how they look at what became of them."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, insert, select

from tertulia.store import engine
from tertulia.store.schema import lease

MOMENT = datetime(2026, 3, 14, tzinfo=UTC)

Work = Callable[[Connection], None]


class Sunk(Exception):
    """A unit that changed its mind."""


def write(connection: Connection, name: str) -> None:
    connection.execute(insert(lease).values(name=name, holder="test", until=MOMENT))


def names(database: engine.Database) -> set[str]:
    with database.read() as connection:
        return set(connection.execute(select(lease.c.name)).scalars())


def in_one_batch(database: engine.Database, *works: Work) -> list[BaseException | None]:
    """Let units share a commit; give how each ended, all of them with what made the commit fail."""
    return _in_one(database.batch(), database, *works)


def in_hope(database: engine.Database, *works: Work) -> list[BaseException | None]:
    """Do the same in a hopeful batch; raise `Spoiled`."""
    return _in_one(database.hopeful_batch(), database, *works)


def _in_one(
    batch: AbstractContextManager[None], database: engine.Database, *works: Work
) -> list[BaseException | None]:
    ended: list[BaseException | None] = []
    try:
        with batch:
            ended.extend(ending(database, work) for work in works)
    except Exception as failure:  # noqa: BLE001 - it is what the test asks for
        return [failure for _ in works]
    return ended


def ending(database: engine.Database, work: Work) -> BaseException | None:
    try:
        with database.write() as connection:
            work(connection)
    except Exception as failure:  # noqa: BLE001 - as above
        return failure
    return None


def counting_commits(database: engine.SqliteDatabase) -> list[str]:
    """Note every commit of the writing connection from now on."""
    return counting(database, "COMMIT")


def counting(database: engine.SqliteDatabase, begin: str) -> list[str]:
    """Note every statement of the writing connection that begins so, from now on."""
    noted: list[str] = []
    with database.write() as connection:
        driver: Any = connection.connection.dbapi_connection
    driver.set_trace_callback(lambda sql: noted.append(sql) if sql.startswith(begin) else None)
    return noted


def owe(connection: Connection) -> None:
    """Write what makes the commit fail."""
    connection.exec_driver_sql("PRAGMA defer_foreign_keys = ON")
    connection.exec_driver_sql(
        "INSERT INTO policy (site_id, version, choices, made_by, made_at) VALUES (9, 1, '{}', '', 0)"
    )
