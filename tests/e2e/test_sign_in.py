"""Signing in: on a story's page in a browser that keeps no third party's cookies, and on our pages without scripts."""

import json
import os
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, Request, expect

from tests import parts
from tests.conftest import CHROMIUM_FLAGS
from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import PATIENCE, Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press

ALL_COOKIES, NO_THIRD_PARTY = 0, 1
"""Chromium's choices for cookies, as its preferences name them."""
MEMBERS = "members"
"""A site that takes no guests."""
EXCHANGE = re.compile(r"/sign-in/exchange\b")
FORGED = {"tertulia": "signed-in", "code": "forged"}

Visitor = Callable[..., Page]


@pytest.fixture(scope="module")
def elsewhere(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server and a publication on another site: another port alone is, to cookies, the same."""
    folder = tmp_path_factory.mktemp("sign-in")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with houses.opened(f"sqlite:///{database}", folder) as (house,):
        far = replace(house, host=house.host.replace("127.0.0.1", "localhost"))
        far.run("site", "set", SITE, "--origin", far.host)
        far.run("site", "add", MEMBERS, "--name", "The Members' Letter", "--origin", far.host)
        far.run("site", "set", MEMBERS, "--policy", "guests=refused")
        discussions.load(far, dict.fromkeys(("told", "kept", "over", "forged"), discussions.small()))
        yield far


@pytest.fixture
def visitor(browser: Browser, tmp_path: Path) -> Iterator[Visitor]:
    """Open a page in a browser of somebody's own. Only whole profiles have a choice of cookies."""
    contexts: list[BrowserContext] = []
    complaints: list[str] = []

    def arrive(cookies: int = NO_THIRD_PARTY) -> Page:
        profile = tmp_path / f"profile-{len(contexts)}"
        (profile / "Default").mkdir(parents=True)
        preferences = {"profile": {"cookie_controls_mode": cookies}}
        (profile / "Default" / "Preferences").write_text(json.dumps(preferences))
        context = browser.browser_type.launch_persistent_context(
            profile,
            executable_path=parts.chromium_path(),
            args=CHROMIUM_FLAGS,
            viewport={"width": 1200, "height": 900},
            locale="en-GB",
        )
        context.set_default_timeout(PATIENCE)
        contexts.append(context)
        page = context.new_page()
        page.on("pageerror", lambda error: complaints.append(f"{page.url}: {error}"))
        return page

    yield arrive
    for context in contexts:
        context.close()
    assert not complaints, "\n".join(complaints)


@pytest.fixture
def cookie_setter() -> Iterator[int]:
    """The port of a server that sets a cookie for every page, and tells what came back."""

    class Setter(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Set-Cookie", "kept=1; SameSite=None; Secure; Path=/")
            self.send_header("Access-Control-Allow-Origin", self.headers.get("Origin", ""))
            self.send_header("Access-Control-Allow-Credentials", "true")
            self.end_headers()
            self.wfile.write(self.headers.get("Cookie", "").encode())

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Setter) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield server.server_port
        server.shutdown()
        thread.join()


@pytest.mark.parametrize(("cookies", "kept"), [(NO_THIRD_PARTY, ""), (ALL_COOKIES, "kept=1")])
def test_these_browsers_keep_no_cookie_of_a_third_party(
    visitor: Visitor, cookie_setter: int, cookies: int, kept: str
) -> None:
    page = visitor(cookies)
    page.goto(f"http://localhost:{cookie_setter}/")

    told = page.evaluate(
        """async (address) => {
          await fetch(address, { credentials: "include" });
          return (await fetch(address, { credentials: "include" })).text();
        }""",
        f"http://127.0.0.1:{cookie_setter}/",
    )

    assert told == kept


def test_sign_in_on_a_story_s_page_write_come_back_and_sign_out(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("told"))
    looking.ready(page)

    with page.expect_popup() as opened:
        door(page).click()
    prove(elsewhere, opened.value, "nora@example.org")

    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    expect(door(page)).to_be_hidden()
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Now I have a name of my own.", name="Nora Lind")
    mine = comment(page, "Now I have a name of my own.")
    expect(mine).to_be_focused()
    expect(mine.locator(".tt-guest")).to_have_count(0)
    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
    looking.picture(page, "signed-in", full=True)
    press(page.locator(".tt-head"), "write")
    expect(page.locator(".tt-composing [name=name]")).to_be_hidden()
    assert all("lind" not in str(value).lower() for value in stored(page).values())

    page.reload()
    looking.ready(page)

    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
    expect(door(page)).to_be_hidden()
    expect(mine.locator("[data-action=withdraw]")).to_be_visible()
    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_focused()
    expect(page.locator(".tt-as")).to_be_hidden()
    assert {name for name in stored(page) if not name.endswith(".seen")} <= {"tertulia.guest"}
    expect(mine.locator("[data-action=withdraw]")).to_have_count(0)


def test_what_a_guest_wrote_becomes_the_account_s(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(elsewhere.story("kept"))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Written before I signed in.", name="Tomas Berg")
    before = comment(page, "Written before I signed in.")
    expect(before.locator(".tt-guest")).to_be_visible()

    with page.expect_popup() as opened:
        door(page).click()
    prove(elsewhere, opened.value, "tomas@example.org")

    expect(page.locator(".tt-as")).to_have_text("Signed in as Tomas Berg")
    page.reload()
    looking.ready(page)
    expect(before).to_be_visible()
    expect(before.locator(".tt-guest")).to_have_count(0)


def test_where_guests_may_not_write_the_composer_opens_after_signing_in(
    elsewhere: House, visitor: Visitor
) -> None:
    page = visitor()
    page.goto(elsewhere.story("members-only"))
    page.locator("tertulia-discussion").evaluate(
        "(host, site) => { host.setAttribute('site', site) }", MEMBERS
    )
    page.locator("tertulia-discussion").evaluate("(host) => host.refresh()")
    expect(page.locator(f"[data-site={MEMBERS}]")).to_be_visible()

    with page.expect_popup() as opened:
        press(page.locator(".tt-head"), "write")
    prove(elsewhere, opened.value, "nora@example.org")
    looking.write(page, "As a member.", name="Nora Lind")

    expect(comment(page, "As a member.")).to_be_focused()
    expect(comment(page, "As a member.").locator(".tt-guest")).to_have_count(0)
    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")


def test_a_token_is_renewed_and_what_is_over_shows_the_door_again(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.clock.install()
    page.goto(elsewhere.story("over"))
    looking.ready(page)
    with page.expect_popup() as opened:
        door(page).click()
    prove(elsewhere, opened.value, "ilse@example.org")
    expect(door(page)).to_be_hidden()

    with page.expect_response(re.compile(r"/sign-in/renew\b")) as renewed:
        page.clock.fast_forward("21:00")
    assert renewed.value.status == 200

    press(page.locator(".tt-head"), "write")
    page.locator("[name=name]").fill("Ilse Brandt")
    page.locator("[name=body]").fill("Not lost, whatever happens.")
    elsewhere.run("user", "end-sessions", "ilse@example.org", "--site", SITE)
    looking.send(page)

    expect(page.locator(".tt-composing .tt-state")).to_contain_text("sign in again")
    expect(door(page)).to_be_visible()
    expect(page.locator("[name=body]")).to_have_value("Not lost, whatever happens.")


def test_only_the_window_that_was_opened_on_our_origin_is_believed(
    elsewhere: House, visitor: Visitor
) -> None:
    page = visitor()
    exchanged: list[Request] = []
    page.on("request", lambda request: exchanged.append(request) if EXCHANGE.search(request.url) else None)
    page.goto(elsewhere.story("forged"))
    looking.ready(page)
    page.evaluate("() => { globalThis.told = 0; addEventListener('message', () => told++); }")
    with page.expect_popup() as opened:
        door(page).click()
    popup = opened.value
    expect(popup.locator("[name=email]")).to_be_visible()
    with page.expect_popup() as another:
        page.evaluate("(address) => { open(address) }", f"{elsewhere.base}/{SITE}/keys")

    page.evaluate("(forged) => postMessage(forged, '*')", FORGED)
    another.value.evaluate("(forged) => opener.postMessage(forged, '*')", FORGED)
    # Went there by itself: where a browser's owner leads a window, it forgets who opened it.
    popup.evaluate("(address) => { location = address }", elsewhere.story("forged"))
    popup.wait_for_url(elsewhere.story("forged"))
    popup.evaluate("(forged) => opener.postMessage(forged, '*')", FORGED)

    page.wait_for_function("told === 3")
    popup.close()
    expect(door(page)).to_be_visible()
    assert exchanged == []


def test_where_no_window_opens_a_link_leads_to_our_own_page(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.add_init_script("window.open = () => null")
    page.goto(elsewhere.story("told"))
    looking.ready(page)

    door(page).click()
    prove(elsewhere, page, "vera@example.org")

    expect(page.locator(".tt-count")).to_be_visible()
    assert page.url.startswith(elsewhere.base)
    looking.ready(page)
    expect(page.get_by_role("link", name="Your account")).to_be_visible()
    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_visible()
    expect(page.get_by_role("link", name="Your account")).to_be_hidden()


def test_signing_out_of_one_s_account_page_takes_drafts_along(elsewhere: House, visitor: Visitor) -> None:
    page = visitor()
    page.goto(f"{elsewhere.base}/{SITE}/sign-in")
    prove(elsewhere, page, "olaf@example.org")
    page.goto(elsewhere.discussion("told"))
    looking.ready(page)
    press(page.locator(".tt-head"), "write")
    page.locator("[name=body]").fill("Not sent, and not for the next person here.")
    assert "Not sent" in stored(page)["tertulia.drafts"]

    page.goto(f"{elsewhere.base}/{SITE}/me")
    page.get_by_role("button", name="Sign out", exact=True).click()

    expect(page.locator("main")).to_be_visible()
    assert "tertulia.drafts" not in stored(page)


def test_without_scripts_sign_in_by_code_write_and_sign_out(elsewhere: House, reader: Reader) -> None:
    plain = reader(java_script_enabled=False)
    plain.goto(elsewhere.discussion("told"))

    door(plain).click()
    prove(elsewhere, plain, "edda@example.org")
    plain.locator(".tt-write").click()
    looking.write(plain, "Without a script, with a name.", name="Edda Falk")

    written = comment(plain, "Without a script, with a name.")
    expect(written).to_be_visible()
    expect(written.locator(".tt-guest")).to_have_count(0)
    plain.goto(elsewhere.discussion("told"))
    plain.locator(".tt-write").click()
    expect(plain.locator("form.tt-form")).to_contain_text("Signed in as Edda Falk")
    expect(plain.locator("[name=name]")).to_have_count(0)

    plain.goto(elsewhere.discussion("told"))
    plain.get_by_role("link", name="Your account").click()
    plain.get_by_role("button", name="Sign out", exact=True).click()
    plain.goto(elsewhere.discussion("told"))
    plain.locator(".tt-write").click()
    expect(plain.locator("[name=name]")).to_be_visible()


def door(page: Page) -> Locator:
    return page.locator("[data-action=sign-in]")


def sign_in_again(page: Page) -> None:
    """One press: the window has a session, and goes by itself."""
    with page.expect_popup() as opened:
        door(page).click()
    if not opened.value.is_closed():
        opened.value.wait_for_event("close")


def prove(house: House, window: Page, address: str) -> None:
    """Ask for a mail, and type its code."""
    window.locator("[name=email]").fill(address)
    window.locator("form.tt-form button").click()
    field = window.locator("[name=code]")
    expect(field).to_be_visible()
    field.fill(code_of(house, window.url))
    window.locator("form.tt-form button").click()


def code_of(house: House, asked_for: str) -> str:
    """Give the code for what was asked for. In development there is no mail: the log has it."""
    found = re.search(r"/sign-in/((?:password/)?\w+)", asked_for)
    assert found, asked_for
    log = next(house.folder.glob("serve-*.log"))
    wanted = re.compile(rf"code=\W*(\d+).*/sign-in/{found[1]}/open")
    deadline = time.monotonic() + PATIENCE / 1000
    while not (told := wanted.search(re.sub(r"\x1b\[[\d;]*m", "", log.read_text()))):
        assert time.monotonic() < deadline, log.read_text()
        os.sched_yield()
    return told[1]


def stored(page: Page) -> dict[str, str]:
    kept: dict[str, str] = page.evaluate("() => ({ ...localStorage })")
    return kept
