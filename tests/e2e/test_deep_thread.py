"""Thirty levels of answers: followed down, and back to where one was."""

from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment

STORIES = {"deep": discussions.deep(30)}


def test_continue_the_thread_to_its_end_and_back_step_by_step(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(house.story("deep"))
    looking.ready(page)
    onward = page.locator("a.tt-continue")
    onward.scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    looking.picture(page, "deep-levels")

    steps = 0
    while onward.count():
        level = page.locator("li.tt-item:has(> a.tt-continue) > article > .tt-body").inner_text()
        onward.click()
        steps += 1
        expect(page.locator(".tt-comments article").first).to_be_focused()
        expect(page.locator(".tt-ancestors")).to_be_visible()
        expect(page.locator(".tt-comments .tt-body").first).to_have_text(level)
        looking.ready(page)
    expect(comment(page, "Level 29 of the long exchange.")).to_be_visible()
    looking.picture(page, "deep-context")
    page.locator("[data-action=back]").click()

    expect(comment(page, "Level 0 of the long exchange.")).to_be_visible()
    assert steps >= 3
    page.wait_for_function(f"scrollY === {scrolled}")
    expect(onward).to_be_focused()


def test_the_browser_s_back_button_returns_to_the_same_place(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(house.story("deep"))
    looking.ready(page)
    page.locator("a.tt-continue").scroll_into_view_if_needed()
    scrolled = page.evaluate("scrollY")
    page.locator("a.tt-continue").click()
    expect(page.locator(".tt-ancestors")).to_be_visible()

    page.go_back()

    expect(page.locator(".tt-ancestors")).to_have_count(0)
    page.wait_for_function(f"scrollY === {scrolled}")


def test_who_answers_whom_is_said_on_every_level(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(house.story("deep"))
    looking.ready(page)
    page.locator("a.tt-continue").click()
    expect(page.locator(".tt-ancestors")).to_be_visible()

    replies = page.locator("article[data-depth]:not([data-depth='0'])")

    assert replies.count() > 6
    for reply in replies.all():
        expect(reply.locator(".tt-to")).to_be_visible()
    _follow_up(page)


def _follow_up(page: Page) -> None:
    """Press *to NAME*: it leads to the comment that is answered."""
    reply = comment(page, "Level 8 of the long exchange.")
    reply.locator("[data-action=parent]").click()
    expect(comment(page, "Level 7 of the long exchange.")).to_be_focused()
