"""Mail that tells an author what was decided and why, and that it was taken back."""

import re
from datetime import timedelta

import pytest

from tertulia.domain.accounts import Account
from tertulia.domain.appeals import Verdict
from tertulia.domain.comments import Comment, CommentDraft
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.plugins.contracts import Message
from tertulia.realtime.bus import MemoryBus
from tertulia.services import accounts, appeals, comments, moderation, sites, statements
from tertulia.services.unit import Units
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.relay import Relay
from tertulia.worker.tasks import TASKS
from tests.worker.house import SITE, STORY, Clock, founded

ADDRESS = "ann@example.org"
BASE = "https://comments.example"
MAREN = Actor(kind=ActorKind.MODERATOR, name="Maren")


def author(units: Units, *, language: str = "en") -> Actor:
    with units.write(SITE, SYSTEM) as unit:
        accounts.open_for(unit, email=ADDRESS, language=language)
        accounts.make_named_face(unit, _account(accounts.list_accounts(unit)), "Ann")
    with units.read(SITE, SYSTEM) as unit:
        known = _account(accounts.list_accounts(unit))
    return Actor(kind=ActorKind.AUTHOR, account=known, author=known.author, name="Ann")


def _account(found: list[Account]) -> Account:
    (only,) = found
    return only


def post(units: Units, by: Actor) -> Comment:
    with units.write(SITE, by) as unit:
        return comments.post(
            unit, CommentDraft(body="Secret words of mine.", story_url=STORY, name="Ann")
        ).comment


def decide(units: Units, comment: Comment, outcome: Outcome, **said: str) -> Comment:
    with units.write(SITE, MAREN) as unit:
        ruling = Ruling(outcome=outcome, **said)
        return moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)


def run(units: Units) -> list[Message]:
    sent: list[Message] = []
    runner = Runner(units, tasks=TASKS, post=Post(base_url=BASE, key="k", send=sent.append))
    while runner.run_one() is not None:
        pass
    return sent


def test_the_author_is_told_what_was_done_and_why_and_by_what(database: str) -> None:
    with founded(database) as units:
        comment = post(units, author(units))
        decide(units, comment, Outcome.REMOVE, reason="abuse", words="It calls\nsomebody <names>.")
        (told,) = run(units)

    assert (told.to, told.subject, told.sender) == (ADDRESS, "A decision at The Gazette", "The Gazette")
    for said in (
        "Your comment was removed",
        "It has no end of its own.",
        "Why: insults or threats",
        "What it goes against: the rules of this site",
        "The publication looked by itself. A person noticed it and decided.",
        "You can also go to court",
    ):
        assert said in told.text
        assert said in told.html
    assert "somebody <names>." in told.text
    assert "somebody &lt;names&gt;." in told.html
    assert re.search(rf"^{BASE}/{SITE}/statements/\w{{13}}\?access=[\w-]{{24}}$", told.text, re.MULTILINE)
    assert "Secret words" not in told.text + told.html


@pytest.mark.parametrize(("language", "said"), [("de", "wurde entfernt"), ("ar", "أُزيل تعليقك")])
def test_it_speaks_their_language(database: str, language: str, said: str) -> None:
    with founded(database) as units:
        decide(units, post(units, author(units, language=language)), Outcome.REMOVE, reason="abuse")
        (told,) = run(units)

    assert said in told.text


def test_they_are_told_once_and_told_again_when_it_is_taken_back(database: str) -> None:
    with founded(database) as units:
        removed = decide(units, post(units, author(units)), Outcome.REMOVE, reason="abuse")
        assert len(run(units)) == 1
        assert run(units) == []
        decide(units, removed, Outcome.RESTORE)
        (told,) = run(units)

    assert told.subject == "A decision at The Gazette was taken back"
    assert "everybody can read your comment" in told.text


def test_what_is_taken_back_before_the_mail_went_is_not_mailed(database: str) -> None:
    with founded(database) as units:
        removed = decide(units, post(units, author(units)), Outcome.REMOVE, reason="abuse")
        decide(units, removed, Outcome.RESTORE)

        assert run(units) == []


def test_what_waits_for_a_day_is_mailed_then(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        writer = author(units)
        with units.write(SITE, SYSTEM) as unit:
            sites.change_policy(unit, {"hold_first": True})
        post(units, writer)
        assert run(units) == []
        clock.turn(timedelta(hours=25))
        (told,) = run(units)

    assert "Your comment waits" in told.text


def test_who_appealed_is_answered_by_mail_and_not_told_twice(database: str) -> None:
    with founded(database) as units:
        writer = author(units)
        comment = decide(units, post(units, writer), Outcome.REMOVE, reason="abuse")
        run(units)
        with units.write(SITE, writer) as unit:
            appeal = appeals.make(unit, statements.list_own(unit)[0], "It was a joke.")
        verdict = Verdict(result="reversed", answer="You are <right>.")
        with units.write(SITE, Actor(kind=ActorKind.MODERATOR, name="Otto")) as unit:
            appeals.decide(unit, appeal.id, verdict, seen_revision=comment.revision)
        Relay(units, MemoryBus(), holder="a test").run_once()
        (told,) = run(units)

    assert told.subject == "Your appeal at The Gazette"
    assert "what was decided first was taken back" in told.text
    assert "You are <right>." in told.text
    assert "You are &lt;right&gt;." in told.html
    assert "It was a joke" not in told.text
    assert "access=" in told.text
