from collections.abc import Iterator

import pytest

from tests.web import browsing
from tests.web.browsing import Web


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database) as opened:
        yield opened


@pytest.fixture
def sqlite_web(sqlite_database: str) -> Iterator[Web]:
    """For what no database makes a difference to: bytes, headers, caches."""
    with browsing.opened(sqlite_database) as opened:
        yield opened
