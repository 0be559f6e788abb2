"""Taking part in the embed: on the publication's own page, which is another origin than the server."""

import re

import pytest
from playwright.sync_api import Page, Route, expect

from tests.e2e import discussions, looking
from tests.e2e.conftest import Reader
from tests.e2e.house import House
from tests.e2e.looking import comment, composer, press

MANY_LINKS = " ".join(f"https://www.example.org/{number}" for number in range(9))


NAMES = (
    *("part-load", "part-write", "part-quote", "part-edit", "part-draft", "part-held", "part-refused"),
    "part-nudge",
)
STORIES = dict.fromkeys(NAMES, discussions.small())


@pytest.fixture
def page(reader: Reader) -> Page:
    return reader()


def _open(page: Page, house: House, path: str) -> None:
    page.goto(house.story(path))
    looking.ready(page)


def test_the_discussion_loads_into_another_origin_s_page(house: House, page: Page) -> None:
    _open(page, house, "part-load")

    expect(page.locator(".tt-count")).to_have_text("5 comments")
    expect(page.get_by_role("link", name="Comments", exact=True)).to_have_count(0)
    assert page.context.cookies() == []
    looking.picture(page, "embed-top", full=True)


def test_first_comment_under_a_story_nobody_wrote_under_yet(house: House, page: Page) -> None:
    _open(page, house, "part-new")
    expect(page.locator(".tt-count")).to_have_text("No comments yet")

    press(page.locator(".tt-head"), "write")
    looking.write(page, "Who pays for the *ferry*?")

    posted = comment(page, "Who pays for the ferry?")
    expect(posted).to_be_focused()
    expect(page.locator(".tt-state")).to_have_text("Your comment is posted.")
    expect(page.locator(".tt-count")).to_have_text("1 comment")
    page.reload()
    expect(posted).to_be_visible()


def test_reply_appears_below_what_it_answers(house: House, page: Page) -> None:
    _open(page, house, "part-write")

    press(comment(page, "And who asked the engineers?"), "reply")
    looking.write(page, "The harbour trust did.")

    reply = comment(page, "The harbour trust did.")
    expect(reply.locator(".tt-to")).to_contain_text("to Emil Novak")
    expect(reply).to_have_attribute("data-depth", "3")


def test_toolbar_and_preview_show_what_will_be_posted(house: House, page: Page) -> None:
    _open(page, house, "part-write")
    press(page.locator(".tt-head"), "write")
    page.locator("[name=body]").fill("told")
    page.locator("[name=body]").select_text()

    composer(page).locator("[data-mark=strike]").click()
    press(composer(page), "preview")

    expect(page.locator("[name=body]")).to_have_value("~~told~~")
    expect(page.locator(".tt-preview").locator("s, del")).to_have_text("told")
    looking.picture(page, "composer-preview")


def test_quote_a_selection_of_a_comment(house: House, page: Page) -> None:
    _open(page, house, "part-quote")
    quoted = comment(page, "Who ordered the inspection?")
    quoted.locator(".tt-body em").select_text()

    press(quoted, "quote")

    expect(page.locator("[name=body]")).to_have_value(
        re.compile(r"^> will not\n>\n> \[Cléo Marchand\]\(#comment-\w{13}\)")
    )
    body = page.locator("[name=body]").input_value()
    looking.write(page, f"{body}They never do.")
    link = comment(page, "They never do.").locator("blockquote a")
    link.click()
    expect(quoted).to_be_focused()


def test_quote_a_sentence_of_the_story_in_one_gesture(house: House, page: Page) -> None:
    _open(page, house, "part-quote")
    sentence = "The council puts repairs at 18.4 million crowns."

    page.locator(".report p", has_text=sentence).evaluate(
        """(paragraph, sentence) => {
          const [text] = paragraph.childNodes;
          const at = text.data.indexOf(sentence);
          getSelection().setBaseAndExtent(text, at, text, at + sentence.length);
        }""",
        sentence,
    )
    page.locator(".report p", has_text=sentence).scroll_into_view_if_needed()
    offer = page.locator(".tt-quote-story")
    expect(offer).to_be_in_viewport()
    looking.picture(page, "quote-story")
    offer.click()

    expect(page.locator("[name=body]")).to_have_value(f"> {sentence}\n\n")
    expect(page.locator("[name=body]")).to_be_focused()


def test_edit_then_withdraw_one_s_own_comment(house: House, page: Page) -> None:
    _open(page, house, "part-edit")
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Four milion crowns.")

    press(comment(page, "Four milion crowns."), "edit")
    expect(page.locator("[name=body]")).to_have_value("Four milion crowns.")
    looking.write(page, "Four million crowns.")
    edited = comment(page, "Four million crowns.")
    expect(edited.locator(".tt-edited")).to_be_visible()
    page.once("dialog", lambda dialog: dialog.accept())
    press(edited, "withdraw")

    expect(page.locator(".tt-tombstone")).to_contain_text("Withdrawn")
    expect(edited).to_have_count(0)
    expect(page.locator(".tt-state").last).to_have_text("Your comment is withdrawn.")


def test_nobody_else_is_offered_to_edit(house: House, page: Page, reader: Reader) -> None:
    _open(page, house, "part-edit")
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Mine alone.")
    expect(comment(page, "Mine alone.").locator("[data-action=edit]")).to_be_visible()

    other = reader()
    _open(other, house, "part-edit")

    expect(comment(other, "Mine alone.")).to_be_visible()
    expect(other.locator("[data-action=edit], [data-action=withdraw]")).to_have_count(0)


def test_a_draft_survives_a_reload(house: House, page: Page) -> None:
    _open(page, house, "part-draft")
    press(comment(page, "The ferry runs every forty minutes."), "reply")
    page.locator("[name=body]").fill("Not on Sundays, it")

    page.reload()
    looking.ready(page)
    press(comment(page, "The ferry runs every forty minutes."), "reply")

    expect(page.locator("[name=body]")).to_have_value("Not on Sundays, it")
    expect(composer(page).locator(".tt-state")).to_have_attribute("data-state", "draft")


def test_a_submit_that_is_repeated_makes_one_comment(house: House, page: Page) -> None:
    _open(page, house, "part-draft")
    answered: list[int] = []

    def lose_the_first_answer(route: Route) -> None:
        answer = route.fetch()
        answered.append(answer.status)
        if len(answered) == 1:
            route.fulfill(status=502, body="")
        else:
            route.fulfill(response=answer)

    page.route("**/comments", lose_the_first_answer)
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Said once.")
    expect(composer(page).locator(".tt-state")).to_have_attribute("data-state", "failed")
    looking.send(page)

    expect(comment(page, "Said once.")).to_have_count(1)
    assert answered == [201, 200]
    page.reload()
    expect(comment(page, "Said once.")).to_have_count(1)


def test_a_held_comment_is_shown_to_its_author_only(house: House, page: Page, reader: Reader) -> None:
    _open(page, house, "part-held")
    press(page.locator(".tt-head"), "write")

    looking.write(page, f"Read all of these: {MANY_LINKS}")

    held = comment(page, "Read all of these")
    expect(held).to_contain_text("Only you see it.")
    expect(page.locator(".tt-count")).to_have_text("5 comments")
    looking.picture(page, "held")
    page.reload()
    expect(held).to_be_visible()
    other = reader()
    _open(other, house, "part-held")
    expect(comment(other, "The ferry runs")).to_be_visible()
    expect(comment(other, "Read all of these")).to_have_count(0)


@pytest.mark.parametrize(
    ("body", "reason"),
    [("word " * 2001, "10,000"), ("The same words again.", "a short while ago")],
    ids=["too-long", "the-same-again"],
)
def test_a_refused_comment_says_why_and_keeps_its_words(
    house: House, page: Page, body: str, reason: str
) -> None:
    _open(page, house, "part-refused")
    press(page.locator(".tt-head"), "write")
    if body == "The same words again.":
        looking.write(page, body)
        expect(comment(page, body)).to_be_visible()
        press(page.locator(".tt-head"), "write")

    looking.write(page, body)

    state = composer(page).locator(".tt-state")
    expect(state).to_have_attribute("data-state", "refused")
    expect(state).to_contain_text(reason)
    expect(page.locator("[name=body]")).to_have_value(body)
    looking.picture(page, "refused")


def test_whoever_shouts_is_asked_once_and_keeps_their_words(house: House, page: Page) -> None:
    _open(page, house, "part-nudge")
    shouted = "NOBODY ASKED US ABOUT THE HARBOUR!!!!!"
    press(page.locator(".tt-head"), "write")

    looking.write(page, shouted)

    expect(composer(page).locator(".tt-state")).to_contain_text("once more")
    expect(page.locator("[name=body]")).to_have_value(shouted)
    first = composer(page).get_by_role("button", name="Post it as it is")
    looking.picture(page, "composer-nudge")
    first.click()
    expect(comment(page, shouted)).to_be_focused()
