"""Other languages than English: German by the embed's attribute, Arabic as a site's own."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import ARABIC_SITE, House
from tests.e2e.looking import comment, press

STORIES = {"german": discussions.small(), "right-to-left": discussions.small()}


@pytest.fixture(scope="module", autouse=True)
def _arabic_site(house: House) -> None:
    house.run(
        "site", "add", ARABIC_SITE, "--name", "جريدة الميناء", "--origin", house.host, "--language", "ar"
    )
    discussions.load(house, {"arabic": discussions.arabic()}, site=ARABIC_SITE)


def test_german_by_the_embed_s_attribute(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(f"{house.story('german')}?lang=de")
    looking.ready(page)

    expect(page.locator(".tt-count")).to_have_text("5 Kommentare")
    press(comment(page, "The ferry runs"), "reply")
    looking.write(page, "Nicht am Sonntag.")

    expect(page.locator(".tt-state")).to_have_text("Ihr Kommentar ist veröffentlicht.")
    expect(comment(page, "Nicht am Sonntag.").locator("[data-action=reply]")).to_have_text("Antworten")
    looking.picture(page, "german")


def test_arabic_site_reads_from_right_to_left(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(house.discussion("arabic", site=ARABIC_SITE))
    looking.ready(page)

    expect(page.locator("html")).to_have_attribute("dir", "rtl")
    expect(page.locator("html")).to_have_attribute("lang", "ar")
    expect(page.locator("section.tt-discussion")).to_have_css("direction", "rtl")
    assert _rights(page) == sorted(_rights(page), reverse=True)
    assert len(set(_rights(page))) == 3
    looking.picture(page, "arabic")


def test_arabic_site_takes_a_comment(house: House, reader: Reader) -> None:
    page = reader(viewport={"width": 360, "height": 740})
    page.goto(house.discussion("arabic", site=ARABIC_SITE))
    looking.ready(page)

    press(page.locator(".tt-head"), "write")
    looking.picture(page, "arabic-composer")
    looking.write(page, "العبارة كل أربعين دقيقة.", name="نورا")

    expect(comment(page, "العبارة كل أربعين دقيقة.")).to_be_focused()
    assert not looking.is_wider_than_window(page)


def test_arabic_embed_in_an_english_page_keeps_comments_in_their_own_direction(
    house: House, reader: Reader
) -> None:
    page = reader()
    page.goto(f"{house.story('right-to-left')}?lang=ar")
    looking.ready(page)

    expect(page.locator("section.tt-discussion")).to_have_css("direction", "rtl")
    expect(comment(page, "The ferry runs").locator(".tt-body")).to_have_css("direction", "ltr")
    expect(page.locator("html")).to_have_css("direction", "ltr")
    looking.picture(page, "arabic-embed")


def _rights(page: Page) -> list[int]:
    rights: list[int] = page.locator("article.tt-comment").evaluate_all(
        "(articles) => articles.map((each) => Math.round(each.getBoundingClientRect().right))"
    )
    return rights
