"""What others write: it is announced, and nothing moves until the reader says so."""

from typing import Any

from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press

PLACES = """() => {
  const section = document.querySelector("tertulia-discussion").shadowRoot.querySelector("section");
  const at = (article) => [article.id, Math.round(article.getBoundingClientRect().top)];
  return { scrolled: Math.round(scrollY), comments: [...section.querySelectorAll("article")].map(at) };
}"""


STORIES = dict.fromkeys(("live-new", "live-reply", "live-edit", "live-plain"), discussions.long())


def test_news_is_announced_and_nothing_moves(house: House, reader: Reader) -> None:
    reading, writing = reader(), reader()
    looking.listening(reading, house.story("live-new"))
    comment(reading, "Top comment number 20.").scroll_into_view_if_needed()
    before: dict[str, Any] = reading.evaluate(PLACES)

    _post(writing, house, "live-new", "Something new.")

    fresh = reading.get_by_role("button", name="1 new comment")
    expect(fresh).to_be_in_viewport()
    assert reading.evaluate(PLACES) == before
    looking.picture(reading, "live-button")


def test_pressing_brings_the_new_comments_and_the_focus(house: House, reader: Reader) -> None:
    reading, writing = reader(), reader()
    looking.listening(reading, house.story("live-new"))
    _post(writing, house, "live-new", "First of two.")
    _post(writing, house, "live-new", "Second of two.")
    fresh = reading.get_by_role("button", name="2 new comments")

    fresh.click()

    expect(comment(reading, "Second of two.")).to_be_focused()
    expect(comment(reading, "First of two.")).to_have_class("tt-comment tt-unseen")
    expect(reading.locator(".tt-fresh")).to_have_count(0)
    looking.picture(reading, "live-pressed")


def test_a_reply_is_put_where_it_belongs(house: House, reader: Reader) -> None:
    reading, writing = reader(), reader()
    looking.listening(reading, house.story("live-reply"))
    writing.goto(house.story("live-reply"))
    looking.ready(writing)
    press(comment(writing, "Top comment number 25."), "reply")
    looking.write(writing, "I doubt it.")

    reading.get_by_role("button", name="1 new comment").click()

    reply = comment(reading, "I doubt it.")
    expect(reply).to_be_focused()
    parent = reading.locator("li.tt-item", has=comment(reading, "Top comment number 25.")).last
    expect(parent.locator(".tt-replies .tt-body")).to_have_text("I doubt it.")


def test_an_edited_comment_changes_in_its_place(house: House, reader: Reader) -> None:
    writing, reading = reader(), reader()
    _post(writing, house, "live-edit", "Fourty minutes.")
    looking.listening(reading, house.story("live-edit"))
    expect(comment(reading, "Fourty minutes.")).to_be_visible()
    before: dict[str, Any] = reading.evaluate(PLACES)

    press(comment(writing, "Fourty minutes."), "edit")
    looking.write(writing, "Forty minutes.")

    expect(comment(reading, "Forty minutes.").locator(".tt-edited")).to_be_visible()
    assert reading.evaluate(PLACES) == before


def test_news_comes_to_our_own_page_too(house: House, reader: Reader) -> None:
    reading, writing = reader(), reader()
    looking.listening(reading, house.discussion("live-plain"))

    _post(writing, house, "live-plain", "From another page.")
    reading.get_by_role("button", name="1 new comment").click()

    expect(comment(reading, "From another page.")).to_be_focused()


def _post(page: Page, house: House, path: str, body: str) -> None:
    if not page.url.startswith(house.host):
        page.goto(house.story(path))
        looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, body)
    expect(comment(page, body)).to_be_focused()
