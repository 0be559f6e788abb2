"""Appeals at the desk: seen by whoever may decide them, taken, decided with an answer, all by plain forms."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.services import accounts, moderation
from tests.web import browsing
from tests.web.browsing import Web, action_of, fields_of, said, tree
from tests.web.test_sign_in import enter
from tests.web.test_statements import appeal, comment_at, write

GRETA = Actor(kind=ActorKind.MODERATOR, name="Greta")


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def remove(web: Web, standing: str, by: Actor = GRETA) -> None:
    comment = comment_at(web, standing)
    with web.make.write(by) as unit:
        ruling = Ruling(outcome=Outcome.REMOVE, reason="abuse", words="Names were called.")
        moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def appealed(web: Web, by: Actor = GRETA) -> str:
    """Something removed and appealed; gives where the comment stands."""
    standing = write(web)
    remove(web, standing, by)
    assert appeal(web, standing, "It was <i>a joke</i>.").status_code == 303
    return standing


def case_of(desk: Web) -> str:
    (link,) = tree(desk.get("/gazette/desk/appeals")).css(".desk-list a")
    return str(link.attributes["href"]).removeprefix(browsing.BASE)


def moderator(web: Web) -> Web:
    """Another browser, at the desk as Maren."""
    desk = web.someone_else()
    desk.enter_desk()
    return desk


def test_a_moderator_sees_the_whole_case_and_gives_the_comment_back(web: Web) -> None:
    standing = appealed(web)
    desk = moderator(web)

    assert "to be decided by" in said(desk.get("/gazette/desk/appeals"), ".desk-list")
    case = desk.get(case_of(desk))
    words = said(case, "main")
    for part in (
        "It was <i>a joke</i>.",
        "Names were called.",
        "Greta",
        "The harbour freezes over.",
        "insults",
    ):
        assert part in words

    fields = fields_of(case, "form.desk-fields")
    sent = desk.send(
        action_of(case, "form.desk-fields"), {**fields, "result": "reversed", "answer": "You are right."}
    )
    assert said(desk.follow(sent), "p[role=status]") == "The appeal is decided, and its author is told."
    assert tree(desk.get("/gazette/desk/appeals")).css(".desk-list a") == []
    mine = web.get(standing)
    assert said(mine, "p[role=status]") == "Your comment is posted."
    assert "You are right." in said(mine, ".tt-statement")


def test_without_result_or_answer_nothing_is_done_and_the_answer_stands_there_still(web: Web) -> None:
    appealed(web)
    desk = moderator(web)
    case = desk.get(case_of(desk))
    action, fields = action_of(case, "form.desk-fields"), fields_of(case, "form.desk-fields")

    without = desk.send(action, {**fields, "answer": "You are right."})
    silent = desk.send(action, {**fields, "result": "upheld", "answer": " "})
    hostile = desk.send(action, {**fields, "result": "reversed", "answer": "x", "revision": "many"})
    stale = desk.send(action, {**fields, "result": "reversed", "answer": "x", "revision": "77"})

    assert [each.status_code for each in (without, silent, hostile, stale)] == [422, 422, 400, 409]
    assert fields_of(without, "form.desk-fields")["answer"] == "You are right."
    assert len(tree(desk.get("/gazette/desk/appeals")).css(".desk-list a")) == 1


def test_who_has_it_is_seen_by_others(web: Web) -> None:
    appealed(web)
    desk, other = moderator(web), web.someone_else()
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, "otto@gazette.example", Role.MODERATOR)
    enter(other, "otto@gazette.example")
    case = case_of(desk)

    taken = desk.follow(desk.send(f"{case}/take", {"hand": "take"}))
    assert "You have this appeal." in said(taken, "main")
    assert "has this appeal just now." in said(other.get(case), "main")
    assert not tree(other.get(case)).css("form.desk-fields")
    refused = other.send(f"{case}/take", {"hand": "take"})
    assert (refused.status_code, "Maren" in said(refused, "p[role=status]")) == (409, True)
    assert other.send(case, {"result": "upheld", "answer": "No."}).status_code == 409

    desk.send(f"{case}/take", {"hand": "release"})
    assert tree(other.get(case)).css("form.desk-fields")


def test_whoever_decided_first_finds_nothing_and_is_told_why(web: Web) -> None:
    appealed(web, web.make.moderator)
    desk = moderator(web)

    page = desk.get("/gazette/desk/appeals")

    assert tree(page).css(".desk-list a") == []
    assert "1 appeal is against a decision of yours. Somebody else decides" in said(page, "main")
    web.make.policy(own_appeals=True)
    assert "The policy of this site lets you" in said(desk.get("/gazette/desk/appeals"), "main")
    assert case_of(desk)


def test_what_is_overdue_is_marked(web: Web) -> None:
    web.make.policy(appeal_answer_days=0)
    appealed(web)
    web.clock.advance(timedelta(days=1))
    desk = moderator(web)

    assert "overdue since" in said(desk.get("/gazette/desk/appeals"), ".desk-overdue")


@pytest.mark.parametrize("name", ["x", "0000000000000", "7zzzzzzzzzzzz"])
def test_an_address_of_nothing_is_not_found(web: Web, name: str) -> None:
    desk = moderator(web)

    assert desk.get(f"/gazette/desk/appeals/{name}").status_code == 404
    assert (
        desk.send(f"/gazette/desk/appeals/{name}", {"result": "upheld", "answer": "No."}).status_code == 404
    )
    assert desk.send(f"/gazette/desk/appeals/{name}/take", {}).status_code == 404
