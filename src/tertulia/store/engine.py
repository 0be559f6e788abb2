"""Connections and transactions: how a read begins, how a write commits. SQLite's way stands in `sqlite.py`."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from typing import Protocol

from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.engine import make_url
from sqlalchemy.exc import SQLAlchemyError as DatabaseError

from tertulia.store.sqlite import Spoiled, SqliteDatabase


class Database(Protocol):
    """What a Unit asks of a database."""

    engine: Engine
    has_one_writer: bool
    """Whether units that write can only go one after the other, so that they had better share a batch."""

    def read(self) -> AbstractContextManager[Connection]:
        """Open a consistent view that changes nothing."""
        ...

    def write(self) -> AbstractContextManager[Connection]:
        """Open a transaction; leaving it returns after the commit, an exception undoes it.

        Within a batch the commit comes with the batch's end.
        """
        ...

    def batch(self) -> AbstractContextManager[None]:
        """Let all that this thread writes inside share one commit where there is one writer.

        Leaving it returns after the commit, or raises when nothing of it was kept.
        """
        ...

    def hopeful_batch(self) -> AbstractContextManager[None]:
        """Do as `batch` does, at less cost as long as no unit fails after it has changed something.

        Where one does, raise `Spoiled` at once: nothing is kept, nobody is called back, and all is to be done again.
        """
        ...

    def after_commit(self, callback: Callable[[], None]) -> None:
        """Call back once what this thread wrote is committed: now, or at the end of its batch."""
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

    has_one_writer = False

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

    @contextmanager
    def batch(self) -> Iterator[None]:
        yield

    @contextmanager
    def hopeful_batch(self) -> Iterator[None]:
        yield

    def after_commit(self, callback: Callable[[], None]) -> None:
        callback()

    def close(self) -> None:
        self.engine.dispose()


__all__ = ["Database", "DatabaseError", "PostgresDatabase", "Spoiled", "SqliteDatabase", "connect"]
