from collections.abc import Iterator

import pytest

from tests.web.api import house
from tests.web.api.house import House


@pytest.fixture
def api(database: str) -> Iterator[House]:
    with house.opened(database) as opened:
        yield opened
