"""What axe-core finds: nothing, in the light and in the dark."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.discussions import Written
from tests.e2e.house import House
from tests.e2e.looking import comment, composer, press
from tests.e2e.test_moderating import _enter, _link

STANDARDS = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}


MARKED_UP = "> quoted\n\n`code`, [a link](https://www.example.org/) and ~~told~~ asked:\n\n- one\n- two"
MIXED = [
    *discussions.deep(9),
    Written(body="Taken down.", state="removed", reason="off-topic"),
    Written(body="Waiting, [with a link](https://www.example.org/).", to=2, state="pending"),
    Written(body=MARKED_UP, by="Professor Ilse Brandt", badges=("expert",)),
]
STORIES = {"axe": MIXED}


@pytest.fixture(params=["light", "dark"])
def page(request: pytest.FixtureRequest, reader: Reader) -> Page:
    return reader(color_scheme=request.param, reduced_motion="reduce")


def test_embed(house: House, page: Page) -> None:
    page.goto(house.story("axe"))
    looking.ready(page)

    assert _found(page) == []


def test_embed_with_a_composer_and_a_held_message(house: House, page: Page) -> None:
    page.goto(house.story("axe"))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, " ".join(f"https://www.example.org/{number}" for number in range(9)))
    expect(page.locator("[data-status=held]")).to_be_visible()

    press(comment(page, "Level 1 of the long exchange."), "quote")
    page.locator("[name=body]").press_sequentially("x")
    press(composer(page), "preview")
    expect(page.locator(".tt-preview blockquote")).to_be_visible()

    assert _found(page) == []
    looking.picture(page, f"axe-composer-{_scheme(page)}")


def test_embed_with_the_list_of_keys(house: House, page: Page) -> None:
    page.goto(house.story("axe"))
    looking.ready(page)
    press(page.locator(".tt-head"), "keys")
    expect(page.get_by_role("dialog")).to_be_visible()

    assert _found(page) == []


def test_own_pages(house: House, page: Page) -> None:
    page.goto(house.discussion("axe"))
    looking.ready(page)
    assert _found(page) == []
    looking.picture(page, f"axe-own-page-{_scheme(page)}", full=True)

    write = page.locator(".tt-write").get_attribute("href") or ""
    onward = page.locator("a.tt-continue").get_attribute("href") or ""

    for address in (onward, write, f"{house.base}/gazette/", f"{house.base}/gazette/keys"):
        page.goto(address)
        assert _found(page) == [], address


def test_desk(house: House, page: Page) -> None:
    _enter(page, _link(house))
    page.goto(f"{house.base}/gazette/desk?section=Sport&age=week")
    assert _found(page) == []
    for address in ("desk", "desk?queue=all", "desk?queue=decided", "desk/keys"):
        page.goto(f"{house.base}/gazette/{address}")
        page.wait_for_load_state("networkidle")
        page.evaluate("document.querySelectorAll('main details').forEach((each) => (each.open = true))")
        page.keyboard.press("j")
        page.keyboard.press("r")
        assert _found(page) == [], address
        looking.picture(page, f"axe-{address.replace('?', '-')}-{_scheme(page)}".replace("/", "-"), full=True)


def _found(page: Page) -> list[str]:
    # Of a publication's page, what is ours.
    ours = "tertulia-discussion" if page.locator("tertulia-discussion").count() else None
    results = Axe().run(page, context=ours, options=STANDARDS).response
    return [
        f"{each['id']}: {node['target']} {node['failureSummary']}"
        for each in results["violations"]
        for node in each["nodes"]
    ]


def _scheme(page: Page) -> str:
    return "dark" if page.evaluate("matchMedia('(prefers-color-scheme: dark)').matches") else "light"
