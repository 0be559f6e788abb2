"""The picture in the README. TERTULIA_PICTURES=docs/images makes the kept copy anew; else it goes to a build folder."""

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import looking
from tests.e2e.conftest import Reader
from tests.e2e.house import HOST_PAGE, House

PICTURES = "TERTULIA_PICTURES"
LARGEST = 300_000


def test_picture_of_a_discussion_below_its_story(house: House, reader: Reader, tmp_path: Path) -> None:
    page = reader(viewport={"width": 1200, "height": 1000}, color_scheme="light")
    demo = (HOST_PAGE.parent / "discussion.jsonl").read_text(encoding="utf-8")
    own = house.folder / "demo.jsonl"
    own.write_text(demo.replace("http://127.0.0.1:8081", house.host), encoding="utf-8")
    house.run("import", str(own), "--site", "gazette")

    page.goto(house.story("harbour-bridge"))
    looking.ready(page)
    expect(page.locator("article.tt-comment").first).to_be_visible()
    page.locator(".note").evaluate("(note) => scrollTo(0, note.getBoundingClientRect().top + scrollY - 260)")
    folder = Path(os.environ.get(PICTURES, str(tmp_path)))
    picture = folder / "discussion.png"
    page.screenshot(path=picture)

    assert 20_000 < picture.stat().st_size < LARGEST
