"""Second opinions and remarks over HTTP: pages, forms, what is refused."""

import pytest

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.services import opinions, remarks
from tests.web import browsing
from tests.web.browsing import Web, action_of, fields_of, said, tree
from tests.web.test_desk_people import as_staff
from tests.web.test_sanctions import desk, path_of, post

ASK, REMARK = "#desk-ask", "#desk-remark"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def talk_of(comment) -> str:
    return f"/gazette/desk/c/{ids.encode(comment.id)}/opinions"


def test_a_question_is_asked_answered_and_read(web: Web) -> None:
    comment, staff = post(web), desk(web)
    as_staff(web, Role.EDITOR)

    page = staff.get(talk_of(comment))
    asked = staff.follow(
        staff.send(action_of(page, ASK), {**fields_of(page, ASK), "question": "Is <b>this</b> fair?"})
    )
    waiting = web.get("/gazette/desk/opinions")
    given = web.send(
        action_of(waiting, ".desk-fields"),
        {**fields_of(waiting, ".desk-fields"), "outcome": "publish", "words": "It is."},
    )
    done = web.follow(given)
    read = staff.get(talk_of(comment))

    assert "It is asked." in said(asked, "[role=status]")
    assert "Nobody answered yet." in asked.text
    assert said(waiting, ".desk-item > .desk-words") == "Is <b>this</b> fair?"
    assert "your answer stands" in said(done, "[role=status]")
    assert "Nobody asks you anything." in done.text
    assert "I would publish it." in read.text
    assert "It is." in read.text


def test_what_is_no_question_or_answer_is_said(web: Web) -> None:
    comment, staff = post(web), desk(web)
    as_staff(web, Role.EDITOR)

    empty = staff.send(talk_of(comment), {"question": " "})
    stranger = staff.send(talk_of(comment), {"question": "Why?", "of": ids.encode(comment.id)})
    staff.send(talk_of(comment), {"question": "Why?"})
    waiting = fields_of(web.get("/gazette/desk/opinions"), ".desk-fields")
    nothing = web.send("/gazette/desk/opinions", {**waiting, "outcome": "exile"})
    unknown = web.send("/gazette/desk/opinions", {"opinion": "x", "outcome": "publish"})
    web.send("/gazette/desk/opinions", {**waiting, "outcome": "publish"})
    late = staff.send("/gazette/desk/opinions", {**waiting, "outcome": "hold"})

    assert (empty.status_code, stranger.status_code, nothing.status_code) == (422, 422, 422)
    assert "Why?" in said(stranger, f"{ASK} textarea")
    assert unknown.status_code == 404
    assert late.status_code == 403


def test_a_remark_is_noted_and_taken_back_on_both_pages(web: Web) -> None:
    comment = post(web)
    as_staff(web, Role.EDITOR)

    for path in (path_of(comment), talk_of(comment)):
        page = web.get(path)
        noted = web.follow(web.send(action_of(page, REMARK), {"words": "<i>Known</i> to us."}))
        form = "form:has(input[name=remove])"
        gone = web.follow(web.send(action_of(noted, form), fields_of(noted, form)))

        assert said(noted, "[role=status]") == "It is noted."
        assert said(noted, "#desk-remarks ~ ul .desk-words") == "<i>Known</i> to us."
        assert said(gone, "[role=status]") == "The remark is gone."
        assert "Known" not in gone.text


def test_a_remark_without_words_is_refused(web: Web) -> None:
    comment, staff = post(web), desk(web)

    for path in (f"{path_of(comment)}/remarks", f"/gazette/desk/c/{ids.encode(comment.id)}/remarks"):
        refused = staff.send(path, {"words": "  "})
        assert refused.status_code == 422
        assert "write something" in said(refused, "[role=status]")
        assert staff.send(path, {"remove": "x"}).status_code == 404


def test_no_page_of_a_reader_shows_what_was_noted(web: Web) -> None:
    comment = post(web)
    with web.make.write(web.make.moderator) as unit:
        remarks.add_to_comment(unit, comment.id, "Known to us.")
        opinions.ask(unit, comment.id, "Known to you?")
    own = web.someone_else()
    own.client.cookies.set("tertulia_guest_gazette", browsing.SECRET, domain="testserver.local")

    story = f"/gazette/s/{ids.encode(comment.story_id)}"
    for path in (
        story,
        f"{story}/write",
        web.path(comment),
        f"{web.path(comment)}/standing",
        f"{web.path(comment)}/edit",
    ):
        page = own.get(path)
        assert page.status_code == 200
        assert "Known" not in page.text


def test_a_page_of_the_desk_lists_names_of_colleagues_to_ask(web: Web) -> None:
    comment = post(web)
    as_staff(web, Role.EDITOR)
    web.send("/gazette/me/name", {"name": "Edith"})

    own = web.get(talk_of(comment))
    other = desk(web).get(talk_of(comment))

    assert [each.text() for each in tree(own).css("select[name=of] option")] == ["whoever comes first"]
    assert [each.text() for each in tree(other).css("select[name=of] option")][1:] == ["Edith"]
