"""The publication's page as publications really have it: with a strict content security policy."""

import pytest
from playwright.sync_api import Browser, Page, Route, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, press


@pytest.fixture(scope="module", autouse=True)
def _stories(house: House) -> None:
    discussions.load(house, {"strict": discussions.small()})


def _serve_strictly(page: Page, house: House) -> None:
    """Give the page the policy that our manual tells publications to set, and nothing beyond it."""
    policy = f"default-src 'none'; img-src data:; script-src {house.base}; style-src {house.base}; connect-src {house.base}"

    def with_policy(route: Route) -> None:
        answer = route.fetch()
        # The demo's own style sheet is inline, which such a policy forbids to everybody.
        head, _, rest = answer.text().partition("<style>")
        body = head + rest.partition("</style>")[2]
        route.fulfill(response=answer, body=body, headers={**answer.headers, "content-security-policy": policy})

    page.route(f"{house.host}/**", with_policy)


def test_the_embed_works_under_the_documented_policy(house: House, reader: Reader) -> None:
    page = reader()
    refused: list[str] = []
    page.on("console", lambda message: refused.append(message.text) if "Content Security" in message.text else None)
    _serve_strictly(page, house)

    looking.listening(page, house.story("strict"))
    expect(page.locator(".tt-head")).to_have_css("display", "flex")
    press(comment(page, "The ferry runs"), "reply")
    looking.write(page, "Strictly speaking, every fifty.")

    expect(comment(page, "Strictly speaking, every fifty.")).to_be_focused()
    assert refused == []


def test_a_page_of_a_foreign_origin_gets_nothing_personal(house: House, browser: Browser) -> None:
    page = browser.new_page()  # its browser complains, and rightly so
    page.goto(house.story("strict").replace("127.0.0.1", "localhost"))
    looking.ready(page)

    press(page.locator(".tt-head"), "write")
    looking.write(page, "From somewhere else.")

    expect(page.locator(".tt-composing .tt-state")).to_have_attribute("data-state", "failed")
    expect(comment(page, "From somewhere else.")).to_have_count(0)
    page.close()
