"""People of a publication: an owner by a link, a moderator of one section, an editor who changes the policy."""

import json
import re

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.e2e import looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import picture
from tests.e2e.test_sign_in import prove

SITE = "court"
SECTIONS = ("Politics", "Sport")


def test_an_owner_gives_sections_and_an_editor_changes_the_policy(house: House, reader: Reader) -> None:
    said = house.run("site", "add", SITE, "--name", "The Court Circular", "--origin", house.publisher)
    _bring(house)
    owner, moderator, editor = reader(), reader(), reader(viewport={"width": 390, "height": 800})
    accept(house, owner, link_in(said), "olga@court.example")
    accept(house, editor, link_in(_invited(house, "editor")), "edda@court.example")
    _come(house, moderator, "maren@court.example")

    _make_moderator(house, owner, "maren@court.example", "sport")
    _sees_only_sport(house, moderator)
    _changes_policy(house, editor)


def _make_moderator(house: House, owner: Page, address: str, section: str) -> None:
    owner.goto(f"{house.base}/{SITE}/desk/people")
    owner.get_by_label("Address or name begins with").fill(address[:5])
    owner.keyboard.press("Enter")
    expect(owner.locator(".desk-person")).to_have_count(1)
    is_sound(owner, "desk-people")
    owner.get_by_role("link", name=address).click()
    owner.get_by_role("radio", name="Moderator", exact=True).check()
    owner.get_by_label("Sections of a moderator, one a line").fill(section)
    owner.get_by_role("button", name="Give this role").press("Enter")
    expect(owner.get_by_role("status")).to_have_text("The role is changed.")
    is_sound(owner, "desk-person")


def _sees_only_sport(house: House, moderator: Page) -> None:
    # Another role has ended her session.
    moderator.goto(f"{house.base}/{SITE}/desk")
    expect(moderator.get_by_role("navigation", name="Moderation desk")).to_have_count(0)
    _come(house, moderator, "maren@court.example")
    moderator.goto(f"{house.base}/{SITE}/desk")
    expect(moderator.locator(".desk-sections")).to_contain_text("sport")
    expect(moderator.locator(".desk-item .tt-body")).to_have_text(["Held in Sport."])
    is_sound(moderator, "desk-sections")
    moderator.locator(".desk-item").get_by_role("button", name="Publish").click()
    expect(moderator.get_by_role("status")).to_have_text("Published.")
    moderator.goto(f"{house.base}/{SITE}/desk/people")
    expect(moderator.locator("h1")).to_have_text("Not allowed")


def _changes_policy(house: House, editor: Page) -> None:
    editor.goto(f"{house.base}/{SITE}/desk/policy")
    is_sound(editor, "desk-policy")
    editor.get_by_label("Read only").select_option("yes")
    editor.get_by_label("Links in a comment").fill("2")
    editor.get_by_role("button", name="Save").click()
    expect(editor.get_by_role("status")).to_contain_text("saved")
    editor.get_by_role("link", name="All versions").click()
    expect(editor.locator(".desk-changes").first).to_contain_text("Read only: no yes")
    is_sound(editor, "desk-versions")
    editor.get_by_role("button", name="Back to version 1").click()
    expect(editor.get_by_label("Links in a comment")).to_have_value("5")
    expect(editor.get_by_text("This is version 3.")).to_be_visible()


def accept(house: House, page: Page, link: str, address: str) -> None:
    """Open an invitation, sign in by mail, and take it."""
    page.goto(link)
    is_sound(page, "invitation")
    page.get_by_role("link", name="Sign in").click()
    prove(house, page, address)
    expect(page.get_by_role("button", name="Accept with this account")).to_be_visible()
    is_sound(page, "invitation-accept")
    page.get_by_role("button", name="Accept with this account").click()
    expect(page.get_by_role("navigation", name="Moderation desk")).to_be_visible()


def _come(house: House, page: Page, address: str) -> None:
    page.goto(f"{house.base}/{SITE}/sign-in")
    prove(house, page, address)
    expect(page.get_by_role("heading", name="Your account")).to_be_visible()


def link_in(said: str) -> str:
    found = re.search(r"https?://\S+/invitation\?token=\S+", said)
    assert found, said
    return found[0]


def _invited(house: House, role: str) -> str:
    return house.run("user", "invite", "--role", role, "--site", SITE)


def is_sound(page: Page, name: str) -> None:
    picture(page, name, full=True)
    assert Axe().run(page).response["violations"] == []
    assert not looking.is_wider_than_window(page)


def _bring(house: House) -> None:
    """Bring stories with their sections, each with a comment that waits."""
    lines: list[dict[str, object]] = [{"record": "tertulia", "version": 1, "site": SITE}]
    for section in SECTIONS:
        url = f"{house.publisher}/{section.lower()}"
        lines += [
            {"record": "story", "id": section, "url": url, "title": f"News of {section}", "section": section},
            {
                "record": "comment",
                "id": f"{section}-1",
                "story": section,
                "author": {"name": "Ann Rees"},
                "created_at": "2026-03-02T09:00:00Z",
                "body": f"Held in {section}.",
                "state": "pending",
            },
        ]
    file = house.folder / f"{SITE}.jsonl"
    file.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")
    house.run("import", str(file), "--site", SITE)
