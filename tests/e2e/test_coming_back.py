"""Finding one's way: links to one comment, what is new, what is folded, the order one likes."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment

STORIES = dict.fromkeys(("back-link", "back-fold", "back-sort", "back-own"), discussions.long())


@pytest.fixture
def page(reader: Reader) -> Page:
    return reader()


def test_a_link_to_a_comment_opens_it_highlighted_on_the_story_s_page(house: House, page: Page) -> None:
    page.goto(house.story("back-link"))
    looking.ready(page)
    public = comment(page, "Top comment number 26.").get_attribute("id")

    page.goto("about:blank")
    page.goto(f"{house.story('back-link')}#{public}")

    expect(comment(page, "Top comment number 26.")).to_have_class(re.compile("tt-highlight"))
    expect(comment(page, "Top comment number 26.")).to_be_in_viewport()
    looking.picture(page, "permalink")


def test_a_link_to_a_comment_of_another_page_of_the_discussion(
    house: House, page: Page, reader: Reader
) -> None:
    page.goto(f"{house.story('back-link')}?sort=oldest")
    looking.ready(page)
    public = comment(page, "Top comment number 2.").get_attribute("id")

    other = reader()
    other.goto(f"{house.story('back-link')}#{public}")

    expect(comment(other, "Top comment number 2.")).to_have_class(re.compile("tt-highlight"))
    other.locator("[data-action=back]").click()
    expect(comment(other, "Top comment number 30.")).to_be_visible()


def test_time_of_a_comment_is_its_link(house: House, page: Page) -> None:
    page.goto(house.story("back-link"))
    looking.ready(page)
    chosen = comment(page, "Top comment number 28.")

    chosen.locator("[data-action=permalink]").click()

    expect(page).to_have_url(re.compile(f"#{chosen.get_attribute('id')}$"))
    expect(chosen).to_be_focused()


def test_a_thread_is_folded_and_unfolded(house: House, page: Page) -> None:
    page.goto(f"{house.story('back-fold')}?sort=oldest")
    looking.ready(page)
    fold = comment(page, "Top comment number 7.").locator("[data-action=collapse]")

    fold.click()
    expect(comment(page, "Reply number 1.")).to_be_hidden()
    expect(fold).to_have_attribute("aria-expanded", "false")
    looking.picture(page, "collapsed")
    fold.click()

    expect(comment(page, "Reply number 1.")).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")


def test_more_replies_and_more_comments_come_into_the_page(house: House, page: Page) -> None:
    page.goto(f"{house.story('back-fold')}?sort=oldest")
    looking.ready(page)

    page.locator("a.tt-more").click()
    expect(comment(page, "Reply number 9.")).to_be_visible()
    page.locator("[data-action=next]").click()

    expect(comment(page, "Top comment number 30.")).to_be_attached()
    expect(page.locator("[data-action=next]")).to_have_count(0)
    expect(page.locator("article.tt-comment")).to_have_count(39)


def test_the_chosen_order_is_remembered(house: House, page: Page) -> None:
    page.goto(house.story("back-sort"))
    looking.ready(page)

    page.locator("a[data-sort=replied]").click()
    expect(page.locator("article.tt-comment").first).to_contain_text("Top comment number 7.")
    page.reload()

    expect(page.locator("article.tt-comment").first).to_contain_text("Top comment number 7.")
    expect(page.locator("a[data-sort=replied]")).to_have_attribute("aria-current", "true")


def test_the_chosen_order_is_remembered_on_our_own_page(house: House, page: Page) -> None:
    page.goto(house.discussion("back-own"))
    looking.ready(page)

    page.locator("a[data-sort=oldest]").click()
    expect(page.locator("article.tt-comment").first).to_contain_text("Top comment number 1.")
    page.goto(house.discussion("back-own"))

    expect(page.locator("a[data-sort=oldest]")).to_have_attribute("aria-current", "true")
    expect(page.locator("article.tt-comment").first).to_contain_text("Top comment number 1.")
