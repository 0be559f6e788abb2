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
