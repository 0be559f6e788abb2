"""Acting on an author: from the queue to their page, by keyboard and on a telephone; and what the author finds."""

import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.test_moderating import MANY_LINKS, _enter, _link, _write_held

STORIES = dict.fromkeys(("acting-silence", "acting-opinion"), discussions.small())
NARROW = {"viewport": {"width": 390, "height": 844}}


def test_an_author_is_silenced_reads_why_and_writes_again_when_it_is_lifted(
    house: House, reader: Reader
) -> None:
    writing, desk = reader(), reader()
    # On our own page, whose cookie is the guest's on all of them.
    writing.goto(house.discussion("acting-silence"))
    looking.ready(writing)
    looking.press(writing.locator(".tt-head"), "write")
    looking.write(writing, f"Nine insults in a row. {MANY_LINKS}")
    expect(looking.comment(writing, "Nine insults in a row.")).to_have_attribute("data-status", "held")
    _enter(desk, _link(house))
    item = desk.locator(".desk-item", has_text="Nine insults in a row.").first

    item.locator("a.tt-author").focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_role("heading", name="Act")).to_be_visible()
    _silence(desk)

    expect(desk.get_by_role("status")).to_contain_text("It is done")
    expect(desk.locator(".desk-restricted")).to_contain_text("Silence")
    looking.picture(desk, "desk-author", full=True)
    assert Axe().run(desk).response["violations"] == []

    _is_told(writing, house)
    desk.get_by_role("button", name="Lift").press("Enter")
    expect(desk.get_by_role("status")).to_have_text("It is lifted.")
    writing.goto(house.discussion("acting-silence"))
    looking.press(writing.locator(".tt-head"), "write")
    looking.write(writing, "Calm again.")
    expect(looking.comment(writing, "Calm again.")).to_be_visible()


def test_a_colleague_is_asked_on_a_telephone_in_the_dark(house: House, reader: Reader) -> None:
    writing, desk, other = reader(), reader(**NARROW, color_scheme="dark"), reader(**NARROW)
    _write_held(writing, house, "acting-opinion", "Is this one fair?")
    _enter(desk, _link(house))
    desk.locator(".desk-item", has_text="Is this one fair?").first.locator("a.tt-author").click()
    assert not looking.is_wider_than_window(desk)
    looking.picture(desk, "desk-author-narrow", full=True)
    desk.get_by_role("link", name="Ask a colleague, note something").first.click()
    desk.get_by_label("Question").fill("Would you let this stand?")
    desk.get_by_role("button", name="Ask").click()
    desk.get_by_role("textbox", name="Remark").fill("Wrote to us by mail.")
    desk.get_by_role("button", name="Note it").click()

    expect(desk.locator(".desk-words", has_text="Wrote to us by mail.")).to_be_visible()
    assert not looking.is_wider_than_window(desk)
    assert Axe().run(desk).response["violations"] == []
    looking.picture(desk, "desk-colleagues-narrow", full=True)

    _enter(other, _link(house, "Ben"))
    other.get_by_role("link", name="Opinions").click()
    asked = other.locator(".desk-item", has_text="Would you let this stand?")
    asked.get_by_label("I would publish it.").check()
    asked.get_by_label("Why").fill("It names nobody.")
    looking.picture(other, "desk-opinions-narrow", full=True)
    assert Axe().run(other).response["violations"] == []
    asked.get_by_role("button", name="Answer").click()
    expect(other.get_by_role("status")).to_contain_text("your answer stands")
    desk.reload()
    expect(desk.get_by_text("It names nobody.")).to_be_visible()


def _silence(desk: Page) -> None:
    form = desk.locator("section[aria-labelledby=desk-act]")
    form.get_by_label("Silence", exact=True).press("Space")
    form.get_by_label("Reason").select_option("abuse")
    form.get_by_label("Words to the author").fill("Please come back calmly.")
    form.get_by_label("Days").fill("3")
    form.get_by_role("button", name="Do this").press("Enter")


def _is_told(writing: Page, house: House) -> None:
    """In the embed as they try, and on the page without scripts before they do."""
    looking.press(writing.locator(".tt-head"), "write")
    looking.write(writing, "And another thing.")
    expect(writing.locator("form.tt-form .tt-state")).to_contain_text(
        re.compile("You cannot write here until .*insults or threats")
    )
    writing.goto(f"{house.base}/gazette/write?url={house.story('acting-silence')}")
    expect(writing.locator("#restricted")).to_contain_text("Please come back calmly.")
    expect(writing.locator("textarea")).to_have_count(0)
    looking.picture(writing, "restricted", full=True)
    assert Axe().run(writing).response["violations"] == []
