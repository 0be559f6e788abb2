"""The moderation desk over HTTP: links, sessions, decisions, what changed meanwhile."""

from datetime import timedelta

import pytest

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.moderation import Outcome, Ruling, Source
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.services import accounts, comments, flags, moderation, queue, sites
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import enter

WAITING = "#desk-{} form.desk-decide"


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

    assert said(shown, "[role=status]") == "Published."
    assert not tree(shown).css(form)
    assert said(web.get(web.path(held)), ".tt-highlight .tt-body") == "Wait."


def test_removal_names_its_reason_and_can_be_undone(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment("Buy this.", status="held")
    form = WAITING.format(ids.encode(held.id))

    removed = web.follow(web.send(*decision(web, form, "remove", reason="spam")))
    told = web.get("/gazette/desk?queue=decided")
    notice = "form.desk-undo"
    undone = web.follow(
        web.send(action_of(removed, notice), {"outcome": "undo", **fields_of(removed, notice)})
    )

    assert said(removed, "[role=status]") == "Removed."
    assert "Removed: advertising" in said(told, ".desk-earlier li:last-child")
    assert said(undone, "[role=status]") == "Taken back."
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
    titles = tree(first).css(".desk-story a")
    assert shown == [f"Waiting {number}." for number in range(52)]
    assert {each.text(strip=True) for each in titles} == {"Contested"}


def test_a_decision_too_late_shows_what_changed_and_who_decided(web: Web) -> None:
    web.enter_desk()
    guest = web.make.guest()
    held = web.make.comment("A fine day.", status="held", guest=guest)
    stale = decision(web, WAITING.format(ids.encode(held.id)), "publish")
    web.clock.advance(timedelta(minutes=1))
    with web.make.write(guest.actor) as unit:
        comments.edit(unit, held.id, "A foul day.")
    with web.make.write(web.make.moderator) as unit:
        ruling = Ruling(outcome=Outcome.REMOVE, reason="abuse", words="Rude.")
        moderation.decide(unit, held.id, ruling, seen_revision=2)

    response = web.send(*stale)

    assert response.status_code == 409
    assert (said(response, ".desk-changed del"), said(response, ".desk-changed ins")) == ("fine", "foul")
    assert "Removed: insults or threats" in said(response, ".desk-changed p:last-child")
    assert "Rude." in said(response, ".desk-changed p:last-child")
    assert said(response, f"#desk-{ids.encode(held.id)} button.tt-first") == "Restore"


def test_a_holder_is_seen_and_asked_before_a_colleague_decides(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment("Wait.", status="held")
    form = WAITING.format(ids.encode(held.id))
    with web.make.write(Actor(kind=ActorKind.MODERATOR, name="Ines")) as unit:
        queue.take(unit, held.id)

    seen = web.get("/gazette/desk")
    refused = web.send(*decision(web, form, "publish"))
    web.follow(web.send(*decision(web, form, "over")))
    mine = web.get("/gazette/desk")
    web.follow(web.send(*decision(web, form, "publish")))

    assert "Ines has it." in said(seen, ".desk-holder")
    assert refused.status_code == 409
    assert said(refused, "[role=status]") == "Ines has this comment at present."
    assert "Take over" in said(refused, form)
    assert "You have it." in said(mine, ".desk-holder")
    assert web.get(web.path(held)).status_code == 200


def test_the_next_are_taken_and_let_go_when_their_holder_leaves(web: Web) -> None:
    web.enter_desk()
    for _ in range(3):
        web.make.comment(status="held")
    page = web.get("/gazette/desk")

    taken = web.follow(web.send(action_of(page, "form.desk-next"), {"amount": "2"}))
    web.send(action_of(page, "form.desk-leave"))
    web.enter_desk()

    assert len(tree(taken).css(".desk-holder")) == 2
    assert not tree(web.get("/gazette/desk")).css(".desk-holder")


def test_filters_are_chips_that_can_be_taken_away(web: Web) -> None:
    web.enter_desk()
    web.make.policy(most_links=0)
    web.make.comment("See https://a.example")
    web.make.comment("Plain.", status="held")

    page = web.get("/gazette/desk?finding=many-links&least=10")
    without = web.get(str(tree(page).css(".desk-chips a")[0].attributes["href"]))

    assert [each.text(strip=True) for each in tree(page).css(".desk-item .tt-body")] == [
        "Seehttps://a.example"
    ]
    assert len(tree(page).css(".desk-chips li")) == 3
    assert len(tree(without).css(".desk-chips li")) == 1
    assert "finding" not in without.request.url.query.decode()


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("queue=nowhere", 422),
        ("age=soon", 422),
        ("author=x", 422),
        ("least=many", 422),
        ("most=101", 422),
        ("finding=a|b", 422),
        ("language=%00%0a<", 422),
        (f"section={'s' * 201}", 422),
        ("after=x", 400),
        ("queue=flagged&after=0000000000001.nan", 400),
        ("queue=flagged&after=0000000000001.inf", 400),
        ("queue=all&finding=many-links&least=3", 200),
        ("queue=decided&section=Sport", 200),
        ("section=%F0%9F%98%80'--", 200),
        ("language=%25", 422),
    ],
)
def test_what_no_queue_has_is_refused(sqlite_web: Web, query: str, status: int) -> None:
    sqlite_web.enter_desk()

    assert sqlite_web.get(f"/gazette/desk?{query}").status_code == status


def test_a_selection_is_removed_and_taken_back_as_one(web: Web) -> None:
    web.enter_desk()
    made = [web.make.comment(f"Spam {number}.", status="held") for number in range(3)]
    page = web.get("/gazette/desk")
    picked = [str(each.attributes["value"]) for each in tree(page).css("input.desk-pick")]

    done = web.client.post(
        action_of(page, "#desk-many"), data={"item": picked, "outcome": "remove", "reason": "spam"}, headers=OWN_PAGE
    )  # fmt: skip
    undo = [str(each.attributes["value"]) for each in tree(done).css(".desk-undo input")]
    back = web.client.post(
        action_of(done, ".desk-undo"), data={"item": undo, "outcome": "undo"}, headers=OWN_PAGE
    )

    assert said(done, "[role=status]") == "Done with 3 comments."
    assert not tree(done).css(".desk-item")
    assert len(undo) == len(made)
    assert len(tree(back).css(".desk-item")) == 3
    again = web.client.post(
        action_of(done, ".desk-undo"), data={"item": undo, "outcome": "undo"}, headers=OWN_PAGE
    )
    assert "There is no decision to take back." in again.text


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"item": ["x.1"], "outcome": "publish"}, 404),
        ({"item": ["0000000000001.many"], "outcome": "publish"}, 400),
        ({"item": ["0000000000001.1"], "outcome": "praise"}, 422),
        ({"item": ["0000000000001.1"] * 200, "outcome": "publish"}, 400),
        ({"item": [], "outcome": "remove", "reason": "spam"}, 200),
    ],
)
def test_a_selection_that_is_none_is_refused(
    sqlite_web: Web, fields: dict[str, str | list[str]], status: int
) -> None:
    sqlite_web.enter_desk()

    response = sqlite_web.client.post("/gazette/desk/many", data=fields, headers=OWN_PAGE)

    assert response.status_code == status


def test_the_script_gets_the_row_and_the_sentence(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment("Wait.", status="held")
    where, fields = decision(web, WAITING.format(ids.encode(held.id)), "remove", reason="spam")

    done = web.send(where, fields, headers=OWN_PAGE | JSON)
    late = web.send(where, fields, headers=OWN_PAGE | JSON)
    undone = web.send(where, fields | {"outcome": "undo", "revision": "2"}, headers=OWN_PAGE | JSON)

    assert done.status_code == 200
    assert done.json()["message"] == "Removed."
    assert f'id="desk-{ids.encode(held.id)}"' in done.json()["fragment"]
    assert late.status_code == 409
    assert "What changed since you saw it" in late.json()["fragment"]
    assert "Wait." in undone.json()["fragment"]


def test_counts_are_told_to_moderators_only(web: Web) -> None:
    web.make.comment(status="held")
    assert web.get("/gazette/desk/counts").status_code == 401
    web.enter_desk()

    counted = web.get("/gazette/desk/counts").json()
    assert counted == {
        "held": {"number": 1, "words": "1"},
        "flagged": {"number": 0, "words": "0"},
        "unread": {"number": 0, "words": "0"},
        "reports": {"number": 0, "words": "0"},
        "appeals": {"number": 0, "words": "0"},
    }


def test_any_comment_has_an_address_at_the_desk(web: Web) -> None:
    web.enter_desk()
    parent = web.make.comment("Who knows?")
    comment = web.make.comment("I do.", parent=parent)
    where = f"/gazette/desk/c/{ids.encode(comment.id)}"

    page = web.get(where)
    form = "form.desk-decide"
    removed = web.follow(
        web.send(
            action_of(page, form),
            {
                **fields_of(page, form),
                "outcome": "remove",
                "reason": "abuse",
                "law": "§ 185",
                "words": "Rude.",
            },
        )
    )

    assert "Who knows?" in said(page, ".desk-context")
    assert said(removed, "[role=status]") == "Removed."
    again = web.get(where)
    assert (said(again, ".desk-earlier q"), said(again, ".desk-earlier cite")) == ("Rude.", "§ 185")
    assert web.get("/gazette/desk/c/0000000000001").status_code == 404


def test_what_was_published_unseen_is_marked_as_seen(web: Web) -> None:
    web.enter_desk()
    comment = web.make.comment("Hello.")
    page = web.get("/gazette/desk?queue=unread")
    form = WAITING.format(ids.encode(comment.id))

    after = web.follow(web.send(action_of(page, form), {**fields_of(page, form), "outcome": "seen"}))

    assert said(after, "[role=status]") == "Seen."
    assert not tree(after).css(".desk-item")
    assert web.get(web.path(comment)).status_code == 200


def test_views_are_kept_for_accounts(sqlite_web: Web) -> None:
    web = sqlite_web
    web.enter_desk()
    assert not tree(web.get("/gazette/desk")).css("form[action*='/desk/views']")
    assert web.send("/gazette/desk/views", {"name": "Mine"}).status_code == 422


def test_a_moderator_with_an_account_keeps_views_and_forgets_them(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, is_development=True) as web:
        with web.make.write(SYSTEM) as unit:
            accounts.set_role(unit, "ines@gazette.example", Role.MODERATOR)
        enter(web, "ines@gazette.example")
        page = web.get("/gazette/desk?queue=all&language=de")

        kept = web.follow(web.send(action_of(page, "form[action*='/desk/views']"), {"name": "In German"}))
        link = one(kept, ".desk-views a")
        refused = web.send("/gazette/desk/views?queue=all", {"name": " "})
        view = str(one(kept, ".desk-views button").attributes["value"])
        gone = web.follow(web.send(action_of(kept, ".desk-views form"), {"view": view}))

        assert said(kept, "[role=status]") == "The view is kept."
        assert link.text() == "In German"
        assert link.attributes["href"] == f"{BASE}/gazette/desk?queue=all&language=de"
        assert refused.status_code == 422
        assert not tree(gone).css(".desk-views")


def test_flags_stand_beside_a_comment_and_led_to_what_is_decided(web: Web) -> None:
    web.enter_desk()
    web.make.policy(guest_flags=True)
    comment = web.make.comment("Fools, all of them.")
    reader = web.make.guest("Nora")
    with web.make.write(reader.actor) as unit:
        flags.make(unit, comment.id, reason="abuse", words="He always does.")
    page = web.get("/gazette/desk?queue=flagged")
    form = WAITING.format(ids.encode(comment.id))

    done = web.follow(
        web.send(action_of(page, form), {**fields_of(page, form), "outcome": "remove", "reason": "abuse"})
    )

    assert "insults or threats" in said(page, ".desk-flags li")
    assert said(page, ".desk-flags q") == "He always does."
    assert one(page, ".desk-item.desk-strong")
    assert not tree(done).css(".desk-item")
    with web.make.read(web.make.moderator) as unit:
        assert queue.get(unit, comment.id).decisions[-1].source is Source.FLAG


def test_words_that_their_author_took_back_are_not_shown_at_the_desk_either(web: Web) -> None:
    web.enter_desk()
    parent = web.make.comment("I never meant to say this.", guest=web.make.guest("Nora"))
    reply = web.make.comment("But you did.", parent=parent, status="held")
    with web.make.write(web.make.moderator) as unit:
        comments.take_back(unit, parent)

    page = web.get("/gazette/desk?queue=all")

    assert "I never meant" not in page.text
    form = WAITING.format(ids.encode(parent.id))
    assert not tree(page).css(f"{form} button[value=undo], {form} button[value=restore]")
    assert "Withdrawn by its author." in said(page, f"#desk-{ids.encode(reply.id)} .desk-context")
