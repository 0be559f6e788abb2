"""Connections and transactions: how a read begins, how a write commits.

SQLite has one writer. Write units of one process take turns on one connection, each inside a savepoint, and
whoever finds nobody waiting commits for all since the last commit: one flush to disk serves a whole crowd
(*group commit*). A unit returns only after the commit that holds its rows. PostgreSQL does the same by itself.
"""

import threading
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Any, Final, Protocol

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError as DatabaseError

from tertulia.store import dialect

LARGEST_GROUP: Final = 64
"""Units that share one commit at most: bounds how long the first of them waits."""


class Database(Protocol):
    """What a Unit asks of a database."""

    engine: Engine

    def read(self) -> AbstractContextManager[Connection]:
        """Open a consistent view that changes nothing."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction; leaving it returns after the commit, an exception undoes it."""
        ...

    def close(self) -> None:
        """Let go of all connections."""
        ...


def connect(url: str, *, threads: int = 16, statement_seconds: float = 10.0) -> Database:
    """Open the database at a `sqlite:///…` or `postgresql://…` URL."""
    if make_url(url).get_backend_name() == "sqlite":
        return SqliteDatabase(url, threads=threads, statement_seconds=statement_seconds)
    return PostgresDatabase(url, threads=threads, statement_seconds=statement_seconds)


def file_of(url: str) -> Path | None:
    """Give the file of a SQLite database; None for others."""
    address = make_url(url)
    if address.get_backend_name() != "sqlite" or not address.database:
        return None
    return Path(address.database)


class PostgresDatabase:
    """A pool of connections; every Unit is one transaction of its own."""

    def __init__(self, url: str, *, threads: int, statement_seconds: float) -> None:
        milliseconds = int(statement_seconds * 1000)
        self.engine = create_engine(
            make_url(url).set(drivername="postgresql+psycopg"),
            pool_size=threads,
            max_overflow=2,
            pool_pre_ping=True,
            # Errors are logged, and parameters hold people's words.
            hide_parameters=True,
            connect_args={
                "options": f"-c statement_timeout={milliseconds} -c lock_timeout={milliseconds} -c timezone=UTC"
            },
        )

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            yield connection.execution_options(postgresql_readonly=True, isolation_level="REPEATABLE READ")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self.engine.begin() as connection:
            yield connection

    def close(self) -> None:
        self.engine.dispose()


class _Group:
    """The units that will share one commit."""

    __slots__ = ("done", "failure", "members")

    def __init__(self) -> None:
        self.members = 0
        self.done = threading.Event()
        self.failure: BaseException | None = None


class SqliteDatabase:
    """One SQLite file in WAL mode: many readers, one writing connection whose commits are shared."""

    def __init__(self, url: str, *, threads: int, statement_seconds: float) -> None:
        self.engine = create_engine(
            url,
            isolation_level="AUTOCOMMIT",
            # Errors are logged, and parameters hold people's words.
            hide_parameters=True,
            pool_size=threads,
            max_overflow=2,
            connect_args={"check_same_thread": False, "timeout": 10.0, "cached_statements": 256},
        )
        event.listen(self.engine, "connect", dialect.prepare_sqlite)
        self._statement_seconds = statement_seconds
        self._turn = threading.Lock()
        self._waiting = 0
        self._waiting_lock = threading.Lock()
        self._connection: Connection | None = None
        self._group: _Group | None = None

    @contextmanager
    def read(self) -> Iterator[Connection]:
        with self.engine.connect() as connection:
            if not connection.info.get("reads_only"):
                # What a reading unit wrote would be lost without a word.
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.info["reads_only"] = True
            connection.exec_driver_sql("BEGIN")
            try:
                with self._limited(connection):
                    yield connection
            finally:
                connection.exec_driver_sql("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        with self._waiting_lock:
            self._waiting += 1
        with self._turn:
            with self._waiting_lock:
                self._waiting -= 1
            group, connection = self._join()
            try:
                with self._limited(connection):
                    yield connection
            except BaseException:
                self._undo(group, connection)
                raise
            else:
                connection.exec_driver_sql("RELEASE unit")
                group.members += 1
            finally:
                self._hand_over(group, connection)
        group.done.wait()
        if group.failure is not None:
            raise group.failure

    @property
    def waiting(self) -> int:
        """How many units wait for their turn to write."""
        with self._waiting_lock:
            return self._waiting

    def close(self) -> None:
        with self._turn:
            if self._connection is not None:
                self._connection.close()
                self._connection = None
        self.engine.dispose()

    def _join(self) -> tuple[_Group, Connection]:
        """Enter the open group, or begin one."""
        if self._connection is None:
            self._connection = self.engine.connect()
            self._connection.exec_driver_sql("PRAGMA query_only=OFF")
        if self._group is None:
            self._connection.exec_driver_sql("BEGIN IMMEDIATE")
            self._group = _Group()
        try:
            self._connection.exec_driver_sql("SAVEPOINT unit")
        except BaseException as failure:
            # Those who wait for this group's commit must learn that none will come.
            self._group.failure = failure
            self._hand_over(self._group, self._connection)
            raise
        return self._group, self._connection

    def _undo(self, group: _Group, connection: Connection) -> None:
        """Take back what one unit did and leave the others of its group as they are."""
        if _is_in_transaction(connection):
            connection.exec_driver_sql("ROLLBACK TO unit")
            connection.exec_driver_sql("RELEASE unit")
        else:
            # SQLite gave up the whole transaction (disk full, I/O error): the others are lost too.
            group.failure = ConnectionError("the database gave up a shared transaction")

    def _hand_over(self, group: _Group, connection: Connection) -> None:
        """Leave the transaction to the next in line, or end it for all."""
        with self._waiting_lock:
            somebody_waits = self._waiting > 0
        if somebody_waits and group.members < LARGEST_GROUP and group.failure is None:
            return
        self._group = None
        try:
            if group.failure is None:
                connection.exec_driver_sql("COMMIT")
            elif _is_in_transaction(connection):
                connection.exec_driver_sql("ROLLBACK")
        except BaseException as failure:
            group.failure = failure
            if _is_in_transaction(connection):
                connection.exec_driver_sql("ROLLBACK")
            raise
        finally:
            group.done.set()

    @contextmanager
    def _limited(self, connection: Connection) -> Iterator[None]:
        """Interrupt statements that run beyond the time limit of a Unit."""
        driver: Any = connection.connection.dbapi_connection
        deadline = time.monotonic() + self._statement_seconds
        driver.set_progress_handler(lambda: time.monotonic() > deadline, 200_000)
        try:
            yield
        finally:
            driver.set_progress_handler(None, 0)


def _is_in_transaction(connection: Connection) -> bool:
    driver: Any = connection.connection.dbapi_connection
    return bool(driver.in_transaction)


__all__ = ["LARGEST_GROUP", "Database", "DatabaseError", "PostgresDatabase", "SqliteDatabase", "connect"]
