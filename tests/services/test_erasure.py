"""Leaving: two weeks to think again, and then nothing leads back to the person."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from tertulia.domain.accounts import AccountId, BadEnding, SessionOver
from tertulia.domain.appeals import Verdict
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Outcome, Reason, Ruling, Status
from tertulia.domain.permissions import SYSTEM, Actor, ActorKind
from tertulia.domain.ranking import Sort
from tertulia.services import appeals, comments, erasure, jobs, moderation, statements, threads
from tertulia.store import schema
from tertulia.testing.builders import Make
from tertulia.worker.tasks import TASKS, Work
from tests.services.test_sign_in import ANN, email_of, signed_in


def write(make: Make, actor: Actor, story, body: str, parent=None):
    with make.write(actor) as unit:
        draft = CommentDraft(body=body, story_id=story.id, name="Ann", parent_id=parent, network="net")
        return comments.post(unit, draft).comment


def ask(make: Make, actor: Actor, ending: str) -> AccountId:
    with make.write(actor) as unit:
        erasure.ask(unit, ending)
        assert unit.actor.account is not None
        return unit.actor.account.id


def work(make: Make) -> int:
    """Do the jobs that are due, as a worker does; give how many."""
    done = 0
    while (taken := jobs.take(make.units, lasting=timedelta(minutes=5))) is not None:
        if taken.task == erasure.TASK:
            TASKS[taken.task](Work(units=make.units, job=taken))
            done += 1
        jobs.finish(make.units, taken)
    return done


def everything(make: Make) -> str:
    """All that stands in the database, jobs and their arguments included."""
    with make.read() as unit:
        return "\n".join(
            str(tuple(row))
            for table in schema.metadata.sorted_tables
            for row in unit.db.execute(select(table))
        )


def look(make: Make, comment_id: CommentId):
    with make.read(SYSTEM) as unit:
        return comments.access(unit, comment_id)


def test_an_account_ends_after_two_weeks_and_not_before(make):
    ann = signed_in(make)
    ask(make, ann, "keep")
    make.clock.advance(erasure.GRACE - timedelta(seconds=1))
    assert (work(make), email_of(make, ann)) == (0, ANN)

    make.clock.advance(timedelta(seconds=1))
    assert (work(make), email_of(make, ann)) == (1, "")
    assert ANN not in everything(make)


def test_comments_may_stay_without_a_name(make):
    ann, story = signed_in(make), make.story("a")
    mine = write(make, ann, story, "Words that stay.")
    before = _revision(make, story)
    ask(make, ann, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    after = look(make, mine.id)
    assert (after.status, after.author.name, after.author.badges) == (Status.VISIBLE, "", ())
    assert "Words that stay." in after.html
    assert _revision(make, story) > before
    assert "'Ann'" not in everything(make)
    assert "'net'" not in everything(make)


def test_comments_may_go_as_well_and_leave_tombstones(make):
    ann, bob, story = signed_in(make), make.guest("Bob"), make.story("a")
    root = write(make, ann, story, "Unwise words.")
    with make.write(ann) as unit:
        comments.edit(unit, root.id, "Unwiser words.")
    with make.write(bob.actor) as unit:
        comments.post(unit, CommentDraft(body="Bob's.", story_id=story.id, name="Bob", parent_id=root.id))
    removed = write(make, ann, story, "Removed words.")
    with make.write(make.moderator) as unit:
        moderation.decide(
            unit,
            removed.id,
            Ruling(outcome=Outcome.REMOVE, reason=Reason.SPAM),
            seen_revision=removed.revision,
        )
    ask(make, ann, "remove")
    make.clock.advance(erasure.GRACE)
    work(make)

    assert look(make, root.id).status is Status.WITHDRAWN
    assert (look(make, removed.id).status, look(make, removed.id).reason) == (Status.REMOVED, "spam")
    assert "nwise" not in everything(make)
    assert "Removed words" not in everything(make)
    with make.read() as unit:
        page = threads.page(unit, story.id, sort=Sort.NEWEST)
    assert page.story.comment_count == 1
    assert [node.comment.child_count for node in page.nodes if node.comment.id == root.id] == [1]


def _revision(make: Make, story) -> int:
    with make.read() as unit:
        query = select(schema.story.c.revision).where(schema.story.c.id == story.id)
        return unit.db.execute(query).scalar_one()


def test_who_thinks_again_stays(make):
    ann, story = signed_in(make), make.story("a")
    mine = write(make, ann, story, "Words.")
    ask(make, ann, "remove")
    with make.write(ann) as unit:
        erasure.take_back(unit)
    make.clock.advance(erasure.GRACE)
    work(make)

    assert email_of(make, ann) == ANN
    assert look(make, mine.id).status is Status.VISIBLE


def test_who_asks_again_later_gets_the_later_end(make):
    ann = signed_in(make)
    ask(make, ann, "remove")
    make.clock.advance(timedelta(days=10))
    ask(make, signed_in(make), "keep")
    make.clock.advance(timedelta(days=4))
    work(make)
    assert email_of(make, ann) == ANN

    make.clock.advance(timedelta(days=10))
    work(make)
    assert email_of(make, ann) == ""


def test_many_comments_go_in_pieces_and_twice_does_no_harm(make):
    make.policy(comments_per_minute=1000)
    ann, story = signed_in(make), make.story("a")
    for number in range(erasure.STEP + 5):
        write(make, ann, story, f"Number {number}.")
    account = ask(make, ann, "remove")
    make.clock.advance(erasure.GRACE)

    first = erasure.erase_some(make.units, make.key, account, after=CommentId(0))
    assert first is not None
    assert erasure.erase_some(make.units, make.key, account, after=CommentId(0)) == first
    assert erasure.erase_some(make.units, make.key, account, after=first) is None
    assert erasure.erase_some(make.units, make.key, account, after=CommentId(0)) is None
    assert "Number" not in everything(make)


def test_the_address_may_come_again_as_somebody_new(make):
    ann, story = signed_in(make), make.story("a")
    write(make, ann, story, "Old.")
    ask(make, ann, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    again = signed_in(make)
    with make.read(again) as unit:
        assert unit.actor.account is not None
        assert unit.actor.account.author is None


@pytest.mark.parametrize("ending", ["", "now", "KEEP"])
def test_there_are_two_ways_to_end(make, ending):
    with pytest.raises(BadEnding), make.write(signed_in(make)) as unit:
        erasure.ask(unit, ending)


def test_guests_have_no_account_to_end(make):
    with pytest.raises(SessionOver), make.write(make.guest().actor) as unit:
        erasure.ask(unit, "keep")
    with pytest.raises(SessionOver), make.write(make.guest().actor) as unit:
        erasure.take_back(unit)


@pytest.mark.parametrize("ending", ["remove", "keep"])
def test_what_was_said_about_somebody_and_by_them_goes_and_that_it_was_decided_stays(make, ending):
    ann = signed_in(make)
    first, second = (write(make, ann, make.story(), f"Comment {number}.") for number in range(2))
    for comment in (first, second):
        with make.write(make.moderator) as unit:
            ruling = Ruling(outcome=Outcome.REMOVE, reason="abuse", words="Told of Ann.")
            moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)
        with make.write(ann) as unit:
            appeals.make(unit, statements.list_own(unit)[0], "Words of Ann.")
    with make.read(ann) as unit:
        newest = statements.list_own(unit)[0]
        made = appeals.for_statements(unit, [newest])[newest.id]
    with make.write(Actor(kind=ActorKind.MODERATOR, name="Otto")) as unit:
        appeals.decide(unit, made.id, Verdict(result="upheld", answer="Answer to Ann."))

    ask(make, ann, ending)
    make.clock.advance(erasure.GRACE)
    work(make)

    with make.read() as unit:
        kept = unit.db.execute(select(schema.statement)).all()
        left = unit.db.execute(select(schema.appeal)).all()
    assert [(each.reason, each.facts) for each in kept] == [("abuse", "")] * 2
    with make.read() as unit, pytest.raises(NotFound):
        statements.get(unit, newest.id, access=statements.access_to(unit, newest.id, key="k"), key="k")
    assert [(each.result, each.words, each.answer) for each in left] == [("upheld", "", "")]
    assert "Told of Ann" not in everything(make)
