"""Pictures in the README and the manual. TERTULIA_PICTURES=docs/images makes the kept copies anew; else they go to a
build folder.
"""

import os
from pathlib import Path

from playwright.sync_api import expect

from tests.e2e import looking
from tests.e2e.conftest import Reader
from tests.e2e.discussions import Written
from tests.e2e.house import HOST_PAGE, House
from tests.e2e.test_moderating import _enter, _link

PICTURES = "TERTULIA_PICTURES"
LARGEST = 300_000


STORIES = {
    "ferry": [
        Written(body="Who ordered the inspection? The council *will not* say.", by="Ann Rees"),
        Written(body="Ask them on Thursday: the meeting is public.", by="Ben Adeyemi", to=1, state="pending"),
        Written(
            body="You are all fools, and so is whoever voted for this.", by="Emil Novak", state="pending"
        ),
        Written(body="Cheap tickets at https://tickets.example/ferry", by="Cléo Marchand", state="pending"),
    ]
}


def test_picture_of_the_desk(house: House, reader: Reader, tmp_path: Path) -> None:
    desk = reader(viewport={"width": 1200, "height": 1000}, color_scheme="light")
    _enter(desk, _link(house))
    expect(desk.locator(".desk-queues")).to_be_visible()
    desk.wait_for_load_state("networkidle")

    desk.keyboard.press("j")
    desk.keyboard.press("c")
    folder = Path(os.environ.get(PICTURES, str(tmp_path)))
    picture = folder / "desk.png"
    desk.screenshot(path=picture)

    assert 20_000 < picture.stat().st_size < LARGEST


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
