"""An editor's lists: added at the desk by keyboard, tried on a text, and met by a writer."""

from playwright.sync_api import Page, expect

from tests.e2e import looking
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.test_roles import accept, is_sound, link_in

STORIES = {"phrases": []}


def test_an_editor_lists_phrases_and_a_writer_meets_them(house: House, reader: Reader) -> None:
    editor, writer = reader(), reader()
    invited = house.run("user", "invite", "--role", "editor", "--site", SITE)
    accept(house, editor, link_in(invited), "petra@harbour.example")
    _lists(house, editor)
    _tries(editor)

    writer.goto(house.story("phrases"))
    looking.ready(writer)
    looking.press(writer.locator(".tt-head"), "write")
    looking.write(writer, "What a kn\u0430ve.")  # with a Cyrillic letter
    expect(writer.locator(".tt-composing .tt-state")).to_contain_text("not taken here")
    looking.write(writer, "What a rascal.")
    expect(looking.comment(writer, "What a rascal.")).to_be_visible()

    _removes(editor)


def _lists(house: House, editor: Page) -> None:
    editor.goto(f"{house.base}/{SITE}/desk/phrases")
    editor.get_by_label("Phrases, one a line").fill("knave\nscoundrel\tsuspect\tstem")
    editor.get_by_role("button", name="Add", exact=True).press("Enter")
    expect(editor.get_by_role("status")).to_have_text("2 phrases were added.")
    expect(editor.locator(".desk-phrase")).to_have_count(2)


def _tries(editor: Page) -> None:
    editor.get_by_label("Text of a comment").fill("You k.n.a.v.e, all of you scoundrels.")
    editor.get_by_role("button", name="Try", exact=True).press("Enter")
    expect(editor.locator(".desk-sample mark")).to_have_text(["k.n.a.v.e", "scoundrel"])
    expect(editor.get_by_text("By these lists alone: Refused.")).to_be_visible()
    is_sound(editor, "desk-phrases")


def _removes(editor: Page) -> None:
    for each in editor.locator(".desk-phrase input").all():
        each.check()
    editor.get_by_role("button", name="Remove the marked ones").click()
    expect(editor.get_by_role("status")).to_have_text("2 phrases were removed.")
