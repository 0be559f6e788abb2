"""The desk: in by a link, through the queue with plain forms, and readers see it at once."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press

MANY_LINKS = " ".join(f"https://www.example.org/{number}" for number in range(9))


STORIES = dict.fromkeys(("desk-publish", "desk-remove"), discussions.small())


def test_a_link_signs_in_once(house: House, reader: Reader) -> None:
    link = _link(house)
    desk, late = reader(), reader()

    _enter(desk, link)

    expect(desk.get_by_role("heading", name="Moderation desk")).to_be_visible()
    expect(desk.get_by_role("button", name="Sign out")).to_be_visible()
    _enter(late, link)
    expect(late.locator("main")).to_contain_text("not valid any more")


def test_a_held_comment_is_published_and_appears_live(house: House, reader: Reader) -> None:
    writing, reading, desk = reader(), reader(), reader(color_scheme="dark")
    _write_held(writing, house, "desk-publish", "Nine reasons.")
    looking.listening(reading, house.story("desk-publish"))
    _enter(desk, _link(house))

    waiting = desk.locator(".desk-item", has_text="Nine reasons.")
    looking.picture(desk, "desk", full=True)
    assert Axe().run(desk).response["violations"] == []
    waiting.get_by_role("button", name="Publish").click()

    expect(desk.get_by_role("status")).to_have_text("Published.")
    reading.get_by_role("button", name="1 new comment").click()
    expect(comment(reading, "Nine reasons.")).to_be_focused()
    expect(comment(writing, "Nine reasons.")).to_have_attribute("data-status", "visible")


def test_a_comment_is_removed_with_its_reason_and_that_is_undone(house: House, reader: Reader) -> None:
    writing, reading, desk = reader(), reader(), reader()
    _write_held(writing, house, "desk-remove", "Nine insults.")
    _enter(desk, _link(house))
    _decide(desk, "Nine insults.", "Publish")
    looking.listening(reading, house.story("desk-remove"))
    _undo(desk)
    waiting = desk.locator(".desk-item", has_text="Nine insults.").first

    waiting.locator("select").select_option("off-topic")
    waiting.get_by_role("button", name="Remove").click()
    expect(desk.get_by_role("status")).to_have_text("Removed.")

    expect(reading.locator(".tt-tombstone")).to_contain_text("not about the story")
    expect(comment(reading, "Nine insults.")).to_have_count(0)
    reading.locator(".tt-tombstone").scroll_into_view_if_needed()
    looking.picture(reading, "tombstone")
    _undo(desk)
    _decide(desk, "Nine insults.", "Publish")
    expect(comment(reading, "Nine insults.")).to_be_visible()


def _link(house: House, name: str = "Maren") -> str:
    found = re.search(r"https?://\S+", house.run("site", "link", "gazette", "--name", name))
    assert found
    return found[0]


def _enter(page: Page, link: str) -> None:
    page.goto(link)
    page.get_by_role("button", name="Sign in").click()


def _decide(desk: Page, text: str, decision: str) -> None:
    desk.locator(".desk-item", has_text=text).first.get_by_role("button", name=decision).click()
    expect(desk.get_by_role("heading", name="Moderation desk")).to_be_visible()


def _undo(desk: Page) -> None:
    desk.locator(".desk-done").get_by_role("button", name="Undo").click()
    expect(desk.get_by_role("status")).to_have_text("Taken back.")


def _write_held(page: Page, house: House, path: str, body: str) -> None:
    page.goto(house.story(path))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, f"{body} {MANY_LINKS}")
    expect(comment(page, body)).to_have_attribute("data-status", "held")
