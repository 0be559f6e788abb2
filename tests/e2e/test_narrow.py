"""Narrow screens and narrow columns: nothing is cut off, the indent stops early."""

import itertools

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.discussions import Written
from tests.e2e.house import House
from tests.e2e.looking import comment, composer, press

UNBROKEN = "https://www.example.org/" + "a" * 200


WIDE = [Written(body=UNBROKEN, by="N" * 60), Written(body=f"    {'x' * 300}")]
STORIES = {"narrow": [*discussions.deep(8), *WIDE]}


@pytest.fixture(params=[360, 280])
def width(request: pytest.FixtureRequest) -> int:
    value: int = request.param
    return value


def test_embed_fits(house: House, reader: Reader, width: int) -> None:
    page = reader(viewport={"width": 360, "height": 740})
    page.goto(house.story("narrow"))
    looking.ready(page)
    if width < 360:
        page.locator("tertulia-discussion").evaluate(f"(host) => (host.style.width = '{width}px')")

    press(comment(page, "Level 5 of the long exchange."), "reply")
    expect(composer(page).locator("textarea")).to_be_focused()

    assert not looking.is_wider_than_window(page)
    assert _sticking_out(page) == []
    looking.picture(page, f"narrow-{width}")
    looking.picture(page, f"narrow-{width}-full", full=True)


def test_own_page_fits_a_phone(house: House, reader: Reader) -> None:
    page = reader(viewport={"width": 360, "height": 740})
    page.goto(house.discussion("narrow"))
    looking.ready(page)

    assert not looking.is_wider_than_window(page)
    assert _sticking_out(page) == []
    looking.picture(page, "narrow-own-page")


@pytest.mark.parametrize(("width", "levels"), [(360, 3), (1000, 6)])
def test_indent_stops(house: House, reader: Reader, width: int, levels: int) -> None:
    page = reader(viewport={"width": width, "height": 900})
    page.goto(house.discussion("narrow"))
    looking.ready(page)

    lefts = [_left(page, f"Level {level} of the long exchange.") for level in range(7)]

    indented = sum(1 for before, after in itertools.pairwise(lefts) if after > before)
    assert indented == levels
    assert lefts == sorted(lefts)


def _left(page: Page, text: str) -> float:
    box = comment(page, text).bounding_box()
    assert box is not None
    return round(box["x"])


def _sticking_out(page: Page) -> list[str]:
    """Name what reaches over the edge of the discussion. What scrolls by itself may be wider inside."""
    found: list[str] = page.evaluate(
        """() => {
          const root = document.querySelector("tertulia-discussion")?.shadowRoot ?? document;
          const section = root.querySelector("section.tt-discussion");
          const edge = section.getBoundingClientRect();
          return [...section.querySelectorAll("*")]
            .filter((each) => each.checkVisibility() && !each.closest("pre > *"))
            .filter((each) => each.getBoundingClientRect().right > edge.right + 0.5)
            .map((each) => each.className || each.tagName);
        }"""
    )
    return found
