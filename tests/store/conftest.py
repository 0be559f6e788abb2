"""What tests of the store begin with."""

from collections.abc import Iterator

import pytest

from tertulia.store import engine


@pytest.fixture
def db(database: str) -> Iterator[engine.Database]:
    """An open, migrated database."""
    opened = engine.connect(database, threads=4)
    yield opened
    opened.close()


@pytest.fixture
def sqlite(sqlite_database: str) -> Iterator[engine.SqliteDatabase]:
    database = engine.SqliteDatabase(sqlite_database, threads=8, statement_seconds=10)
    yield database
    database.close()
