"""Signing in at a provider elsewhere: from a story's page on another origin, where third-party cookies are blocked."""

import json
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from tests import provider as providers
from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press
from tests.e2e.test_sign_in import Visitor, door, prove, sign_in_again, visitor
from tests.provider import CLIENT, SECRET, Provider

NORA = {"name": "Nora Lind", "email": "nora@example.org", "email_verified": True}

__all__ = ["visitor"]


@dataclass(frozen=True, kw_only=True)
class World:
    """A server, a publication and two providers, each on an origin of its own."""

    house: House
    strict: Provider
    """It asks its person, and leads back by a form, as Apple does."""


@pytest.fixture(scope="module")
def world(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    folder = tmp_path_factory.mktemp("providers")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with ExitStack() as stack:
        # Another port alone is, to cookies, the same site.
        library = stack.enter_context(providers.mock(nora=NORA)).replace("127.0.0.1", "localhost")
        strict = stack.enter_context(
            providers.serving(host="localhost", now=providers.clock, asks=True, posts=True)
        )
        common = {"client_id": CLIENT, "client_secret": SECRET}
        tables = {
            "library": {**common, "label": "The Library", "issuer": library, "trusts_addresses": True},
            "guild": {**common, "label": "The Guild", "issuer": strict.issuer},
        }
        (house,) = stack.enter_context(
            houses.opened(f"sqlite:///{database}", folder, providers=json.dumps({SITE: tables}))
        )
        far = replace(house, host=house.host.replace("127.0.0.1", "localhost"))
        far.run("site", "set", SITE, "--origin", far.host, "--policy", "ways_in=email,library,guild")
        discussions.load(far, dict.fromkeys(("told", "plain"), discussions.small()))
        yield World(house=far, strict=strict)


def agree(page: Page, name: str) -> None:
    """Say at the library's provider who one is."""
    page.locator("input[name=sub]").fill(name)
    page.get_by_role("button", name="Authorize").click()


def opened(world: World, visitor: Visitor) -> tuple[Page, Page]:
    """Open a story in a browser of somebody's own, and there the window to sign in."""
    page = visitor()
    page.goto(world.house.story("told"))
    looking.ready(page)
    with page.expect_popup() as popup:
        door(page).click()
    return page, popup.value


def test_from_a_story_s_page_to_the_provider_and_back(world: World, visitor: Visitor) -> None:
    page, window = opened(world, visitor)
    window.get_by_role("button", name="Sign in with The Library").click()
    agree(window, "nora")

    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    press(page.locator(".tt-head"), "write")
    looking.write(page, "From the library.")
    expect(comment(page, "From the library.").locator(".tt-guest")).to_have_count(0)
    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
    page.reload()
    looking.ready(page)


def test_who_changes_their_mind_reads_why_and_takes_another_way(world: World, visitor: Visitor) -> None:
    page, window = opened(world, visitor)
    world.strict.error = "access_denied"
    window.get_by_role("button", name="Sign in with The Guild").click()
    window.get_by_role("button", name="It is me").click()

    expect(window.locator("main")).to_contain_text("came back from The Guild without signing in")
    looking.picture(window, "provider-declined")
    world.strict.error = ""
    window.get_by_role("link", name="Go back").click()
    prove(world.house, window, "mira@example.org")
    expect(page.get_by_role("link", name="Your account")).to_be_focused()


def test_a_provider_that_sends_its_answer_by_a_form_from_another_site(world: World, visitor: Visitor) -> None:
    page, window = opened(world, visitor)
    window.get_by_role("button", name="Sign in with The Guild").click()
    window.get_by_role("button", name="It is me").click()

    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_focused()
    sent = [path for path in world.strict.asked if path == providers.TOKEN]
    assert sent == [providers.TOKEN]


def test_without_scripts_sign_in_connect_another_and_come_back_by_it(world: World, reader: Reader) -> None:
    plain = reader(java_script_enabled=False)
    # The library's page wants a style sheet from far away.
    plain.route("https://cdn.jsdelivr.net/**", lambda route: route.fulfill(content_type="text/css", body=""))
    plain.goto(world.house.discussion("plain"))
    door(plain).click()
    looking.picture(plain, "sign-in-with-providers")
    plain.get_by_role("button", name="Sign in with The Library").click()
    agree(plain, "edda")

    expect(plain.locator(".tt-count")).to_be_visible()
    plain.goto(f"{world.house.base}/{SITE}/me")
    expect(plain.locator("main")).to_contain_text("Connected sign-ins")
    world.strict.posts, world.strict.person = False, {"sub": "edda"}
    plain.get_by_role("button", name="Connect The Guild").click()
    plain.get_by_role("button", name="It is me").click()
    expect(plain.locator(".tt-state")).to_contain_text("It is connected")
    looking.picture(plain, "connected", full=True)
    plain.get_by_role("button", name="Sign out", exact=True).click()

    plain.goto(f"{world.house.base}/{SITE}/sign-in")
    plain.get_by_role("button", name="Sign in with The Guild").click()
    plain.get_by_role("button", name="It is me").click()
    expect(plain.locator("main")).to_contain_text("The Library")


def test_a_reader_with_a_session_goes_on_at_once(world: World, visitor: Visitor) -> None:
    page = visitor()
    page.goto(f"{world.house.base}/{SITE}/sign-in")
    page.get_by_role("button", name="Sign in with The Library").click()
    agree(page, "sif")
    expect(page.locator("main")).to_contain_text("Connected sign-ins")

    page.goto(world.house.story("told"))
    looking.ready(page)
    sign_in_again(page)
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
