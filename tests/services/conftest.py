"""What tests of use cases begin with."""

from collections.abc import Iterator

import pytest

from tertulia.testing.builders import Make, opened


@pytest.fixture
def empty(database: str) -> Iterator[Make]:
    """A database without a site."""
    with opened(database) as make:
        yield make


@pytest.fixture
def make(empty: Make) -> Make:
    """Makes things on one site with the default policy."""
    empty.site()
    return empty


@pytest.fixture
def sqlite_make(sqlite_database: str) -> Iterator[Make]:
    """For tables of what is pure: no database makes a difference to them."""
    with opened(sqlite_database) as make:
        make.site()
        yield make
