"""The lists of phrases at the desk over HTTP: add, search, remove, save, try, and what is refused."""

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.phrases import Phrase
from tertulia.services import phrases
from tests.web import browsing
from tests.web.browsing import OWN_PAGE, Web, action_of, one, said, tree
from tests.web.test_desk_people import as_staff

PAGE = "/gazette/desk/phrases"
ADD = {"lines": "idiot\r\nknave", "kind": "banned", "matching": "word", "language": ""}


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        as_staff(opened, Role.EDITOR)
        yield opened


def words(web: Web, **asked: str) -> list[str]:
    return [
        each.text(strip=True)
        for each in tree(web.get(PAGE, params=asked)).css(".desk-phrase bdi:first-of-type")
    ]


def listed(web: Web, lines: str) -> None:
    with web.make.write(SYSTEM) as unit:
        phrases.add(unit, lines, otherwise=Phrase(words=""))


def test_an_editor_adds_phrases_and_finds_them(web: Web) -> None:
    page = web.get(PAGE)

    shown = web.follow(web.send(action_of(page, "form[method=post][action$=phrases]"), ADD))

    assert said(shown, "[role=status]") == "2 phrases were added."
    assert words(web) == ["knave", "idiot"]
    assert words(web, q="dio") == ["idiot"]
    assert words(web, kind="suspect") == []
    assert "Phrases" in said(shown, ".desk-pages [aria-current]")


def test_what_is_marked_is_removed_and_nothing_else(web: Web) -> None:
    listed(web, "idiot\nknave\nfool")
    page = web.get(PAGE)
    marks = [str(each.attributes["name"]) for each in tree(page).css(".desk-phrase input")]

    shown = web.follow(web.send(action_of(page, "form[action*=remove]"), {marks[0]: "1", marks[2]: "1"}))

    assert said(shown, "[role=status]") == "2 phrases were removed."
    assert words(web) == ["knave"]


def test_a_whole_page_is_removed_at_once(web: Web) -> None:
    listed(web, "\n".join(f"word {number}" for number in range(130)))
    page = web.get(PAGE)
    marks = {str(each.attributes["name"]): "1" for each in tree(page).css(".desk-phrase input")}

    shown = web.follow(web.send(action_of(page, "form[action*=remove]"), marks))

    assert said(shown, "[role=status]") == "100 phrases were removed."
    assert len(words(web)) == 30


def test_a_line_that_is_no_phrase_is_said_with_what_was_typed(web: Web) -> None:
    refused = web.send(PAGE, {**ADD, "lines": "idiot\r\nfo*l", "matching": "stem", "language": "de"})

    assert refused.status_code == 422
    assert said(refused, "[role=status]") == "Line 2 is no phrase: “fo*l”. Nothing was added."
    assert one(refused, "textarea[name=lines]").text() == "idiot\nfo*l"
    assert one(refused, "[name=matching][checked]").attributes["value"] == "stem"
    assert one(refused, "[name=language]").attributes["value"] == "de"
    assert words(web) == []


@pytest.mark.parametrize(
    ("path", "fields", "status"),
    [
        ("", {**ADD, "kind": "forbidden"}, 422),
        ("", {**ADD, "matching": "regexp"}, 422),
        ("", {**ADD, "language": "<script>"}, 422),
        ("", {**ADD, "lines": ""}, 303),
        ("/remove", {"phrase-x": "1"}, 404),
        ("/remove", {"phrase-0000000000000": "1"}, 303),
        ("/remove", {}, 303),
        ("/try", {}, 200),
    ],
)
def test_what_makes_no_sense_changes_nothing(
    web: Web, path: str, fields: dict[str, str], status: int
) -> None:
    listed(web, "idiot")

    assert web.send(PAGE + path, fields, headers=OWN_PAGE).status_code == status
    assert words(web) == ["idiot"]


@pytest.mark.parametrize("asked", [{"kind": "forbidden"}, {"before": "x"}])
def test_what_is_asked_for_and_is_not_there_is_not_found(web: Web, asked: dict[str, str]) -> None:
    assert web.get(PAGE, params=asked).status_code == 404


def test_long_lists_have_pages(web: Web) -> None:
    listed(web, "\n".join(f"word {number}" for number in range(130)))

    first = web.get(PAGE)
    onward = str(one(first, ".tt-pages a").attributes["href"])

    assert "130 of at most 30,000" in first.text
    assert len(tree(first).css(".desk-phrase")) == 100
    assert len(tree(web.get(onward)).css(".desk-phrase")) == 30


def test_a_saved_list_is_taken_as_it_is(web: Web) -> None:
    listed(web, "idiot\tsuspect\tstem\tde\nknave")

    saved = web.get(f"{PAGE}/text")

    assert saved.headers["content-type"] == "text/plain; charset=utf-8"
    assert saved.headers["content-disposition"] == 'attachment; filename="phrases-gazette.txt"'
    assert saved.text == "idiot\tsuspect\tstem\tde\nknave\tbanned\tword\t*\n"


def test_the_box_marks_every_match_and_says_what_follows(web: Web) -> None:
    listed(web, "idiot\nknave\tsuspect\n*nav*\tsuspect\twildcard")

    tried = web.send(f"{PAGE}/try", {"text": "<b>You</b> knave, you 1d10t."}, headers=OWN_PAGE)

    assert [each.text() for each in tree(tried).css(".desk-sample mark")] == ["knave", "1d10t"]
    assert one(tried, ".desk-sample").text() == "<b>You</b> knave, you 1d10t."
    assert said(tried, ".desk-tried p b") == "By these lists alone: Refused."
    assert len(tree(tried).css(".desk-tried li")) == 3
    assert one(tried, "textarea[name=text]").text().strip() == "<b>You</b> knave, you 1d10t."


def test_a_thousand_lines_fit_in_a_form_and_too_many_bytes_do_not(web: Web) -> None:
    many = web.send(
        PAGE, {**ADD, "lines": "\n".join(f"some longer phrase {number}" for number in range(9_000))}
    )

    assert many.status_code == 303
    assert web.send(PAGE, {**ADD, "lines": "x" * 2_100_000}).status_code == 413


def test_links_of_the_command_line_do_not_reach_the_lists(database: str) -> None:
    with browsing.opened(database, is_development=True) as web:
        web.enter_desk()

        assert web.get(PAGE).status_code == 403
        assert web.send(PAGE, ADD, headers=OWN_PAGE).status_code == 403
