"""What was decided and why, as its author finds it: on the comment's place, on their own page, by its address."""

from collections.abc import Iterator

import pytest
from selectolax.lexbor import LexborHTMLParser as HTMLParser

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.statements import StatementId
from tertulia.services import comments, moderation, statements
from tests.web import browsing
from tests.web.browsing import Web, action_of, fields_of, said, tree
from tests.web.test_sign_in import enter


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def write(web: Web, body: str = "The harbour freezes over.") -> str:
    """Write as the browser's own; give where the comment stands."""
    sent = web.send(
        f"{web.path(web.make.story('harbour'))}/comments", {"name": "Ann", "body": body, "key": "k" * 20}
    )
    return str(sent.headers["location"].removeprefix(browsing.BASE).partition("?")[0])


def comment_at(web: Web, standing: str) -> Comment:
    with web.make.read(web.make.moderator) as unit:
        return comments.access(unit, CommentId(ids.decode(standing.split("/")[3])))


def decide(web: Web, standing: str, outcome: Outcome = Outcome.REMOVE, **told: str) -> None:
    comment = comment_at(web, standing)
    if outcome is Outcome.REMOVE:
        told = {"reason": "abuse", "words": "It calls somebody <b>names</b>.", **told}
    with web.make.write(web.make.moderator) as unit:
        ruling = Ruling(outcome=outcome, **told)
        moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def test_a_guest_finds_it_on_the_comments_place(web: Web) -> None:
    standing = write(web)
    assert not tree(web.get(standing)).css(".tt-statement")
    decide(web, standing)

    page = web.get(standing)

    assert said(page, "p[role=status]") == "Your comment was removed by a moderator."
    assert "nobody else can read it" in said(page, ".tt-statement h2")
    assert said(page, ".tt-words") == "It calls somebody <b>names</b>."
    assert "A person noticed it and decided." in said(page, ".tt-statement")


def test_others_are_led_to_the_comment_and_told_nothing(web: Web) -> None:
    standing = write(web)
    decide(web, standing)

    other = web.someone_else().get(standing)

    assert other.status_code == 303
    assert other.headers["location"].endswith(standing.removesuffix("/standing").rpartition("/")[2])


def test_an_account_finds_it_on_its_own_page_too_in_its_language(web: Web) -> None:
    enter(web)
    standing = write(web)
    decide(web, standing)
    web.send("/gazette/me/language", {"language": "de"})

    own = web.get("/gazette/me")
    (link,) = tree(own).css("#statements + ul a")
    page = web.get(str(link.attributes["href"]).removeprefix(browsing.BASE))

    assert link.text() == "Ihr Kommentar wurde entfernt: Niemand sonst kann ihn mehr lesen."
    assert "Beleidigung oder Drohung" in said(page, ".tt-statement")
    assert str(link.attributes["href"]) != standing
    for stranger in (web.someone_else(), web.someone_else()):
        assert stranger.get(str(link.attributes["href"]).removeprefix(browsing.BASE)).status_code == 404


def test_what_was_taken_back_says_so(web: Web) -> None:
    standing = write(web)
    decide(web, standing)
    decide(web, standing, Outcome.RESTORE)

    page = web.get(standing)

    assert said(page, "p[role=status]") == "Your comment is posted."
    assert "taken back or replaced" in said(page, ".tt-statement .tt-state")


@pytest.mark.parametrize("name", ["x", "0000000000000", "zzzzzzzzzzzzz", "7zzzzzzzzzzzz"])
def test_an_address_of_nothing_is_not_found(web: Web, name: str) -> None:
    assert web.get(f"/gazette/statements/{name}").status_code == 404


def appeal(web: Web, standing: str, words: str = "It was a joke.") -> browsing.Response:
    page = web.get(standing)
    return web.send(action_of(page), {**fields_of(page), "words": words})


def test_a_guest_appeals_by_a_plain_form_and_reads_the_answer(web: Web) -> None:
    standing = write(web)
    decide(web, standing)

    page = web.follow(appeal(web, standing))

    assert said(page, "p[role=status]") == "Your appeal is with the publication."
    assert "Your appeal waits for an answer." in said(page, ".tt-statement > .tt-state")
    assert "It was a joke." in said(page, ".tt-statement")
    assert not tree(page).css("form")
    assert not tree(web.get(standing)).css("form.tt-form")


def test_what_is_refused_stands_there_still(web: Web) -> None:
    standing = write(web)
    decide(web, standing)
    page = web.get(standing)

    empty = web.send(action_of(page), {"words": "   "})
    long = web.send(action_of(page), {"words": "x" * 5_001})

    assert (empty.status_code, said(empty, "p[role=status]")) == (422, "Please say something.")
    assert long.status_code == 422
    assert fields_of(long)["words"] == "x" * 5_001
    assert appeal(web, standing).status_code == 303
    again = web.send(action_of(page), {"words": "Once more."})
    assert (again.status_code, "One appeal is possible" in said(again, "p[role=status]")) == (409, True)


def test_others_and_foreign_pages_appeal_nothing(web: Web) -> None:
    standing = write(web)
    decide(web, standing)
    action = action_of(web.get(standing))

    assert web.someone_else().send(action, {"words": "Mine!"}).status_code == 404
    assert (
        web.send(action, {"words": "Mine!"}, headers={"Origin": "https://elsewhere.example"}).status_code
        == 403
    )
    assert web.send(action, {"words": "Mine!", "access": "x" * 24}).status_code == 303


def test_who_has_the_link_of_a_mail_reads_and_appeals_without_signing_in(web: Web) -> None:
    standing = write(web)
    decide(web, standing)
    page = web.get(standing)
    key = action_of(page).split("/")[3]
    with web.make.read() as unit:
        access = statements.access_to(unit, StatementId(ids.decode(key)), key=web.parts.settings.secret)
    other = web.someone_else()

    shown = other.get(f"/gazette/statements/{key}?access={access}")
    sent = other.send(action_of(shown), {**fields_of(shown), "words": "It was a joke."})

    assert "It calls somebody" in said(shown, ".tt-words")
    assert "It was a joke." in said(other.follow(sent), ".tt-statement")
    assert other.get(f"/gazette/statements/{key}?access={access[:-1]}").status_code == 404
    assert other.get(f"/gazette/statements/{key}?access=%F0%9F%98%80").status_code == 404


def test_appeals_are_limited(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, is_development=True, sign_ins_per_minute_per_network=1) as web:
        standing = write(web)
        decide(web, standing)
        action = action_of(web.get(standing))

        answers = [web.send(action, {"words": " "}).status_code for _ in range(7)]

    assert answers == [422] * 6 + [429]


def own_in_embed(web: Web, standing: str, headers: dict[str, str]) -> list[dict[str, str]]:
    story = ids.encode(comment_at(web, standing).story_id)
    return list(web.get(f"/gazette/mine?story={story}", headers=headers).json()["held"])


def test_a_guest_of_an_embed_is_led_to_it_without_their_secret(web: Web) -> None:
    story = web.make.story("harbour")
    sent = web.client.post(
        f"{web.path(story)}/comments", json={"name": "Ann", "body": "Hello."}, headers=browsing.EMBEDDED
    )
    standing = f"/gazette/c/{sent.json()['id']}/standing"
    assert own_in_embed(web, standing, browsing.EMBEDDED) == []
    decide(web, standing)

    (held,) = own_in_embed(web, standing, browsing.EMBEDDED)
    fragment = HTMLParser(held["fragment"])
    (link,) = fragment.css("p > a")
    stranger = web.someone_else()
    page = stranger.get(str(link.attributes["href"]).removeprefix(browsing.BASE))

    assert fragment.css(".tt-gone")[0].text() == "Removed by a moderator: insults or threats."
    assert browsing.SECRET not in held["fragment"]
    assert "It calls somebody" in said(page, ".tt-words")
    assert own_in_embed(stranger, standing, browsing.JSON) == []


def test_what_waits_leads_there_too(web: Web) -> None:
    web.make.policy(hold_first=True)
    standing = write(web)

    (held,) = own_in_embed(web, standing, browsing.OWN_PAGE)

    assert "/gazette/statements/" in held["fragment"]
    assert "Held for review. Only you see it." in held["fragment"]
