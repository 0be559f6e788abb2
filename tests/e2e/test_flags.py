"""Flags and reports in a browser: by keyboard from the embed to the desk, without scripts, narrow and in Arabic."""

import re

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment
from tests.e2e.test_accessibility import STANDARDS
from tests.e2e.test_moderating import _enter, _link

STORIES = dict.fromkeys(("flag-embed", "flag-plain", "report"), discussions.small())
WORDS = "The ferry runs every forty minutes."


def flawless(page: Page) -> bool:
    """Whether axe-core finds nothing."""
    return Axe().run(page, options=STANDARDS).response["violations"] == []


def test_by_keyboard_a_reader_of_the_embed_flags_a_comment_in_a_window_of_its_own(
    house: House, reader: Reader
) -> None:
    page = reader()
    looking.listening(page, house.story("flag-embed"))
    comment(page, WORDS).locator("[data-action=flag]").focus()
    with page.expect_popup() as opened:
        page.keyboard.press("Enter")
    window = opened.value
    expect(window.get_by_role("heading", name="Flag a comment")).to_be_visible()
    assert flawless(window)

    window.get_by_role("radio", name="insults or threats").focus()
    window.keyboard.press("Space")
    window.keyboard.press("Tab")
    window.keyboard.type("It is rude.")
    window.keyboard.press("Tab")
    window.keyboard.press("Enter")

    expect(window.get_by_role("status")).to_contain_text("A moderator looks at it")
    assert flawless(window)
    expect(comment(page, WORDS)).to_be_visible()
    window.get_by_role("button", name="Take the flag back").press("Enter")
    expect(window.get_by_role("radio")).to_have_count(6)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_without_scripts_on_a_telephone_and_from_right_to_left(
    house: House, reader: Reader, scheme: str
) -> None:
    page = reader(java_script_enabled=False, color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.goto(house.discussion("flag-plain") + "&lang=ar")
    with page.expect_popup() as opened:
        comment(page, WORDS).locator("[data-action=flag]").click()
    window = opened.value
    looking.picture(window, f"flag-ar-{scheme}", full=True)
    window.locator("[value=spam]").check()
    window.locator("button.tt-first").click()

    expect(window.get_by_role("status")).to_contain_text("سينظر فيه أحد المشرفين")
    assert window.evaluate("document.documentElement.scrollWidth") <= 390


def test_a_stranger_reports_and_a_moderator_answers(house: House, reader: Reader) -> None:
    page, desk = reader(), reader(viewport={"width": 390, "height": 800})
    looking.listening(page, house.story("report"))
    form = report(page)
    case = re.search(r"\d{4}-\d+", form.get_by_role("heading", level=1).inner_text())
    assert case

    _enter(desk, _link(house))
    desk.get_by_role("link", name="Reports", exact=True).click()
    item = desk.locator(".desk-item", has_text=f"{case[0]}:")
    item.get_by_role("button", name="Take").press("Enter")
    expect(item.get_by_role("button", name="Release")).to_be_visible()
    item.locator("summary").press("Enter")
    item.get_by_role("radio", name="Remove as illegal").check()
    item.get_by_label("Answer to the one who reported").fill("Thank you.")
    looking.picture(desk, "desk-reports", full=True)
    assert flawless(desk)
    item.get_by_role("button", name="Decide").press("Enter")

    expect(desk.get_by_role("status")).to_contain_text("is decided")
    expect(page.locator(".tt-tombstone")).to_contain_text("unlawful content")
    form.reload()
    expect(form.get_by_role("main")).to_contain_text("removed as illegal")
    looking.picture(form, "report-standing", full=True)


def report(page: Page) -> Page:
    """Report a comment of the page from its flag page, as somebody without an account; give the window."""
    with page.expect_popup() as opened:
        comment(page, WORDS).locator("[data-action=flag]").click()
    form = opened.value
    form.get_by_role("main").get_by_role("link", name="Report illegal content").click()
    form.get_by_label("What kind of illegal content").select_option("speech")
    form.get_by_label("Why is it illegal?").fill("It calls for violence against ferries.")
    form.get_by_label("Your name").fill("Ann Rees")
    form.get_by_label("Your e-mail address").fill("ann@example.org")
    looking.picture(form, "report", full=True)
    assert flawless(form)
    form.get_by_label("I believe in good faith").check()
    form.get_by_role("button", name="Send the report").click()
    expect(form.get_by_role("status")).to_contain_text("Your report was received")
    assert flawless(form)
    return form
