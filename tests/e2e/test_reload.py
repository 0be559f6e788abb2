"""Signed in on a story's page, and still so after a reload, in a browser that keeps no third party's cookies."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, Request, expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press
from tests.e2e.test_sign_in import Visitor, door, prove, sign_in_again, stored, visitor

__all__ = ["visitor"]

COOKIE = f"tertulia_embed_{SITE}"
PATHS = ("stays", "leaves", "ends", "neighbour", "own")


@pytest.fixture(scope="module")
def elsewhere(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server, and two publications' pages on two other sites; the server takes both for its own."""
    folder = tmp_path_factory.mktemp("reload")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with houses.opened(f"sqlite:///{database}", folder) as (house,):
        far = replace(house, host=house.host.replace("127.0.0.1", "localhost"))
        far.run("site", "set", SITE, "--origin", far.host, "--origin", neighbour(far))
        discussions.load(far, dict.fromkeys(PATHS, discussions.small()))
        yield far


def neighbour(house: House) -> str:
    """Another origin on another site, where the same pages are served."""
    return house.host.replace("localhost", "tribune.localhost")


def asked(page: Page) -> list[Request]:
    """Gather the page's requests to come back."""
    requests: list[Request] = []
    page.on("request", lambda each: requests.append(each) if each.url.endswith("/sign-in/resume") else None)
    return requests


def sign_in(house: House, page: Page, address: str) -> None:
    with page.expect_popup() as opened:
        door(page).click()
    prove(house, opened.value, address)
    expect(door(page)).to_be_hidden()


def kept(page: Page) -> list[Any]:
    return [each for each in page.context.cookies() if each["name"] == COOKIE]


def test_still_signed_in_after_a_reload_and_free_to_write(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("stays"))
    looking.ready(page)
    sign_in(elsewhere, page, "nora@example.org")
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Before I load the page anew.", name="Nora Lind")
    mine = comment(page, "Before I load the page anew.")
    expect(mine).to_be_focused()

    page.reload()

    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
    expect(door(page)).to_be_hidden()
    expect(mine.locator("[data-action=withdraw]")).to_be_visible()
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, "And after that, without a press.")
    expect(comment(page, "And after that, without a press.").locator(".tt-guest")).to_have_count(0)
    (cookie,) = kept(page)
    assert cookie["partitionKey"] == "http://localhost"
    assert (cookie["httpOnly"], cookie["secure"], cookie["sameSite"]) == (True, True, "None")


def test_signed_out_is_signed_out_after_a_reload_and_leaves_no_draft(
    elsewhere: House, visitor: Visitor
) -> None:
    page = visitor()
    page.goto(elsewhere.story("leaves"))
    looking.ready(page)
    sign_in(elsewhere, page, "olga@example.org")
    press(page.locator(".tt-head"), "write")
    page.locator("[name=body]").fill("Not sent, and not for the next person here.")
    assert "Not sent" in stored(page)["tertulia.drafts"]
    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_focused()
    assert "tertulia.drafts" not in stored(page)
    requests = asked(page)
    page.reload()
    looking.ready(page)
    expect(door(page)).to_be_visible()
    expect(page.locator(".tt-as")).to_be_hidden()
    assert requests == []
    assert resumed(page, elsewhere) == 401


def test_a_story_on_another_site_gets_nothing(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("neighbour"))
    looking.ready(page)
    sign_in(elsewhere, page, "vera@example.org")

    page.goto(f"{neighbour(elsewhere)}/neighbour")
    page.evaluate("localStorage['tertulia.account'] = '1'")
    with page.expect_response("**/sign-in/resume") as answered:
        page.reload()

    assert answered.value.status == 401
    assert "cookie" not in answered.value.request.all_headers()
    looking.ready(page)
    expect(door(page)).to_be_visible()
    # It asks no more until somebody signs in here.
    assert page.evaluate("localStorage['tertulia.account']") is None

    sign_in_again(page)
    expect(door(page)).to_be_hidden()
    assert {each["partitionKey"] for each in kept(page)} == {"http://localhost", "http://tribune.localhost"}
    page.goto(elsewhere.story("neighbour"))
    expect(door(page)).to_be_hidden()


def test_what_ended_elsewhere_is_over_after_a_reload(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("ends"))
    looking.ready(page)
    sign_in(elsewhere, page, "ilse@example.org")

    elsewhere.run("user", "end-sessions", "ilse@example.org", "--site", SITE)
    page.reload()

    looking.ready(page)
    expect(door(page)).to_be_visible()
    assert page.evaluate("localStorage['tertulia.account']") is None


def test_signed_out_on_our_own_page_is_signed_out_here(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("own"))
    looking.ready(page)
    sign_in(elsewhere, page, "edda@example.org")
    other = page.context.new_page()
    other.goto(f"{elsewhere.base}/{SITE}/me")
    other.get_by_role("button", name="Sign out", exact=True).click()

    page.reload()

    looking.ready(page)
    expect(door(page)).to_be_visible()


def resumed(page: Page, house: House) -> int:
    """Ask as the page would, whatever it remembers; give the status."""
    status: int = page.evaluate(
        """async (address) => {
          const asked = { method: "POST", credentials: "include", headers: { Accept: "application/json" } };
          return (await fetch(address, asked)).status;
        }""",
        f"{house.base}/{SITE}/sign-in/resume",
    )
    return status
