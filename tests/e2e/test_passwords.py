"""Passwords in Chromium: chosen in an embed's window, used, forgotten, changed; shown, or typed twice."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e import house as houses
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press
from tests.e2e.test_sign_in import code_of, door

NORA, VERA = "nora@example.org", "vera@example.org"
FIRST, SECOND, THIRD = "harbour lights at noon", "a second thing to know", "dritter Versuch im Regen"


@pytest.fixture(scope="module")
def open_house(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server whose site offers passwords first."""
    folder = tmp_path_factory.mktemp("passwords")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    with houses.opened(f"sqlite:///{database}", folder, sign_ins_per_minute_per_network="1000") as (house,):
        house.run("site", "set", SITE, "--policy", "ways_in=password,email,passkey")
        discussions.load(house, {"told": discussions.small()})
        yield house


def choose(house: House, window: Page, password: str, address: str = NORA) -> None:
    """Go from the page of signing in through the mail's code to a new password."""
    window.get_by_role("link", name="New here, or forgot your password?").click()
    window.locator("[name=email]").fill(address)
    window.get_by_role("button", name="Send me a link").click()
    expect(window.locator("[name=code]")).to_be_visible()
    window.locator("[name=code]").fill(code_of(house, window.url))
    window.get_by_role("button", name="Go on").click()
    expect(window.get_by_label("E-mail address")).to_have_value(address)
    window.locator("[name=password]").fill(password)


def enter(window: Page, password: str, address: str = NORA) -> None:
    form = window.locator("form:has([name=password])")
    form.locator("[name=email]").fill(address)
    form.locator("[name=password]").fill(password)
    form.get_by_role("button", name="Sign in").click()


def save(window: Page) -> None:
    window.get_by_role("button", name="Save and sign in").click()


def faults(page: Page) -> list[str]:
    return [each["id"] for each in Axe().run(page).response["violations"]]


def test_register_write_and_come_back_on_a_page_of_the_publication(open_house: House, reader: Reader) -> None:
    page = reader()
    page.goto(open_house.story("told"))
    looking.ready(page)
    with page.expect_popup() as opened:
        door(page).click()
    choose(open_house, opened.value, FIRST)
    save(opened.value)

    expect(door(page)).to_be_hidden()
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Now with a password.", name="Nora Lind")
    expect(comment(page, "Now with a password.")).to_be_focused()
    page.locator("[data-action=sign-out]").click()
    expect(door(page)).to_be_visible()

    with page.expect_popup() as opened:
        door(page).click()
    enter(opened.value, "not this one, I think")
    expect(opened.value.locator(".tt-state[data-state=refused]")).to_contain_text("do not belong together")
    enter(opened.value, FIRST)
    expect(page.locator(".tt-as")).to_have_text("Signed in as Nora Lind")


def test_forget_it_choose_another_and_change_that(open_house: House, reader: Reader) -> None:
    first, second = reader(), reader()
    for page, password in ((first, FIRST), (second, SECOND)):
        page.goto(f"{open_house.base}/{SITE}/sign-in")
        choose(open_house, page, password, VERA)
        save(page)
        expect(page.locator(".tt-me")).to_contain_text(VERA)

    first.goto(f"{open_house.base}/{SITE}/me")
    enter(first, FIRST, VERA)
    expect(first.locator(".tt-state[data-state=refused]")).to_be_visible()
    second.get_by_label("Old password").first.fill(SECOND)
    second.get_by_label("New password").fill(THIRD)
    second.get_by_role("button", name="Change the password").click()
    expect(second.locator(".tt-me > .tt-state")).to_contain_text("Your password is saved")
    looking.picture(second, "me-password", full=True)
    enter(first, THIRD, VERA)
    expect(first.locator(".tt-me")).to_contain_text(VERA)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing(open_house: House, reader: Reader, scheme: str) -> None:
    page = reader(color_scheme=scheme)
    page.goto(f"{open_house.base}/{SITE}/sign-in")
    looking.picture(page, f"sign-in-password-{scheme}", full=True)
    assert faults(page) == []
    choose(open_house, page, "Password1", "ilse@example.org")
    save(page)
    expect(page.locator(".tt-state")).to_contain_text("Many people")
    looking.picture(page, f"password-choose-{scheme}", full=True)
    assert faults(page) == []
    page.locator("[name=password]").fill(FIRST)
    save(page)
    expect(page.locator(".tt-me")).to_contain_text("ilse@example.org")
    assert faults(page) == []


def test_what_is_typed_can_be_seen_by_key_and_is_sent_unseen(open_house: House, reader: Reader) -> None:
    page = reader()
    page.goto(f"{open_house.base}/{SITE}/sign-in")
    field, button = page.locator("[name=password]"), page.get_by_role("button", name="Show the password")
    field.fill(FIRST)
    page.keyboard.press("Tab")
    expect(button).to_be_focused()

    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "text")
    expect(button).to_have_attribute("aria-pressed", "true")
    page.keyboard.press("Space")
    expect(field).to_have_attribute("type", "password")
    expect(button).to_have_attribute("aria-pressed", "false")


def test_without_scripts_a_new_password_is_typed_twice(open_house: House, reader: Reader) -> None:
    plain = reader(java_script_enabled=False)
    plain.goto(f"{open_house.base}/{SITE}/sign-in")
    expect(plain.get_by_role("button", name="Show the password")).to_be_hidden()
    choose(open_house, plain, FIRST, "edda@example.org")

    plain.get_by_label("The new password once more").fill("something else")
    save(plain)
    expect(plain.locator(".tt-state")).to_contain_text("two different passwords")
    plain.locator("[name=password]").fill(FIRST)
    plain.get_by_label("The new password once more").fill(FIRST)
    save(plain)
    expect(plain.locator(".tt-me")).to_contain_text("edda@example.org")

    plain.get_by_role("button", name="Sign out", exact=True).click()
    plain.goto(f"{open_house.base}/{SITE}/sign-in")
    enter(plain, FIRST, "edda@example.org")
    expect(plain.locator(".tt-me")).to_contain_text("edda@example.org")
