"""Everything on paper: the same discussion for people whose browser runs no script."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press

STORIES = {
    **dict.fromkeys(
        ("plain-read", "plain-host", "plain-write", "plain-edit", "plain-nudge"), discussions.long()
    ),
    "plain-deep": discussions.deep(),
}


@pytest.fixture
def plain(reader: Reader) -> Page:
    return reader(java_script_enabled=False)


def test_the_host_page_leads_to_the_discussion(house: House, plain: Page) -> None:
    plain.goto(house.story("plain-host"))

    plain.locator("tertulia-discussion a").click()

    expect(comment(plain, "Top comment number 30.")).to_be_visible()
    assert plain.url.startswith(house.base)


def test_first_comments_are_in_the_page_itself(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-read"))

    expect(plain.locator(".tt-count")).to_have_text("39 comments")
    expect(comment(plain, "Top comment number 30.")).to_be_visible()
    looking.picture(plain, "plain-page")


def test_sort_then_read_on_to_the_end(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-read"))

    plain.locator("a[data-sort=oldest]").click()
    expect(plain.locator("a[data-sort=oldest]")).to_have_attribute("aria-current", "true")
    seen = _tops(plain)
    while (onward := plain.locator("[data-action=next]")).count():
        onward.click()
        seen += _tops(plain)

    assert seen == [f"Top comment number {number}." for number in range(1, 31)]
    plain.locator("[data-action=first]").click()
    expect(comment(plain, "Top comment number 1.")).to_be_visible()


def test_more_replies_and_back_to_the_same_comment(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-read"))
    plain.locator("a[data-sort=oldest]").click()
    expect(comment(plain, "Reply number 9.")).to_have_count(0)

    plain.locator("a.tt-more").click()

    expect(comment(plain, "Reply number 9.")).to_be_visible()
    plain.locator(".tt-back a").click()
    expect(comment(plain, "Top comment number 7.")).to_be_in_viewport()


def test_continue_a_deep_thread_and_back_to_the_same_place(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-deep"))
    plain.locator("a[data-sort=oldest]").click()
    start = plain.url

    plain.locator("a.tt-continue").click()

    expect(comment(plain, "Level 7 of the long exchange.")).to_be_visible()
    expect(plain.locator(".tt-ancestor").first).to_be_attached()
    plain.locator(".tt-back a").click()
    assert plain.url.split("#")[0] == start
    expect(comment(plain, "Level 6 of the long exchange.")).to_be_in_viewport()


def test_write_a_comment_and_find_it_in_the_discussion(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-write"))

    plain.locator(".tt-write").click()
    looking.write(plain, "I walked over it *every* day.", name="Nora Lind")

    expect(plain.locator(".tt-state")).to_have_text("Your comment is posted.")
    plain.locator(".tt-back a").click()
    expect(comment(plain, "I walked over it every day.")).to_be_in_viewport()


def test_reply_with_a_quotation_that_was_previewed_first(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-write"))
    press(comment(plain, "Top comment number 29."), "quote")
    body = plain.locator("[name=body]")
    quotation = body.input_value()
    assert quotation.startswith("> Top comment number 29.")

    plain.locator("[name=name]").fill("Nora Lind")
    body.fill(f"{quotation}That is **not** so.")
    press(plain.locator("form.tt-form"), "preview")
    expect(plain.locator(".tt-preview strong")).to_have_text("not")
    expect(plain.locator(".tt-preview blockquote")).to_contain_text("Top comment number 29.")
    looking.picture(plain, "plain-preview", full=True)
    looking.send(plain)

    expect(comment(plain, "That is not so.").locator("blockquote a")).to_be_visible()
    expect(comment(plain, "That is not so.").locator(".tt-to")).to_contain_text("to")


def test_edit_then_withdraw_with_plain_forms(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-edit"))
    press(comment(plain, "Top comment number 28."), "reply")
    looking.write(plain, "Four crowns.")

    plain.get_by_role("link", name="Edit or withdraw").click()
    looking.write(plain, "~~Four~~ Five crowns.")
    expect(comment(plain, "Five crowns.").locator("s, del")).to_have_text("Four")
    expect(comment(plain, "Five crowns.").locator(".tt-edited")).to_be_visible()
    plain.get_by_role("link", name="Edit or withdraw").click()
    plain.get_by_role("button", name="Withdraw").click()

    expect(plain.locator(".tt-tombstone")).to_be_visible()
    plain.locator(".tt-back a").click()
    expect(comment(plain, "crowns")).to_have_count(0)
    expect(plain.locator(".tt-tombstone")).to_have_count(1)


def test_a_refused_comment_comes_back_with_its_reason_and_its_words(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-write"))
    plain.locator(".tt-write").click()

    looking.write(plain, "word " * 2001)

    expect(plain.locator(".tt-state")).to_contain_text("10,000")
    expect(plain.locator("[name=body]")).to_have_value("word " * 2001)


def _tops(page: Page) -> list[str]:
    return page.locator(".tt-comments > .tt-item > .tt-comment > .tt-body").all_inner_texts()


def test_whoever_shouts_is_asked_before_it_is_posted(house: House, plain: Page) -> None:
    plain.goto(house.discussion("plain-nudge"))
    press(plain.locator(".tt-head"), "write")
    looking.write(plain, "NOBODY ASKED US ABOUT THE HARBOUR!!!!!")
    expect(plain.locator(".tt-state")).to_contain_text("once more")
    looking.picture(plain, "plain-nudge", full=True)

    plain.get_by_role("link", name="Change it").click()
    expect(plain.locator("[name=body]")).to_be_focused()
    looking.write(plain, "Nobody asked us about the harbour.")

    expect(comment(plain, "Nobody asked us about the harbour.")).to_be_visible()
