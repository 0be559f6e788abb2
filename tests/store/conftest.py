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
