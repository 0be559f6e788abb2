"""SQLite: one writing connection that threads use in turn, many that read, and batches that share a commit.

What one thread writes within a *batch* shares a commit: one flush to disk serves a whole crowd (*group commit*).
PostgreSQL does the same by itself. A unit that fails takes back what it did, by a savepoint, or, in a *hopeful* batch,
the whole batch, which is then done again with savepoints (ADR 0012).
"""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection, create_engine, event

from tertulia.store import dialect
from tertulia.store.prepared import run


class Spoiled(BaseException):
    """A unit of a hopeful batch failed after it had changed something, so that nothing of the batch is kept.

    No `Exception`: who catches those would take it for an answer to what was asked.
    """


class _Batch(threading.local):
    """What one thread has under way: a transaction of one unit or of many, and whom to tell after its commit."""

    is_open = False
    is_shared = False
    is_hopeful = False
    connection: Connection | None = None
    failure: BaseException | None = None

    def __init__(self) -> None:
        self.callbacks: list[Callable[[], None]] = []


class SqliteDatabase:
    """One SQLite file in WAL mode: many readers, one writing connection that threads use in turn."""

    has_one_writer = True

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
        self._writing: Connection | None = None
        self._batch = _Batch()

    @contextmanager
    def read(self) -> Iterator[Connection]:
        if self._batch.is_shared and self._batch.connection is not None:
            # Who wrote in this batch sees it, though nobody else does yet.
            yield self._batch.connection
            return
        with self.engine.connect() as connection:
            if not connection.info.get("reads_only"):
                # What a reading unit wrote would be lost without a word.
                connection.exec_driver_sql("PRAGMA query_only=ON")
                connection.info["reads_only"] = True
            driver = _driver(connection)
            driver.execute("BEGIN")
            self._limit(driver)
            try:
                yield connection
            finally:
                driver.set_progress_handler(None, 0)
                driver.execute("ROLLBACK")

    @contextmanager
    def write(self) -> Iterator[Connection]:
        if not self._batch.is_open:
            with self._transaction(), self.write() as connection:
                yield connection
            return
        connection = self._join()
        driver, has_savepoint = _driver(connection), not self._batch.is_hopeful
        changes = driver.total_changes
        if has_savepoint:
            driver.execute("SAVEPOINT unit")
        self._limit(driver)
        try:
            yield connection
            if has_savepoint:
                driver.execute("RELEASE unit")
        except BaseException:
            self._undo(driver, has_changed=driver.total_changes != changes)
            raise
        finally:
            driver.set_progress_handler(None, 0)

    @contextmanager
    def batch(self) -> Iterator[None]:
        self._batch.is_shared = True
        try:
            with self._transaction():
                yield
        finally:
            self._batch.is_shared = False

    @contextmanager
    def hopeful_batch(self) -> Iterator[None]:
        self._batch.is_hopeful = True
        try:
            with self.batch():
                yield
        finally:
            self._batch.is_hopeful = False

    def after_commit(self, callback: Callable[[], None]) -> None:
        if self._batch.is_open:
            self._batch.callbacks.append(callback)
        else:
            callback()

    def close(self) -> None:
        with self._turn:
            if self._writing is not None:
                self._writing.close()
                self._writing = None
        self.engine.dispose()

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        """Let the units of this thread share one transaction, which begins with the first of them."""
        batch = self._batch
        batch.is_open = True
        try:
            yield
        except BaseException as failure:
            batch.failure = failure
            raise
        finally:
            batch.is_open = False
            callbacks, batch.callbacks = batch.callbacks, []
            self._end()
        for callback in callbacks:
            callback()

    def _join(self) -> Connection:
        """Take the turn and begin, once in a batch; raise what made an earlier unit's transaction end."""
        batch = self._batch
        if batch.failure is not None:
            raise batch.failure
        if batch.connection is None:
            self._turn.acquire()
            try:
                connection = self._writing or self._connect_to_write()
                run(connection, "BEGIN IMMEDIATE")
            except BaseException:
                self._turn.release()
                raise
            self._writing = batch.connection = connection
        return batch.connection

    def _connect_to_write(self) -> Connection:
        connection = self.engine.connect()
        connection.exec_driver_sql("PRAGMA query_only=OFF")
        return connection

    def _undo(self, driver: Any, *, has_changed: bool) -> None:
        """Take back what one unit did and leave the others of its batch alone; raise `Spoiled` where that cannot be.

        A statement that failed was undone by SQLite, so a unit that failed by its first change did nothing.
        """
        if not driver.in_transaction:
            # SQLite gave up the whole transaction (disk full, I/O error): the others are lost too.
            self._batch.failure = ConnectionError("the database gave up a shared transaction")
        elif not self._batch.is_hopeful:
            driver.execute("ROLLBACK TO unit")
            driver.execute("RELEASE unit")
        elif has_changed:
            raise Spoiled

    def _end(self) -> None:
        """Commit what the batch wrote, or say that it is lost."""
        batch = self._batch
        connection, failure = batch.connection, batch.failure
        batch.connection = batch.failure = None
        if connection is None:
            return
        driver = _driver(connection)
        try:
            if failure is None:
                run(connection, "COMMIT")
        finally:
            if driver.in_transaction:
                driver.execute("ROLLBACK")
            self._turn.release()
        if failure is not None:
            raise failure

    def _limit(self, driver: Any) -> None:
        """Let statements be interrupted that run beyond the time limit of a Unit."""
        deadline = time.monotonic() + self._statement_seconds
        driver.set_progress_handler(lambda: time.monotonic() > deadline, 200_000)


def _driver(connection: Connection) -> Any:
    """Give the driver's own connection: for statements without parameters, a tenth of the way."""
    return connection.connection.dbapi_connection
