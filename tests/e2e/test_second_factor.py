"""The second factor in Chromium: set up by the typed secret, asked for, recovered from, required at the desk."""

from datetime import UTC, datetime

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.test_accessibility import STANDARDS
from tests.e2e.test_sign_in import door, prove
from tests.telephone import Telephone, typed

STORIES = {"second": discussions.small()}


def faults(page: Page) -> list[str]:
    found = Axe().run(page, options=STANDARDS).response["violations"]
    return [f"{each['id']}: {node['target']}" for each in found for node in each["nodes"]]


def set_up(page: Page, *, shots: str = "") -> tuple[Telephone, list[str]]:
    """Set an app up from one's own page; give the telephone and the recovery codes."""
    page.get_by_role("button", name="Set up a second factor").click()
    telephone = typed(page.locator("#secret").inner_text())
    expect(page.get_by_role("img", name="QR code for the app")).to_be_visible()
    assert faults(page) == []
    if shots:
        looking.picture(page, f"{shots}-set-up", full=True)
    page.get_by_label("Code that your app shows").fill(telephone.show(datetime.now(UTC)))
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator("ol code")
    expect(codes).to_have_count(10)
    assert faults(page) == []
    if shots:
        looking.picture(page, f"{shots}-codes", full=True)
    told = codes.all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    expect(page.locator("#second + p")).to_contain_text("You have 10 recovery codes left.")
    return telephone, told


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out", exact=True).click()
    expect(page.locator(".tt-me")).to_have_count(0)


@pytest.mark.parametrize("is_scripted", [True, False])
def test_set_up_sign_out_and_sign_in_by_mail_and_code(
    house: House, reader: Reader, is_scripted: bool
) -> None:
    page = reader(java_script_enabled=is_scripted)
    address = f"second-{is_scripted}@example.org".lower()
    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, address)
    # Axe is a script.
    telephone, codes = set_up(page, shots="second") if is_scripted else _set_up_plainly(page)
    sign_out(page)

    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, address)
    expect(page.get_by_role("heading", name="Second factor")).to_be_visible()
    page.get_by_label("Code that your app shows").fill("000000")
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".tt-state")).to_contain_text("not the code")
    looking.picture(page, f"second-asked-{is_scripted}")
    # The code of now was used for setting it up; the app shows the next one within half a minute.
    page.get_by_label("Code that your app shows").fill(telephone.show(datetime.now(UTC), periods=1))
    page.get_by_role("button", name="Sign in", exact=True).click()
    expect(page.locator(".tt-me")).to_contain_text(address)
    sign_out(page)

    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, address)
    page.get_by_text("I do not have my telephone").click()
    page.get_by_label("Recovery code").fill(codes[0])
    page.get_by_role("button", name="Use the recovery code").click()
    expect(page.locator(".tt-me")).to_contain_text("You have 9 recovery codes left.")


def _set_up_plainly(page: Page) -> tuple[Telephone, list[str]]:
    page.get_by_role("button", name="Set up a second factor").click()
    telephone = typed(page.locator("#secret").inner_text())
    page.get_by_label("Code that your app shows").fill(telephone.show(datetime.now(UTC)))
    page.get_by_role("button", name="Switch on").click()
    codes = page.locator("ol code").all_inner_texts()
    page.get_by_role("link", name="I have kept them").click()
    return telephone, codes


def test_the_embeds_window_asks_for_it_and_signs_the_page_in(house: House, reader: Reader) -> None:
    page = reader()
    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, "second-embed@example.org")
    telephone, _ = set_up(page)
    sign_out(page)
    page.goto(house.story("second"))
    looking.ready(page)
    with page.expect_popup() as opened:
        door(page).click()
    window = opened.value
    prove(house, window, "second-embed@example.org")
    window.get_by_label("Code that your app shows").fill(telephone.show(datetime.now(UTC), periods=1))
    window.get_by_role("button", name="Sign in", exact=True).click()

    expect(page.get_by_role("link", name="Your account")).to_be_focused()
    expect(door(page)).to_be_hidden()


def test_the_desk_asks_staff_for_it(house: House, reader: Reader) -> None:
    house.run("user", "role", "second-owner@example.org", "owner", "--site", SITE)
    house.run("site", "set", SITE, "--policy", "staff_need_second=true")
    try:
        page = reader()
        page.goto(f"{house.base}/{SITE}/sign-in")
        prove(house, page, "second-owner@example.org")
        expect(page.locator(".tt-me")).to_be_visible()
        page.goto(f"{house.base}/{SITE}/desk")
        expect(page.locator("main")).to_contain_text("more than a mailbox")
        assert faults(page) == []
        looking.picture(page, "second-desk")
        page.get_by_role("link", name="Your account").click()
        set_up(page)

        page.goto(f"{house.base}/{SITE}/desk")

        expect(page.get_by_role("button", name="Sign out")).to_be_visible()
    finally:
        house.run("site", "set", SITE, "--policy", "staff_need_second=false")


@pytest.mark.parametrize(
    ("language", "scheme", "width"), [("ar", "light", 390), ("de", "dark", 390), ("en", "dark", 1280)]
)
def test_its_pages_look_right(house: House, reader: Reader, language: str, scheme: str, width: int) -> None:
    page = reader(color_scheme=scheme, viewport={"width": width, "height": 900}, reduced_motion="reduce")
    page.goto(f"{house.base}/{SITE}/sign-in?lang={language}")
    prove(house, page, f"second-{language}-{width}@example.org")
    expect(page.locator(".tt-me")).to_be_visible()
    page.goto(f"{house.base}/{SITE}/me?lang={language}")
    looking.picture(page, f"second-me-{language}-{width}-{scheme}", full=True)
    page.locator("form[action*='/second/begin'] button").click()
    telephone = typed(page.locator("#secret").inner_text())
    assert faults(page) == []
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    looking.picture(page, f"second-set-up-{language}-{width}-{scheme}", full=True)
    page.locator("[name=code]").fill(telephone.show(datetime.now(UTC)))
    page.locator(".tt-form button").click()
    expect(page.locator("ol code")).to_have_count(10)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    looking.picture(page, f"second-codes-{language}-{width}-{scheme}", full=True)
    page.goto(f"{house.base}/{SITE}/me?lang={language}")
    page.locator("form[action*='sign-out'] button").first.click()
    expect(page.locator(".tt-me")).to_have_count(0)
    page.goto(f"{house.base}/{SITE}/sign-in?lang={language}")
    prove(house, page, f"second-{language}-{width}@example.org")
    page.locator("details summary").click()
    assert faults(page) == []
    looking.picture(page, f"second-asked-{language}-{width}-{scheme}", full=True)
