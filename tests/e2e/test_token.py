"""A subscriber of the publication is signed in by its token: silently, again before it ends, and out for good."""

import json
import re
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press
from tests.publication import signer

SHOWN = re.compile(r"/sign-in/token\b")


@pytest.fixture(scope="module")
def publication(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that knows the publication's key."""
    folder = tmp_path_factory.mktemp("token")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    publishers = {SITE: {"algorithm": "ES256", "key": signer("ES256").key}}
    with houses.opened(f"sqlite:///{database}", folder, publishers=json.dumps(publishers)) as (house,):
        discussions.load(house, dict.fromkeys(("told", "over"), discussions.small()))
        yield house


def token(seconds: int = 600) -> str:
    now = int(time.time())
    return signer("ES256").token(iat=now, exp=now + seconds)


def door(page: Page) -> Locator:
    return page.locator("[data-action=sign-in]")


def test_a_subscriber_is_signed_in_when_the_page_opens_and_stays_out_after_signing_out(
    publication: House, reader: Reader
) -> None:
    page = reader()
    page.add_init_script(
        f"""addEventListener("DOMContentLoaded", () => {{
          document.querySelector("tertulia-discussion").setAttribute("token", "{token()}");
        }})"""
    )
    page.goto(publication.story("told"))

    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
    expect(door(page)).to_be_hidden()
    press(page.locator(".tt-head"), "write")
    looking.write(page, "As a subscriber of yours.")
    expect(comment(page, "As a subscriber of yours.")).to_contain_text("Nora Lind")
    expect(comment(page, "As a subscriber of yours.").locator(".tt-guest")).to_have_count(0)

    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_visible()
    page.locator("tertulia-discussion").evaluate("(host) => host.refresh()")
    expect(door(page)).to_be_visible()


def test_the_page_is_asked_for_another_token_before_the_end(publication: House, reader: Reader) -> None:
    page = reader()
    page.clock.install()
    page.goto(publication.story("over"))
    looking.ready(page)
    page.evaluate(
        """(next) => addEventListener("tertulia:token", (event) => {
          globalThis.asked = (globalThis.asked ?? 0) + 1;
          event.target.signIn(next);
        })""",
        token(3000),
    )
    with page.expect_response(SHOWN) as first:
        page.locator("tertulia-discussion").evaluate("(host, token) => host.signIn(token)", token(90))
    assert first.value.status == 200
    expect(door(page)).to_be_hidden()

    with page.expect_response(SHOWN) as second:
        page.clock.fast_forward("01:40")

    assert second.value.status == 200
    assert page.evaluate("asked") == 1
    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")
