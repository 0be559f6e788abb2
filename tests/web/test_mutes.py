"""Muting over HTTP: from an embed, by forms without JavaScript, and what the page is told of it."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_conversations import PAGE, article, enter, reader, wrote
from tests.web.test_sign_in import FOREIGN, bearer

MUTED = "/gazette/me/muted"
FORM = "form[action$='/me/muted']"


def key(comment: Comment) -> str:
    return ids.encode(comment.author.id)


def mine(web: Web, **options: Any) -> Any:
    story = ids.encode(web.make.story("mine").id)
    return web.get("/gazette/mine", params={"story": story}, headers=OWN_PAGE, **options).json()


def test_fragments_name_their_authors_by_id_for_everybody_alike(sqlite_web: Web) -> None:
    web, story = sqlite_web, sqlite_web.make.story("harbour")
    ben = web.make.guest("Ben")
    first, second = (web.make.comment(story=story, guest=ben) for _ in range(2))
    gone = web.make.comment(story=story, status="withdrawn")
    before = web.get(web.path(story)).text
    enter(web)

    page = web.get(web.path(story))

    assert page.text == before
    assert article(page, first).attributes["data-author"] == key(first) == key(second)
    assert "data-author" not in article(page, gone).attributes


def test_a_signed_in_reader_mutes_and_unmutes_and_the_page_is_told(web: Web) -> None:
    author = key(web.make.comment())
    enter(web)

    answer = web.send(MUTED, {"author": author}, headers={**OWN_PAGE, **JSON})
    during = mine(web)["muted"]
    undone = web.send(MUTED, {"author": author, "off": "1"}, headers={**OWN_PAGE, **JSON})

    assert (answer.json(), during) == ({"is_muted": True}, [author])
    assert (undone.json(), mine(web)["muted"]) == ({"is_muted": False}, [])


def test_an_embed_mutes_with_its_bearer_and_nobody_without_one(web: Web) -> None:
    author = key(web.make.comment())
    enter(web)
    shown = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}
    other = web.someone_else()

    without = other.send(MUTED, {"author": author}, headers=FOREIGN)
    answer = other.send(MUTED, {"author": author}, headers=shown)

    assert (without.status_code, answer.status_code) == (403, 200)
    assert mine(web)["muted"] == [author]


def test_the_page_knows_its_reader_by_their_face(sqlite_web: Web) -> None:
    web = sqlite_web
    enter(web)
    before = mine(web)
    own = wrote(web)

    after = mine(web)

    assert (before["author"], before["muted"]) == ("", [])
    assert after["author"] == key(own)


def test_without_javascript_a_link_at_a_comment_leads_to_a_button(web: Web) -> None:
    theirs = web.make.comment(guest=web.make.guest("Ben"))
    enter(web)
    link = one(web.get(web.path(theirs)), "a.tt-mute")

    page = web.get(str(link.attributes["href"]).removeprefix(BASE))
    done = web.follow(web.send(action_of(page, FORM), fields_of(page, FORM)))

    assert "hidden" in link.attributes  # with scripts, a button of the comment's own stands for it
    assert "Ben" in said(page, "main")
    assert "folded" in said(done, "[role=status]")
    listed = one(done, f"{FORM} span")
    assert "Ben" in listed.text()

    web.follow(web.send(action_of(done, FORM), fields_of(done, FORM)))
    assert mine(web)["muted"] == []


def test_only_the_comment_that_is_looked_at_has_the_link(sqlite_web: Web) -> None:
    web = sqlite_web
    parent = web.make.comment()
    reply = web.make.comment(parent=parent)

    links = tree(web.get(web.path(reply))).css("a.tt-mute")

    assert [str(each.attributes["href"]).rpartition("=")[2] for each in links] == [ids.encode(reply.id)]


def test_whoever_is_not_signed_in_is_led_to_do_so_and_back(sqlite_web: Web) -> None:
    theirs = sqlite_web.make.comment()
    asked = f"{MUTED}?comment={ids.encode(theirs.id)}"

    led = sqlite_web.get(asked)

    where = urlsplit(led.headers["location"])
    assert where.path == "/gazette/sign-in"
    assert parse_qs(where.query)["next"] == [f"{BASE}{asked}"]


@pytest.mark.parametrize("status", ["removed", "withdrawn"])
def test_a_tombstone_names_nobody_to_mute(sqlite_web: Web, status: str) -> None:
    web = sqlite_web
    gone = web.make.comment(guest=web.make.guest("Ben"), status=status)
    enter(web)

    page = web.get(MUTED, params={"comment": ids.encode(gone.id)})

    assert "Ben" not in page.text
    assert key(gone) not in page.text
    assert tree(page).css(FORM) == []


def test_what_is_refused_changes_nothing(web: Web) -> None:
    own, held = wrote(web), web.make.comment(status="held")
    enter(web)
    wrong = {"": 404, "x": 404, "../../me": 404, "0" * 13: 404, "ن" * 13: 404, key(held): 404, key(own): 422}

    for author, status in wrong.items():
        assert web.send(MUTED, {"author": author}).status_code == status, author
    for asked in ("", "x", ids.encode(held.id)):
        assert web.get(MUTED, params={"comment": asked}).status_code in (303, 404), asked
    assert mine(web)["muted"] == []


def test_a_foreign_page_mutes_nobody_for_its_visitor(sqlite_web: Web) -> None:
    web = sqlite_web
    author = key(web.make.comment())
    enter(web)

    for headers in (FOREIGN, {**FOREIGN, "Origin": "https://evil.example"}):
        assert web.send(MUTED, {"author": author}, headers=headers).status_code == 403
    assert mine(web)["muted"] == []


def test_muting_has_a_limit_of_pace(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, sign_ins_per_minute_per_network=1) as web:
        author = key(web.make.comment())
        enter(web)
        answers = [web.send(MUTED, {"author": author}).status_code for _ in range(7)]

    assert (answers[:6], answers[6]) == ([303] * 6, 429)


def test_replies_of_somebody_muted_show_as_such_among_ones_conversations(web: Web) -> None:
    own = wrote(web)
    ben = web.make.guest("Ben")
    silent = web.make.comment("Unheard.", parent=own, guest=ben)
    answer = web.make.comment("Heard.", parent=own)
    enter(web)
    before = article(web.get(PAGE), silent)
    web.send(MUTED, {"author": key(silent)})

    page = web.get(PAGE)
    web.send(f"{PAGE}/read", {"newest": ids.encode(answer.id)})
    after = article(web.get(PAGE), silent)

    assert "Unheard." in before.text()
    assert [each.attributes["data-comment"] for each in tree(page).css(".tt-replies article")] == [
        ids.encode(answer.id)
    ]
    assert "whom you mute" in after.text()
    assert "Unheard." not in after.text()
    assert "Ben" not in after.text()


def test_replies_of_others_can_be_muted_from_ones_conversations_and_ones_own_cannot(web: Web) -> None:
    own = wrote(web)
    wrote(web, parent=own)
    answer = web.make.comment(parent=own)
    enter(web)

    links = tree(web.get(PAGE)).css("a.tt-mute:not([hidden])")

    assert {str(each.attributes["href"]).rpartition("=")[2] for each in links} == {ids.encode(answer.id)}
    assert reader(web).actor.account is not None
