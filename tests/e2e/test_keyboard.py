"""The keyboard alone: everything is reached, nothing is a trap, the focus is seen and comes back."""

import pytest
from playwright.sync_api import Page, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, composer

FOCUSED = """() => {
  const host = document.querySelector("tertulia-discussion");
  const it = (host?.shadowRoot ?? document).activeElement;
  const { outlineStyle, outlineWidth } = it ? getComputedStyle(it) : {};
  return { action: it?.dataset.action ?? it?.dataset.sort ?? "", tag: it?.tagName ?? "",
           isSeen: outlineStyle !== "none" && parseFloat(outlineWidth) >= 2 };
}"""


STORIES = dict.fromkeys(("keys-tab", "keys-walk", "keys-write", "keys-unseen"), discussions.small())


@pytest.fixture
def page(reader: Reader) -> Page:
    return reader()


def test_tab_reaches_every_control_and_leaves_again(house: House, page: Page) -> None:
    page.goto(house.story("keys-tab"))
    looking.ready(page)
    controls = page.locator("section.tt-discussion").locator("a, button").filter(visible=True).count()
    page.locator(".tt-head a").first.focus()
    page.keyboard.press("Shift+Tab")

    reached: list[dict[str, object]] = []
    for _ in range(controls):
        page.keyboard.press("Tab")
        reached.append(page.evaluate(FOCUSED))
    page.keyboard.press("Tab")

    assert all(each["isSeen"] for each in reached), reached
    wanted = {
        "newest",
        "oldest",
        "replied",
        "write",
        "sign-in",
        "keys",
        "permalink",
        "parent",
        "reply",
        "quote",
        "flag",
        "collapse",
    }
    assert {each["action"] for each in reached} == wanted
    assert page.evaluate(FOCUSED)["tag"] == ""


def test_keys_walk_through_the_comments(house: House, page: Page) -> None:
    page.goto(f"{house.story('keys-walk')}?sort=oldest")
    looking.ready(page)
    page.locator(".tt-head a").first.focus()

    page.keyboard.press("j")
    expect(comment(page, "The bridge was shut")).to_be_focused()
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("j")
    expect(comment(page, "And who asked the engineers?")).to_be_focused()
    page.keyboard.press("a")
    expect(comment(page, "The engineers did, in September.")).to_be_focused()
    page.keyboard.press("k")
    expect(comment(page, "Who ordered the inspection?")).to_be_focused()
    assert page.evaluate(FOCUSED)["isSeen"]
    looking.picture(page, "keys-focus")


def test_c_folds_a_thread_and_unfolds_it(house: House, page: Page) -> None:
    page.goto(house.story("keys-walk"))
    looking.ready(page)
    comment(page, "Who ordered the inspection?").focus()

    page.keyboard.press("c")
    expect(comment(page, "The engineers did, in September.")).to_be_hidden()
    page.keyboard.press("c")

    expect(comment(page, "The engineers did, in September.")).to_be_visible()


def test_reply_by_key_then_escape_gives_the_focus_back(house: House, page: Page) -> None:
    page.goto(house.story("keys-write"))
    looking.ready(page)
    comment(page, "The ferry runs").focus()

    page.keyboard.press("r")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Escape")

    expect(composer(page)).to_have_count(0)
    expect(comment(page, "The ferry runs").locator("[data-action=reply]")).to_be_focused()


def test_quote_by_key_and_post_by_key(house: House, page: Page) -> None:
    page.goto(house.story("keys-write"))
    looking.ready(page)
    comment(page, "The bridge was shut").focus()

    page.keyboard.press("q")
    expect(page.locator("textarea")).to_be_focused()
    page.keyboard.press("Shift+Tab")
    page.keyboard.type("Nora Lind")
    page.keyboard.press("Tab")
    page.keyboard.press("Control+End")
    page.keyboard.type("On the fifth, I was there.")
    page.keyboard.press("Control+Enter")

    expect(comment(page, "On the fifth, I was there.")).to_be_focused()


def test_keys_are_letters_in_a_text_field(house: House, page: Page) -> None:
    page.goto(house.story("keys-write"))
    looking.ready(page)
    comment(page, "The ferry runs").focus()
    page.keyboard.press("r")
    expect(page.locator("textarea")).to_be_focused()

    page.keyboard.type("jkuarqc?")

    expect(page.locator("textarea")).to_have_value("jkuarqc?")
    expect(page.locator("textarea")).to_be_focused()


def test_keys_do_nothing_outside_the_discussion(house: House, page: Page) -> None:
    page.goto(house.story("keys-walk"))
    looking.ready(page)

    page.locator("body").press("?")
    page.locator("body").press("j")

    expect(page.locator("dialog.tt-keys")).to_be_hidden()
    assert page.evaluate(FOCUSED)["tag"] == ""


def test_the_list_of_keys_opens_and_gives_the_focus_back(house: House, page: Page) -> None:
    page.goto(house.story("keys-walk"))
    looking.ready(page)
    comment(page, "The ferry runs").focus()

    page.keyboard.press("?")
    expect(page.get_by_role("dialog", name="Keys")).to_be_visible()
    looking.picture(page, "keys-list")
    page.keyboard.press("Escape")

    expect(page.locator("dialog.tt-keys")).to_be_hidden()
    expect(comment(page, "The ferry runs")).to_be_focused()


def test_u_goes_to_what_is_new_since_the_last_visit(house: House, page: Page, reader: Reader) -> None:
    page.goto(house.story("keys-unseen"))
    looking.ready(page)
    other = reader()
    other.goto(house.story("keys-unseen"))
    looking.ready(other)
    looking.press(comment(other, "The bridge was shut"), "reply")
    looking.write(other, "Since yesterday.")
    expect(comment(other, "Since yesterday.")).to_be_focused()

    page.reload()
    looking.ready(page)
    comment(page, "The ferry runs").focus()
    page.keyboard.press("u")

    expect(comment(page, "Since yesterday.")).to_be_focused()
    expect(comment(page, "Since yesterday.").locator(".tt-new")).to_be_visible()
    expect(page.locator(".tt-new")).to_have_count(1)
    looking.picture(page, "unseen")
