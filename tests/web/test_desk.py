"""The moderation desk over HTTP: links, sessions, decisions, what changed meanwhile."""

import pytest

from tertulia.domain import ids
from tertulia.services import comments, sites
from tests.web import browsing
from tests.web.browsing import Web, action_of, fields_of, one, said, tree

WAITING = "#desk-{} form.desk-form"


def decision(web: Web, page_form: str, outcome: str, **fields: str) -> tuple[str, dict[str, str]]:
    page = web.get("/gazette/desk")
    sent = {"outcome": outcome, **fields_of(page, page_form), **fields}
    return action_of(page, page_form), sent


def test_link_is_used_by_its_button_and_once(web: Web) -> None:
    token = web.link()

    for _ in range(3):
        page = web.get(f"/gazette/desk/enter?token={token}")
    entered = web.send(action_of(page, "form.desk-form"), fields_of(page, "form.desk-form"))
    again = web.someone_else().send("/gazette/desk/enter", {"token": token})

    assert page.status_code == 200
    assert web.follow(entered).status_code == 200
    assert again.status_code == 403
    assert "set-cookie" not in again.headers
    assert "This sign-in link is not valid any more." in again.text


def test_desk_is_closed_to_everybody_else(web: Web) -> None:
    held = web.make.comment("Wait.", status="held")

    page = web.get("/gazette/desk")
    decided = web.send(f"/gazette/desk/c/{ids.encode(held.id)}", {"outcome": "publish", "revision": "1"})

    assert (page.status_code, decided.status_code) == (401, 401)
    assert "Wait." not in page.text


@pytest.mark.parametrize(("smtp", "alarms"), [("", 1), ("smtp://127.0.0.1:1", 0)])
def test_the_desk_says_loudly_that_no_mail_is_sent(sqlite_database: str, smtp: str, alarms: int) -> None:
    with browsing.opened(sqlite_database, smtp=smtp) as web:
        web.enter_desk()

        assert len(tree(web.get("/gazette/desk")).css("[role=alert]")) == alarms


def test_held_comment_is_published(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment("Wait.", status="held")
    form = WAITING.format(ids.encode(held.id))

    shown = web.follow(web.send(*decision(web, form, "publish")))

    assert said(shown, "[role=status]") == "Published"
    assert not tree(shown).css(form)
    assert said(web.get(web.path(held)), ".tt-highlight .tt-body") == "Wait."


def test_removal_names_its_reason_and_can_be_undone(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment("Buy this.", status="held")
    form = WAITING.format(ids.encode(held.id))

    removed = web.follow(web.send(*decision(web, form, "remove", reason="spam")))
    undone = web.follow(web.send(*decision(web, "li.desk-item form.desk-form", "undo")))

    assert said(removed, "li.desk-item form.desk-form b") == "Removed"
    assert "advertising" in said(removed, "li.desk-item form.desk-form > span")
    assert one(undone, form)


def test_what_changed_meanwhile_is_shown_anew_and_not_decided(web: Web) -> None:
    web.enter_desk()
    guest = web.make.guest()
    held = web.make.comment("First words.", status="held", guest=guest)
    stale = decision(web, WAITING.format(ids.encode(held.id)), "publish")
    with web.make.write(guest.actor) as unit:
        comments.edit(unit, held.id, "Other words.")

    response = web.send(*stale)

    assert response.status_code == 409
    assert said(response, "[role=status]") == "This comment changed since you saw it. Please look again."
    assert said(response, f"#desk-{ids.encode(held.id)} .tt-body") == "Other words."
    assert web.get(web.path(held)).status_code == 404


def test_words_that_are_no_decision_are_refused(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment(status="held")
    where = f"/gazette/desk/c/{ids.encode(held.id)}"

    for fields in (
        {"outcome": "praise", "revision": "1"},
        {"outcome": "remove", "reason": "dislike", "revision": "1"},
        {"outcome": "", "revision": "1"},
    ):
        assert web.send(where, fields).status_code == 422
    assert web.send(where, {"outcome": "publish", "revision": "many"}).status_code == 400
    assert (
        web.send("/gazette/desk/c/0000000000000", {"outcome": "publish", "revision": "1"}).status_code == 404
    )


def test_moderator_signs_out(web: Web) -> None:
    web.enter_desk()
    page = web.get("/gazette/desk")

    left = web.send(action_of(page, "form.desk-leave"))

    assert "Maren" in page.text
    assert left.status_code == 303
    assert web.get("/gazette/desk").status_code == 401


def test_session_of_one_site_opens_no_other(web: Web) -> None:
    sites.add(web.make.units, "herald", name="The Herald", origins=["https://herald.example"])
    web.enter_desk()
    token = web.client.cookies["tertulia_desk_gazette"]

    assert web.get("/herald/desk").status_code == 401
    assert web.get("/herald/desk", headers={"Cookie": f"tertulia_desk_herald={token}"}).status_code == 401


def test_queue_is_paged_and_names_its_stories(web: Web) -> None:
    web.enter_desk()
    story = web.make.story(title="Contested")
    for number in range(52):
        web.make.comment(f"Waiting {number}.", story=story, status="held")

    first = web.get("/gazette/desk")
    second = web.get(str(one(first, ".tt-pages a").attributes["href"]))

    shown = [
        each.text(strip=True) for page in (first, second) for each in tree(page).css(".desk-item .tt-body")
    ]
    assert shown == [f"Waiting {number}." for number in range(52)]
    assert {each.text(strip=True) for each in tree(first).css(".desk-story")} == {"Contested"}
