"""Merging: what one author wrote becomes another's, whoever dies, writes, imports or leaves meanwhile."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Event

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, insert, select

from tertulia.domain.accounts import Account
from tertulia.domain.comments import CommentDraft
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import Outcome, Ruling
from tertulia.domain.permissions import Actor
from tertulia.services import (
    adoption,
    comments,
    conversations,
    erasure,
    merging,
    moderation,
    my_data,
    statements,
)
from tertulia.store import schema
from tertulia.testing.builders import Guest, Make, opened
from tests.services.looking import counted_anew, counters, happened
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_erasure import everything
from tests.services.test_sign_in import signed_in
from tests.services.working import work

MANY = merging.STEP + 20


@pytest.fixture
def make(database):
    with opened(database, threads=6) as made:
        made.site(comments_per_minute=1000)
        yield made


def ann_of(make: Make) -> tuple[Actor, Account]:
    """Ann, who has an account and a face."""
    actor = signed_in(make)
    with make.write(actor) as unit:
        assert unit.actor.account is not None
        if unit.actor.author is None:
            comments.post(
                unit, CommentDraft(body="Ann's own.", story_url="https://gazette.example/own", name="Ann")
            )
    with make.read(actor) as unit:
        assert unit.actor.account is not None
        return actor, unit.actor.account


def come_in(make: Make, account: Account, guest: Actor) -> None:
    """What signing in does with what a guest wrote."""
    with make.write(guest) as unit:
        if unit.actor.author is not None:
            adoption.adopt_guest(unit, account, unit.actor.author)


def many(make: Make, guest: Guest, number: int = MANY) -> list[int]:
    """Comments of one guest, under three stories, with replies of others."""
    found = [make.story(path) for path in ("a", "b", "c")]
    written = [make.comment(story=found[at % 3], guest=guest) for at in range(number)]
    make.comment(parent=written[0])
    return [each.id for each in written]


def authors_of(make: Make, comment_ids: list[int]) -> set[AuthorId]:
    with make.read() as unit:
        query = select(schema.comment.c.author_id).where(schema.comment.c.id.in_(comment_ids))
        return set(unit.db.execute(query).scalars())


def count_of(make: Make, author_id: AuthorId) -> int:
    with make.read() as unit:
        query = select(func.count()).where(schema.comment.c.author_id == author_id)
        return int(unit.db.execute(query).scalar_one())


def is_there(make: Make, author_id: AuthorId) -> bool:
    with make.read() as unit:
        query = select(schema.author.c.id).where(schema.author.c.id == author_id)
        return unit.db.execute(query).one_or_none() is not None


def settle(make: Make) -> None:
    work(make, merging.TASK)
    make.clock.advance(merging.SETTLED_AFTER)
    work(make, merging.TASK)


def revisions(make: Make) -> dict[int, int]:
    with make.read() as unit:
        return {
            row.id: row.revision
            for row in unit.db.execute(select(schema.story.c.id, schema.story.c.revision))
        }


def test_many_comments_move_piece_by_piece_and_the_alias_goes(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    written = many(make, guest)
    [alias] = authors_of(make, written)
    before = revisions(make)

    signed_in(make, guest=guest.actor)

    face = account.author
    # The latest at once, as they may still be edited; each of the others bears one of the two names.
    assert authors_of(make, written[-merging.STEP :]) == {face.id}
    assert authors_of(make, written) == {face.id, alias}
    settle(make)
    assert authors_of(make, written) == {face.id}
    assert counters(make) == counted_anew(make)
    after = revisions(make)
    assert all(after[story] > revision for story, revision in before.items() if revision > 1)
    assert not is_there(make, alias)


def test_it_is_told_as_one_event(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    stray = make.comment(guest=guest)

    signed_in(make, guest=guest.actor)

    told = [facts for name, facts in happened(make) if name == "author.adopted"]
    assert told == [{"account_id": account.id, "author_id": stray.author.id, "into": account.author.id}]


def test_a_worker_that_dies_in_between_leaves_a_discussion_and_another_goes_on(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    written = many(make, guest, 2 * merging.STEP + 10)
    [alias] = authors_of(make, written)
    signed_in(make, guest=guest.actor)

    # It dies after a piece: its job was taken, and is somebody else's after a while.
    assert merging.move_some(make.units, make.key, alias)
    assert counters(make) == counted_anew(make)
    assert count_of(make, alias) == 10
    settle(make)

    assert authors_of(make, written) == {account.author.id}
    assert not merging.move_some(make.units, make.key, alias)


def test_a_job_that_runs_twice_does_no_harm(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    written = many(make, guest)
    signed_in(make, guest=guest.actor)
    settle(make)
    before = revisions(make), everything(make)

    [alias] = {facts["author_id"] for name, facts in happened(make) if name == "author.adopted"}
    assert not merging.move_some(make.units, make.key, alias)

    assert (revisions(make), everything(make)) == before
    assert authors_of(make, written) == {account.author.id}


def test_what_the_guest_writes_meanwhile_is_not_lost(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    many(make, guest)
    story, began, posted = make.story("busy"), Event(), []

    def write() -> None:
        for number in range(30):
            with make.write(guest.actor) as unit:
                draft = CommentDraft(body=f"Meanwhile {number}.", story_id=story.id, name="Stray")
                posted.append(comments.post(unit, draft).comment.id)
            began.set()

    with ThreadPoolExecutor(1) as pool:
        writing = pool.submit(write)
        assert began.wait(30)
        signed_in(make, guest=guest.actor)
        work(make, merging.TASK)
        writing.result(60)
    settle(make)

    # Whoever still has the secret is a new guest; all that came before is the account's.
    [again] = authors_of(make, posted) - {account.author.id} or [None]
    assert len(posted) == 30
    with make.read(guest.actor) as unit:
        assert (unit.actor.author.id if unit.actor.author else None) == again
    assert counters(make) == counted_anew(make)


def test_a_transaction_that_knew_the_guest_before_is_followed_up(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    stray = make.comment(guest=guest)
    with make.read(guest.actor) as unit:
        late = unit.actor

    signed_in(make, guest=guest.actor)
    with make.write(late) as unit:
        comment = comments.post(unit, CommentDraft(body="Late.", story_id=stray.story_id)).comment
    assert comment.author.id == stray.author.id
    settle(make)

    assert authors_of(make, [comment.id]) == {account.author.id}


def test_held_and_withdrawn_comments_move_as_well(make):
    guest = make.guest("Stray")
    _actor, account = ann_of(make)
    held = make.comment(guest=guest, status="held")
    gone = make.comment(guest=guest, status="withdrawn")
    removed = make.comment(guest=guest, status="removed")

    signed_in(make, guest=guest.actor)

    assert authors_of(make, [held.id, gone.id, removed.id]) == {account.author.id}
    with make.write(signed_in(make)) as unit:
        comments.withdraw(unit, held.id)


def test_conversations_and_takeouts_follow(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    stray = make.comment(guest=guest)
    answer = make.comment(parent=stray)

    ann = signed_in(make, guest=guest.actor)

    with make.read(ann) as unit:
        page = conversations.page(unit)
    assert [each.comment.id for each in page.unread] == [stray.id]
    assert page.unread[0].unread == {answer.id}
    taken = list(my_data.own_comments(make.units, make.key, account))
    assert len(taken) == 2


def test_who_muted_the_guest_has_muted_the_account_but_nobody_themselves(make):
    guest = make.guest("Stray")
    _ann, account = ann_of(make)
    bob = signed_in(make, "bob@reader.example")
    stray = make.comment(guest=guest)
    with make.write(bob) as unit:
        bobs = unit.actor.account.id
        for muter in (bobs, account.id):
            row = {"site_id": unit.site.id, "account_id": muter, "author_id": stray.author.id}
            unit.db.execute(insert(schema.mute).values(created_at=unit.now, **row))

    signed_in(make, guest=guest.actor)

    with make.read() as unit:
        muted = unit.db.execute(select(schema.mute.c.account_id, schema.mute.c.author_id)).all()
    assert [tuple(row) for row in muted] == [(bobs, account.author.id)]


def test_the_guest_s_name_is_a_former_name(make):
    guest = make.guest("Stray")
    _, account = ann_of(make)
    make.comment(guest=guest)

    signed_in(make, guest=guest.actor)

    with make.read() as unit:
        row = unit.db.execute(select(schema.former_name)).one()
    assert (row.author_id, row.name) == (account.author.id, "Stray")


def test_what_moderators_decided_about_the_guest_counts_for_the_account(make):
    guest = make.guest()
    written = [make.comment(guest=guest, status="removed"), *(make.comment(guest=guest) for _ in range(MANY))]
    actor, account = ann_of(make)

    come_in(make, account, guest.actor)
    with make.write(make.moderator) as unit:
        # The oldest has not moved yet: it is the alias's still.
        moderation.decide(
            unit,
            written[0].id,
            Ruling(outcome=Outcome.RESTORE),
            seen_revision=comments.access(unit, written[0].id).revision,
        )
    settle(make)

    with make.read(actor) as unit:
        assert (unit.actor.author.approved_count, unit.actor.author.removed_count) == (1, 0)


def test_what_is_on_its_way_leaves_with_the_account(make):
    guest = make.guest("Stray")
    ann, _account = ann_of(make)
    written = many(make, guest)
    signed_in(make, guest=guest.actor)
    ask_to_leave(make, ann, "remove")
    make.clock.advance(erasure.GRACE)

    work(make, erasure.TASK)

    assert "Comment number" not in str([c for c in _sources(make, written) if c])
    assert "'Stray'" not in everything(make)
    settle(make)


def test_who_is_being_erased_takes_nobody_s_comments_along(make):
    guest = make.guest("Stray")
    ann, _account = ann_of(make)
    stray = make.comment(guest=guest)
    ask_to_leave(make, ann, "remove")
    make.clock.advance(erasure.GRACE)

    signed_in(make, guest=guest.actor)

    assert authors_of(make, [stray.id]) == {stray.author.id}


def _sources(make: Make, comment_ids: list[int]) -> list[str]:
    with make.read() as unit:
        query = select(schema.comment.c.source).where(schema.comment.c.id.in_(comment_ids))
        return list(unit.db.execute(query).scalars())


DOINGS = st.sampled_from(["first writes", "second writes", "first comes", "second comes", "step", "job"])


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(doings=st.lists(DOINGS, max_size=12))
def test_whatever_the_order_each_comment_is_there_once_and_in_the_end_the_account_s(make, doings):
    make.clock.advance(timedelta(hours=1))
    _, account = ann_of(make)
    guests = {name: make.guest(name) for name in ("first", "second")}
    written: dict[int, str] = {}
    came: set[int] = set()
    for doing in doings:
        who, _, does = doing.partition(" ")
        if does == "writes":
            written[make.comment(guest=guests[who]).id] = who
        elif does == "comes":
            come_in(make, account, guests[who].actor)
            came |= {comment_id for comment_id, by in written.items() if by == who}
        elif doing == "step":
            for author_id in authors_of(make, list(written)):
                merging.move_some(make.units, make.key, author_id)
        else:
            settle(make)
    settle(make)

    assert authors_of(make, list(came)) <= {account.author.id}
    assert account.author.id not in authors_of(make, [each for each in written if each not in came])
    assert counters(make) == counted_anew(make)


def test_what_a_guest_was_told_is_told_the_account_they_became(make):
    guest, (_, account) = make.guest(), ann_of(make)
    make.comment(guest=guest, status="removed")

    come_in(make, account, guest.actor)
    work(make)

    with make.read(ann_of(make)[0]) as unit:
        (statement,) = statements.list_own(unit)
        assert statement.author_id == account.author.id
