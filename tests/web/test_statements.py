"""What was decided and why, as its author finds it: on the comment's place, on their own page, by its address."""

from collections.abc import Iterator

import pytest

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.services import comments, moderation
from tests.web import browsing
from tests.web.browsing import Web, said, tree
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
