"""Passkeys in Chromium, with its virtual authenticator: added, used without a name or in an embed's window, removed."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.test_sign_in import door, prove

DEVICE = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}


@pytest.fixture(scope="module")
def named(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that is reached by a name: browsers keep passkeys for no number."""
    folder = tmp_path_factory.mktemp("named")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with houses.opened(f"sqlite:///{database}", folder, name="localhost") as (house,):
        discussions.load(house, {"told": discussions.small()})
        yield house


def device(page: Page, **options: Any) -> tuple[Any, str]:
    """Give the page's browser a device that keeps passkeys."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    made = session.send("WebAuthn.addVirtualAuthenticator", {"options": {**DEVICE, **options}})
    return session, str(made["authenticatorId"])


def add(house: House, page: Page, address: str, name: str) -> None:
    """Sign in by mail and add a passkey."""
    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, address)
    form = page.locator("form[data-passkey=add]")
    form.locator("[name=name]").fill(name)
    form.get_by_role("button").click()
    expect(page.locator(".tt-me .tt-state")).to_contain_text("sign in with this passkey")
    expect(kept(page, name)).to_be_visible()


def kept(page: Page, name: str) -> Any:
    return page.locator(".tt-devices li").filter(has_text=name)


def test_add_sign_out_sign_in_without_a_name_and_remove(named: House, reader: Reader) -> None:
    page = reader()
    session, authenticator = device(page)
    add(named, page, "nora@example.org", "Nora's laptop")
    looking.picture(page, "passkeys", full=True)

    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{named.base}/{SITE}/sign-in")
    looking.picture(page, "sign-in-passkey")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator(".tt-me")).to_contain_text("nora@example.org")
    (credential,) = session.send("WebAuthn.getCredentials", {"authenticatorId": authenticator})["credentials"]
    assert credential["rpId"] == "localhost"

    kept(page, "Nora's laptop").get_by_role("button", name="Remove").click()
    expect(kept(page, "Nora's laptop")).to_have_count(0)
    page.get_by_role("button", name="Sign out", exact=True).click()
    page.goto(f"{named.base}/{SITE}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.locator("form[data-passkey] [role=status]")).to_contain_text("does not work here")
    expect(page.get_by_role("button", name="Use a passkey")).to_be_enabled()


def test_a_device_is_added_once(named: House, reader: Reader) -> None:
    page = reader()
    device(page)
    add(named, page, "tomas@example.org", "Tomas's phone")

    form = page.locator("form[data-passkey=add]")
    form.locator("[name=name]").fill("The same phone")
    form.get_by_role("button").click()

    expect(form.locator("[role=status]")).to_contain_text("No passkey was made")
    expect(page.locator(".tt-devices li").filter(has_text="The same phone")).to_have_count(0)


def test_who_cannot_prove_themselves_to_the_device_is_not_signed_in(named: House, reader: Reader) -> None:
    page = reader()
    session, authenticator = device(page)
    add(named, page, "vera@example.org", "Vera's phone")
    page.get_by_role("button", name="Sign out", exact=True).click()
    session.send("WebAuthn.setUserVerified", {"authenticatorId": authenticator, "isUserVerified": False})

    page.goto(f"{named.base}/{SITE}/sign-in")
    page.get_by_role("button", name="Use a passkey").click()

    expect(page.locator("form[data-passkey] [role=status]")).to_contain_text("No passkey was used")


def test_in_an_embed_s_window_a_passkey_signs_the_story_s_page_in(named: House, reader: Reader) -> None:
    page = reader()
    page.goto(named.story("told"))
    looking.ready(page)
    with page.expect_popup() as opened:
        door(page).click()
    window = opened.value
    session, authenticator = device(window)
    other = page.context.new_page()
    kept_by, first = device(other)
    add(named, other, "ilse@example.org", "Ilse's phone")
    (credential,) = kept_by.send("WebAuthn.getCredentials", {"authenticatorId": first})["credentials"]
    session.send("WebAuthn.addCredential", {"authenticatorId": authenticator, "credential": credential})
    other.goto(f"{named.base}/{SITE}/me")
    other.get_by_role("button", name="Sign out", exact=True).click()

    window.get_by_role("button", name="Use a passkey").click()

    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    expect(door(page)).to_be_hidden()


def test_where_the_server_has_no_name_nothing_is_offered(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(f"{house.base}/{SITE}/sign-in")

    expect(page.locator("[name=email]")).to_be_visible()
    expect(page.locator("[data-passkey]")).to_have_count(0)
