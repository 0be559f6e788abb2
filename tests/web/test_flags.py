"""Flagging over HTTP: the plain page, guests and accounts, what is refused, and what others see of it."""

import pytest

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.flags import LONGEST_WORDS, State
from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.services import flags, moderation
from tertulia.services.flags import Shown
from tests.web import browsing
from tests.web.browsing import BASE, EMBEDDED, JSON, Web, action_of, fields_of, one, said, tree
from tests.web.test_conversations import article, enter, reader
from tests.web.test_sign_in import FOREIGN


def page_of(comment: Comment) -> str:
    return f"/gazette/c/{ids.encode(comment.id)}/flag"


def flagged(web: Web, comment: Comment) -> list[Shown]:
    with web.make.read(web.make.moderator) as unit:
        return flags.for_comments(unit, [comment.id]).get(comment.id, [])


def test_every_comment_that_stands_leads_to_its_page_for_everybody_alike(sqlite_web: Web) -> None:
    web, story = sqlite_web, sqlite_web.make.story("harbour")
    comment = web.make.comment(story=story)
    gone = web.make.comment(story=story, status="removed")
    before = web.get(web.path(story)).text
    enter(web)

    page = web.get(web.path(story))

    assert page.text == before
    (link,) = article(page, comment).css("[data-action=flag]")
    assert (link.attributes["href"], link.attributes["target"]) == (BASE + page_of(comment), "_blank")
    assert article(page, gone).css("[data-action=flag]") == []


def test_a_guest_flags_without_javascript_and_sees_what_becomes_of_it(web: Web) -> None:
    comment = web.make.comment("A rude word.")
    form = web.get(page_of(comment))
    fields = {**fields_of(form), "reason": "abuse", "words": "Line three."}

    answer = web.send(action_of(form), fields)
    after = web.follow(answer)

    assert "A rude word." in said(form, "main")
    assert "tertulia_guest_gazette" in answer.headers["set-cookie"]
    assert "moderator looks" in said(after, "[role=status]")
    (told,) = flagged(web, comment)
    assert (told.reason, told.words, told.is_guest) == ("abuse", "Line three.", True)

    with web.make.write(web.make.moderator) as unit:
        moderation.decide(
            unit, comment.id, Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE), seen_revision=1
        )
    last = web.get(page_of(comment))
    assert "removed it" in said(last, "[role=status]")
    assert tree(last).css("form") == []


def test_a_flag_is_taken_back_and_the_form_comes_again(web: Web) -> None:
    comment = web.make.comment()
    enter(web)
    web.send(page_of(comment), {"reason": "spam"})
    page = web.get(page_of(comment))

    after = web.follow(web.send(action_of(page), fields_of(page)))

    assert len(tree(after).css("input[name=reason]")) == 6
    assert flagged(web, comment) == []


def test_the_first_submit_sent_twice_is_one_flag(web: Web) -> None:
    comment = web.make.comment()
    fields = {**fields_of(web.get(page_of(comment))), "reason": "spam"}
    web.send(page_of(comment), fields)
    web.client.cookies.clear()

    again = web.send(page_of(comment), fields)

    assert again.status_code == 409
    assert len(flagged(web, comment)) == 1


def test_what_was_refused_comes_back_with_what_was_typed(web: Web) -> None:
    comment = web.make.comment()
    wrong = {"reason": "spam", "words": "x" * (LONGEST_WORDS + 1), "key": "k" * 20}

    answer = web.send(page_of(comment), wrong)

    assert answer.status_code == 422
    assert "1,000" in said(answer, "[role=alert]")
    assert fields_of(answer)["words"] == wrong["words"]
    assert "checked" in one(answer, "input[value=spam]").attributes
    assert flagged(web, comment) == []


@pytest.mark.parametrize("reason", ["", "illegal", "x" * 5_000, "\0", "سب"])
def test_a_reason_that_is_none_is_refused(web: Web, reason: str) -> None:
    comment = web.make.comment()

    assert web.send(page_of(comment), {"reason": reason}).status_code == 422
    assert flagged(web, comment) == []


def test_addresses_of_nothing_are_not_found(web: Web) -> None:
    held = web.make.comment(status="held")

    for path in (page_of(held), "/gazette/c/x/flag", f"/gazette/c/{'0' * 13}/flag"):
        assert web.get(path).status_code == 404, path
        assert web.send(path, {"reason": "spam"}).status_code == 404, path


def test_ones_own_comment_has_no_form_and_takes_no_flag(web: Web) -> None:
    own = web.make.comment(guest=reader(web))
    enter(web)

    page = web.get(page_of(own))

    assert "yourself" in said(page, "main")
    assert tree(page).css("form") == []
    assert web.send(page_of(own), {"reason": "spam"}).status_code == 422


@pytest.mark.parametrize("status", ["removed", "withdrawn"])
def test_a_tombstone_has_no_form(sqlite_web: Web, status: str) -> None:
    gone = sqlite_web.make.comment(status=status)

    assert tree(sqlite_web.get(page_of(gone))).css("form") == []
    assert sqlite_web.send(page_of(gone), {"reason": "spam"}).status_code == 409


def test_where_guests_do_not_flag_they_are_led_to_sign_in_and_back(web: Web) -> None:
    comment = web.make.comment()
    web.make.policy(guest_flags=False)

    page = web.get(page_of(comment))
    link = str(one(page, "main a.tt-first").attributes["href"])

    assert f"next={BASE}{page_of(comment)}" in link
    assert web.send(page_of(comment), {"reason": "spam"}).status_code == 403
    enter(web)
    assert web.send(page_of(comment), {"reason": "spam"}).status_code == 303


def test_an_embed_flags_with_its_secret_and_nobody_without_one(web: Web) -> None:
    comment = web.make.comment()

    without = web.send(page_of(comment), {"reason": "spam"}, headers={**FOREIGN, **JSON})
    evil = {**EMBEDDED, "Origin": "https://evil.example"}
    foreign = web.send(page_of(comment), {"reason": "spam"}, headers=evil)
    answer = web.send(page_of(comment), {"reason": "spam"}, headers=EMBEDDED)

    assert (without.status_code, foreign.status_code, answer.status_code) == (403, 403, 303)
    assert len(flagged(web, comment)) == 1


def test_flags_have_a_limit_of_pace(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, posts_per_minute_per_network=2) as web:
        comment = web.make.comment()
        answers = [web.send(page_of(comment), {"reason": "x"}).status_code for _ in range(3)]

    assert answers == [422, 422, 429]


def test_others_learn_nothing_of_it(web: Web) -> None:
    comment = web.make.comment()
    ann = web.someone_else()
    enter(ann)
    ann.send(page_of(comment), {"reason": "spam", "words": "Between us."})

    for path in (web.path(comment), page_of(comment), f"{web.path(comment)}/fragment"):
        assert "Between us." not in web.get(path).text
    assert len(tree(web.get(page_of(comment))).css("input[name=reason]")) == 6


@pytest.mark.parametrize(("language", "words"), [("de", "Melden"), ("ar", "تنبيه")])
def test_it_speaks_the_reader_s_language(sqlite_web: Web, language: str, words: str) -> None:
    comment = sqlite_web.make.comment()

    page = sqlite_web.get(page_of(comment), params={"lang": language})

    assert said(page, "button.tt-first") == words
    assert f"lang={language}" in action_of(page)


def test_a_reader_s_own_language_goes_along(sqlite_web: Web) -> None:
    comment = sqlite_web.make.comment()
    fields = {**fields_of(sqlite_web.get(page_of(comment), params={"lang": "de"})), "reason": "spam"}

    after = sqlite_web.follow(sqlite_web.send(page_of(comment), fields))

    assert "Die Moderation" in said(after, "[role=status]")
    assert [each.state for each in flagged(sqlite_web, comment)] == [State.OPEN]
