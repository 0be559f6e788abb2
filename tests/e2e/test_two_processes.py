"""The larger shape: two web processes on PostgreSQL, joined by Valkey."""

import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press


@pytest.fixture
def two(postgresql_database: str, valkey_url: str, tmp_path: Path) -> Iterator[tuple[House, ...]]:
    with houses.opened(postgresql_database, tmp_path, processes=2, valkey=valkey_url) as opened:
        discussions.load(opened[0], {"shared": discussions.small()})
        yield opened


def test_a_comment_posted_to_one_comes_live_to_a_reader_of_the_other(
    two: tuple[House, ...], reader: Reader
) -> None:
    first, second = two
    story = first.story("shared")
    reading, writing = reader(), reader()
    page_of = {house: _own_page(house, story) for house in two}
    # Both keep the page from now on.
    before = {house: _main(page_of[house], house) for house in two}
    assert before[first] == before[second]
    looking.listening(reading, page_of[second])

    writing.goto(story)
    looking.ready(writing)
    press(writing.locator(".tt-head"), "write")
    looking.write(writing, "Heard on both sides.")
    expect(comment(writing, "Heard on both sides.")).to_be_focused()
    reading.get_by_role("button", name="1 new comment").click()

    expect(comment(reading, "Heard on both sides.")).to_be_focused()
    after = {house: _main(page_of[house], house) for house in two}
    assert "Heard on both sides." in after[first]
    assert after[first] == after[second]


def _own_page(house: House, story: str) -> str:
    with urllib.request.urlopen(f"{house.base}/gazette/discussion-page?url={story}") as answer:
        address: str = answer.url
    return address


def _main(address: str, house: House) -> str:
    """Read the page as it is kept; the two differ in their own addresses only."""
    with urllib.request.urlopen(address) as answer:
        text: str = answer.read().decode()
    return text.replace(house.base, "").partition("<main>")[2]
