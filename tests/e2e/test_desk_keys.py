"""The desk by keyboard alone: through the queue, with reasons, undo, ranges and help, and back out of the way."""

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.discussions import Written
from tests.e2e.house import House
from tests.e2e.test_moderating import _enter, _link

WORDS = [f"Waiting number {number}." for number in range(1, 9)]
STORIES = {
    "desk-keys": [*discussions.small(), *(Written(body=body, state="pending") for body in WORDS)],
}


def rows(desk: Page, text: str):
    """Find the comment that says so, while it is still to be decided."""
    return desk.locator(".desk-item:not(.desk-done)", has_text=text)


def test_a_queue_is_cleared_by_keys(house: House, reader: Reader) -> None:
    desk = reader()
    _come_in(desk, house)
    keys = desk.keyboard
    _step_to(desk, WORDS[0])

    keys.press("a")
    expect(desk.get_by_role("status")).to_have_text("Published.")
    expect(rows(desk, WORDS[1]).locator("article")).to_be_focused()
    keys.press("r")
    expect(desk.get_by_role("group", name="Reason")).to_be_visible()
    keys.press("3")
    expect(desk.get_by_role("status")).to_have_text("Removed.")
    expect(rows(desk, WORDS[2]).locator("article")).to_be_focused()
    keys.press("u")
    expect(desk.get_by_role("status")).to_have_text("Taken back.")
    expect(rows(desk, WORDS[1]).locator("article")).to_be_focused()
    keys.press("u")
    expect(rows(desk, WORDS[0]).locator("article")).to_be_focused()
    keys.press("t")
    expect(rows(desk, WORDS[0]).locator(".desk-holder")).to_contain_text("You have it.")
    keys.press("t")
    expect(rows(desk, WORDS[0]).locator(".desk-holder")).to_have_count(0)

    keys.press("x")
    for _ in range(3):
        keys.press("j")
    keys.press("Shift+X")
    expect(desk.locator(".desk-pick:checked")).to_have_count(4)
    keys.press("r")
    keys.press("7")
    expect(desk.get_by_role("status")).to_have_text("Done with 4 comments.")
    desk.get_by_role("button", name="Undo all of it").press("Enter")
    expect(rows(desk, WORDS[3])).to_be_visible()


def test_keys_are_listed_and_can_be_switched_off(house: House, reader: Reader) -> None:
    desk = reader()
    _come_in(desk, house)
    keys = desk.keyboard

    keys.press("?")
    expect(desk.get_by_role("dialog")).to_be_visible()
    assert Axe().run(desk).response["violations"] == []
    keys.press("j")
    desk.get_by_label("Use these keys in this browser").press("Space")
    keys.press("Escape")
    keys.press("j")
    expect(desk.locator(".desk-item article:focus")).to_have_count(0)

    desk.reload()
    keys.press("/")
    expect(desk.locator("details.desk-narrow")).not_to_have_attribute("open", "")
    desk.goto(f"{house.base}/gazette/desk/keys")
    expect(desk.locator("kbd").first).to_be_visible()


def test_keys_type_in_fields(house: House, reader: Reader) -> None:
    desk = reader()
    _come_in(desk, house)
    keys = desk.keyboard
    _step_to(desk, WORDS[5])

    keys.press("w")
    keys.type("harsh words")
    field = rows(desk, WORDS[5]).locator("textarea")

    expect(field).to_have_value("harsh words")
    expect(rows(desk, WORDS[5]).locator("button[value=publish]")).to_be_visible()
    keys.press("Shift+Tab")
    keys.press("/")
    expect(desk.locator("details.desk-narrow select").first).to_be_focused()


def test_a_colleagues_decision_is_told_where_one_stands(house: House, reader: Reader) -> None:
    desk, colleague = reader(), reader()
    _come_in(desk, house)
    _come_in(colleague, house)
    _step_to(desk, WORDS[6])
    _step_to(colleague, WORDS[6])
    colleague.keyboard.press("r")
    colleague.keyboard.press("1")
    expect(colleague.get_by_role("status")).to_have_text("Removed.")

    desk.keyboard.press("a")

    expect(desk.get_by_role("status")).to_contain_text("changed since you saw it")
    expect(rows(desk, WORDS[6]).locator(".desk-changed")).to_contain_text("Removed: insults or threats")
    expect(rows(desk, WORDS[7]).locator("article")).to_be_focused()
    looking.picture(desk, "desk-conflict")


def _come_in(page: Page, house: House) -> None:
    """Sign in, and wait until the keys work."""
    _enter(page, _link(house))
    expect(page.locator(".desk-queues")).to_be_visible()
    page.wait_for_load_state("networkidle")


def _step_to(desk: Page, text: str) -> None:
    """Go down by keys until the focus is on a comment."""
    for _ in range(60):
        desk.keyboard.press("j")
        if text in (desk.evaluate("document.activeElement.textContent") or ""):
            return
    raise AssertionError(f"no key leads to {text}")
