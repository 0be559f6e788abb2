"""Muting in a browser: words fold, replies stay, also for what comes in meanwhile; and an author's page by keyboard."""

import json
import time
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
from tests.e2e.test_accessibility import STANDARDS
from tests.publication import signer

PATHS = ("mute-fold", "mute-live", "mute-own", "author")
MUTED = "Who ordered the inspection?"
REPLY = "The engineers did, in September."


@pytest.fixture(scope="module")
def publication(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A server that knows the publication's key, so that readers are signed in at once; authors have pages."""
    folder = tmp_path_factory.mktemp("mutes")
    database = folder / "tertulia.sqlite"
    database.write_bytes(sqlite_template.read_bytes())
    publishers = {SITE: {"algorithm": "ES256", "key": signer("ES256").key}}
    with houses.opened(f"sqlite:///{database}", folder, publishers=json.dumps(publishers)) as (house,):
        house.run("site", "set", SITE, "--policy", "author_pages=true")
        discussions.load(house, dict.fromkeys(PATHS, discussions.small()))
        yield house


def subscriber(reader: Reader, publication: House, path: str, **options: object) -> Page:
    """Open a story as a new subscriber whom the publication signs in."""
    page, now = reader(**options), int(time.time())
    token = signer("ES256").token(iat=now, exp=now + 600, sub=f"{path}-{time.monotonic_ns()}", email=None)
    page.add_init_script(
        f"""addEventListener("DOMContentLoaded", () => {{
          document.querySelector("tertulia-discussion")?.setAttribute("token", "{token}");
        }})"""
    )
    looking.listening(page, publication.story(path))
    expect(page.locator(".tt-as")).to_be_visible()
    return page


def test_a_muted_author_s_words_fold_and_the_replies_to_them_stay(publication: House, reader: Reader) -> None:
    page = subscriber(reader, publication, "mute-fold")
    tiresome = comment(page, MUTED)

    press(tiresome, "mute")

    fold = tiresome.locator("[data-action=unfold]")
    expect(fold).to_be_focused()
    expect(fold).to_have_text("Muted – show")
    expect(fold).to_have_attribute("aria-expanded", "false")
    expect(tiresome.locator(".tt-body")).to_be_hidden()
    expect(tiresome.locator("[data-action=reply]")).to_be_hidden()
    expect(comment(page, REPLY)).to_be_visible()
    looking.picture(page, "muted", full=True)
    assert found(page) == []

    page.reload()
    expect(fold).to_have_text("Muted – show")
    expect(tiresome.locator(".tt-body")).to_be_hidden()


def test_by_keyboard_one_comment_is_shown_and_its_author_unmuted(publication: House, reader: Reader) -> None:
    page = subscriber(reader, publication, "mute-own")
    tiresome = comment(page, MUTED)
    press(tiresome, "mute")
    fold = tiresome.locator("[data-action=unfold]")
    expect(fold).to_be_focused()

    page.keyboard.press("Enter")
    expect(tiresome.locator(".tt-body")).to_be_visible()
    expect(fold).to_have_attribute("aria-expanded", "true")
    page.keyboard.press("Enter")
    expect(tiresome.locator(".tt-body")).to_be_hidden()
    page.keyboard.press("Enter")
    tiresome.get_by_role("button", name="Unmute").focus()
    page.keyboard.press("Enter")

    expect(tiresome.get_by_role("button", name="Mute", exact=True)).to_be_focused()
    expect(fold).to_have_count(0)
    expect(tiresome.locator(".tt-body")).to_be_visible()


def test_what_a_muted_author_writes_meanwhile_comes_folded(publication: House, reader: Reader) -> None:
    writing = reader()
    writing.goto(publication.story("mute-live"))
    looking.ready(writing)
    post(writing, "First words of a tiresome guest.")
    reading = subscriber(reader, publication, "mute-live")
    press(comment(reading, "First words of a tiresome guest."), "mute")
    expect(comment(reading, "First words").locator(".tt-body")).to_be_hidden()

    post(writing, "Further words of a tiresome guest.")
    reading.get_by_role("button", name="1 new comment").click()

    late = comment(reading, "Further words of a tiresome guest.")
    expect(late).to_be_focused()
    expect(late.locator("[data-action=unfold]")).to_have_text("Muted – show")
    expect(late.locator(".tt-body")).to_be_hidden()
    expect(late.locator(".tt-new")).to_have_count(0)


def test_whoever_is_not_signed_in_is_offered_nothing(publication: House, reader: Reader) -> None:
    page = reader()
    page.goto(publication.discussion("author"))
    looking.ready(page)

    expect(page.locator("[data-action=mute]")).to_have_count(0)
    page.locator("[data-action=permalink]").first.click()
    expect(page.locator(".tt-mute:visible")).to_have_count(0)


def test_one_s_own_words_have_no_button(publication: House, reader: Reader) -> None:
    page = subscriber(reader, publication, "mute-own")
    post(page, "Words of a subscriber.")

    own = comment(page, "Words of a subscriber.")
    expect(own.locator("[data-action=withdraw]")).to_be_visible()
    expect(own.locator("[data-action=mute]")).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_an_author_s_page_is_reached_and_left_by_keyboard(
    publication: House, reader: Reader, scheme: str
) -> None:
    page = reader(color_scheme=scheme, viewport={"width": 390, "height": 800})
    page.goto(publication.discussion("author"))
    looking.ready(page)
    said = comment(page, MUTED)
    name = said.locator("a.tt-author").text_content() or ""

    said.locator("a.tt-author").focus()
    page.keyboard.press("Enter")

    expect(page.get_by_role("heading", level=1)).to_have_text(name)
    assert found(page) == []
    assert not looking.is_wider_than_window(page)
    looking.picture(page, f"author-{scheme}", full=True)
    page.locator(".tt-item", has_text=MUTED).first.locator(".tt-byline a").focus()
    page.keyboard.press("Enter")
    expect(comment(page, MUTED)).to_be_visible()


def post(page: Page, body: str) -> None:
    press(page.locator(".tt-head"), "write")
    looking.write(page, body, name="Otto Grimm")
    expect(comment(page, body)).to_be_focused()


def found(page: Page) -> list[str]:
    """What axe-core finds in what is ours."""
    ours = "tertulia-discussion" if page.locator("tertulia-discussion").count() else None
    results = Axe().run(page, context=ours, options=STANDARDS).response
    return [f"{each['id']}: {node['target']}" for each in results["violations"] for node in each["nodes"]]
