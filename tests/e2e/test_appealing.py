"""Told, appealed, answered: a guest of an embed whose comment was removed, and two moderators."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press
from tests.e2e.test_moderating import _enter as enter

STORIES = dict.fromkeys(("appeal", "log", "told-ar", "told-de", "told-en"), discussions.small())


def test_a_guest_learns_why_appeals_by_keyboard_and_is_answered(house: House, reader: Reader) -> None:
    writing, maren = reader(), reader()
    otto = reader(color_scheme="dark", viewport={"width": 390, "height": 844})
    _write(writing, house, "appeal", "You all are fools.")
    enter(maren, _link(house, "Maren"))
    _remove(maren, house, "You all are fools.", words="It calls everybody fools.")

    told = _told(writing)
    _appeal(told, "It was a quotation.")

    maren.goto(f"{house.base}/gazette/desk/appeals")
    expect(maren.locator("main")).to_contain_text("1 appeal is against a decision of yours.")
    enter(otto, _link(house, "Otto"))
    otto.goto(f"{house.base}/gazette/desk/appeals")
    _look(otto, "appeals")
    otto.locator(".desk-list a").click()
    otto.get_by_role("button", name="Take").click()
    expect(otto.locator("main")).to_contain_text("You have this appeal.")
    _look(otto, "appeal-case")
    otto.get_by_label("Take it back").check()
    otto.get_by_label("Answer to the author").fill("You are right: it is a line of the play.")
    otto.get_by_role("button", name="Decide").click()
    expect(otto.get_by_role("status")).to_have_text("The appeal is decided, and its author is told.")

    told.reload()
    expect(told.locator(".tt-statement")).to_contain_text("it is a line of the play")
    looking.picture(told, "answered", full=True)
    writing.reload()
    looking.ready(writing)
    expect(comment(writing, "You all are fools.")).to_have_attribute("data-status", "visible")


def _told(writing: Page) -> Page:
    """Find what became of one's comment in its place, and open why."""
    writing.reload()
    looking.ready(writing)
    why = writing.get_by_role("link", name="Why, and what you can do")
    expect(writing.locator("article.tt-comment", has=why)).to_contain_text("Removed by a moderator: insults")
    why.scroll_into_view_if_needed()
    looking.picture(writing, "told-in-place")
    with writing.expect_popup() as opened:
        why.click()
    told = opened.value
    expect(told.locator(".tt-statement")).to_contain_text("It calls everybody fools.")
    expect(told.locator(".tt-statement")).to_contain_text("A person noticed it and decided.")
    _look(told, "told")
    return told


def _appeal(told: Page, words: str) -> None:
    told.get_by_label("Why do you not agree?").focus()
    told.keyboard.type(words)
    told.keyboard.press("Tab")
    told.keyboard.press("Enter")
    expect(told.get_by_role("status")).to_have_text("Your appeal is with the publication.")


def _look(page: Page, name: str) -> None:
    looking.picture(page, name, full=True)
    assert not looking.is_wider_than_window(page)
    assert Axe().run(page).response["violations"] == []


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("ar", "light", 390), ("de", "dark", 390), ("en", "light", 1280)]
)
def test_what_is_told_fits_every_window(
    house: House, reader: Reader, language: str, scheme: str, width: int
) -> None:
    page, desk = reader(color_scheme=scheme, viewport={"width": width, "height": 844}), reader()
    body = f"Told in {language}."
    page.goto(house.discussion(f"told-{language}"))
    press(page.locator(".tt-head"), "write")
    looking.write(page, body)
    standing = comment(page, body).locator("a.tt-time").get_attribute("href") or ""
    enter(desk, _link(house, "Maren"))
    _remove(desk, house, body, words="It is long, long, long. " * 12)

    page.goto(f"{standing.partition('#')[0].partition('?')[0]}/standing?lang={language}")

    expect(page.locator(".tt-statement form")).to_be_visible()
    _look(page, f"standing-{language}-{scheme}-{width}")


def test_everybody_reads_the_log_where_the_site_wants_it(house: House, reader: Reader) -> None:
    page, desk = reader(viewport={"width": 390, "height": 844}), reader(color_scheme="dark")
    _write(reader(), house, "log", "Buy it now, buy it here.")
    enter(desk, _link(house, "Maren"))
    _remove(desk, house, "Buy it now, buy it here.", reason="spam")
    house.run("site", "set", "gazette", "--policy", "log=public")

    page.goto(f"{house.base}/gazette/")
    page.get_by_role("link", name="What was decided here").click()

    expect(page.locator(".tt-log")).to_contain_text("Comment removed: advertising")
    page.get_by_label("Why").select_option("spam")
    page.get_by_role("button", name="Show").click()
    expect(page.locator(".tt-log li").first).to_contain_text("advertising")
    _look(page, "log")
    desk.goto(f"{house.base}/gazette/desk/log")
    _look(desk, "desk-log")


def test_the_trail_of_a_comment_can_be_read_and_scrolled(house: House, reader: Reader) -> None:
    desk = reader(viewport={"width": 390, "height": 844})
    _write(reader(), house, "log", "A word about the ferry.")
    enter(desk, _link(house, "Maren"))
    _remove(desk, house, "A word about the ferry.")

    desk.get_by_role("link", name="All that was done").click()

    expect(desk.locator(".desk-table")).to_contain_text("Comment removed")
    _look(desk, "trail")


def _link(house: House, name: str) -> str:
    found = re.search(r"https?://\S+", house.run("site", "link", "gazette", "--name", name))
    assert found
    return found[0]


def _write(page: Page, house: House, path: str, body: str) -> None:
    page.goto(house.story(path))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, body)
    expect(comment(page, body)).to_have_attribute("data-status", "visible")


def _remove(desk: Page, house: House, text: str, *, reason: str = "abuse", words: str = "") -> None:
    """Remove a comment on its own page at the desk, and stay there."""
    desk.goto(f"{house.base}/gazette/desk?queue=all")
    item = desk.locator(".desk-item", has_text=text).first
    place = item.get_attribute("data-item")
    desk.goto(f"{house.base}/gazette/desk/c/{place}")
    if words:
        desk.locator(".desk-more summary").click()
        desk.locator("[name=words]").fill(words)
    desk.locator("[name=reason]").first.select_option(reason)
    desk.get_by_role("button", name="Remove").click()
    expect(desk.get_by_role("status").first).to_contain_text("Removed.")
    desk.goto(f"{house.base}/gazette/desk/c/{place}")
