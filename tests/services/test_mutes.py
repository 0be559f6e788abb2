"""Muting: whom one may mute, how many, what it changes, and that nobody learns of it."""

import pytest
from sqlalchemy import select

from tertulia.domain import mutes as domain
from tertulia.domain.accounts import Role, SessionOver
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId
from tertulia.domain.mutes import OwnAuthor, TooManyMuted
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.services import accounts, adoption, comments, conversations, erasure, mutes, my_data
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.services.test_conversations import read_all, reader, shown
from tests.services.test_erasure import work
from tests.services.test_sign_in import signed_in


def mute(make: Make, actor: Actor, author_id: AuthorId) -> None:
    with make.write(actor) as unit:
        mutes.mute(unit, author_id)


def muted(make: Make, actor: Actor) -> list[str]:
    with make.read(actor) as unit:
        return [each.author.name for each in mutes.list_own(unit)]


def test_who_is_muted_is_listed_the_last_first_until_they_are_unmuted(make: Make) -> None:
    ann = signed_in(make)
    first, second = make.comment(guest=make.guest("Ben")), make.comment(guest=make.guest("Cleo"))
    mute(make, ann, first.author.id)
    make.comment()
    mute(make, ann, second.author.id)
    mute(make, ann, second.author.id)

    assert muted(make, ann) == ["Cleo", "Ben"]
    with make.read(ann) as unit:
        assert set(mutes.ids_for_reader(unit)) == {first.author.id, second.author.id}

    for _ in range(2):
        with make.write(ann) as unit:
            mutes.unmute(unit, second.author.id)
    assert muted(make, ann) == ["Ben"]


def test_it_is_each_account_s_own_affair(make: Make) -> None:
    ann, bob = signed_in(make), signed_in(make, "bob@reader.example")
    author = make.comment().author.id
    mute(make, ann, author)

    assert muted(make, bob) == []
    with make.write(bob) as unit:
        mutes.unmute(unit, author)
    assert len(muted(make, ann)) == 1


def test_staff_can_be_muted(make: Make) -> None:
    ann, owner = signed_in(make), make.comment(guest=reader(make, "maren@gazette.example", "Maren"))
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, "maren@gazette.example", Role.OWNER)

    mute(make, ann, owner.author.id)

    assert muted(make, ann) == ["Maren"]


def test_nobody_mutes_themselves(make: Make) -> None:
    own = make.comment(guest=reader(make))

    with pytest.raises(OwnAuthor):
        mute(make, reader(make).actor, own.author.id)


@pytest.mark.parametrize("status", ["held", "removed", "withdrawn"])
def test_only_whom_readers_see_can_be_muted(make: Make, status: str) -> None:
    unseen = make.comment(status=status)

    for wrong in (unseen.author.id, AuthorId(1)):
        with pytest.raises(NotFound):
            mute(make, signed_in(make), wrong)


def test_an_author_of_another_site_cannot_be_muted(make: Make) -> None:
    other = Make(make.units, make.clock, key="tribune")
    other.site(name="The Tribune")
    stranger = other.comment()

    with pytest.raises(NotFound):
        mute(make, signed_in(make), stranger.author.id)


def test_guests_mute_nobody(make: Make) -> None:
    author, guest = make.comment().author.id, make.guest().actor

    for use in (mutes.mute, mutes.unmute):
        with pytest.raises(SessionOver), make.write(guest) as unit:
            use(unit, author)
    with make.read(guest) as unit:
        assert mutes.ids_for_reader(unit) == []


def test_there_is_a_limit_and_who_is_muted_already_does_not_count_again(
    make: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutes, "MOST", 2)
    ann, (first, second, third) = signed_in(make), [make.comment().author.id for _ in range(3)]
    mute(make, ann, first)
    mute(make, ann, second)

    with pytest.raises(TooManyMuted):
        mute(make, ann, third)
    mute(make, ann, second)
    with make.write(ann) as unit:
        mutes.unmute(unit, first)
    mute(make, ann, third)

    assert domain.MOST == 500


def test_nobody_learns_of_it(make: Make) -> None:
    ann, author = signed_in(make), make.comment().author.id

    def told() -> list[object]:
        with make.read() as unit:
            return [tuple(row) for row in unit.db.execute(select(schema.event).order_by(schema.event.c.id))]

    before = told()
    mute(make, ann, author)
    with make.write(ann) as unit:
        mutes.unmute(unit, author)

    assert told() == before


def test_a_reply_of_somebody_muted_is_not_new_and_not_in_the_feed(make: Make) -> None:
    own, other = make.comment(guest=reader(make)), make.comment(guest=reader(make))
    tiresome, welcome = make.guest("Ben"), make.guest("Cleo")
    with make.write(reader(make).actor) as unit:
        token = conversations.open_feed(unit)
    silent = make.comment(parent=own, guest=tiresome)
    make.comment(parent=other, guest=tiresome)
    answer = make.comment(parent=other, guest=welcome)
    mute(make, reader(make).actor, silent.author.id)

    found = shown(make)
    with make.read() as unit:
        feed = conversations.feed(unit, token)

    assert [each.comment.id for each in found.unread] == [other.id]
    assert [each.id for each in found.unread[0].replies] == [answer.id]
    assert [each.comment.id for each in found.listed] == [own.id]
    assert [each.id for each in found.listed[0].replies] == [silent.id]
    assert found.listed[0].muted == {silent.author.id}
    assert [each.reply.id for each in feed.answers] == [answer.id]


def test_unmuted_they_count_again(make: Make) -> None:
    own = make.comment(guest=reader(make))
    reply = make.comment(parent=own)
    mute(make, reader(make).actor, reply.author.id)
    before = shown(make).unread
    with make.write(reader(make).actor) as unit:
        mutes.unmute(unit, reply.author.id)

    assert (before, len(shown(make).unread)) == ((), 1)
    read_all(make)


def test_a_guest_whom_one_muted_and_who_was_oneself_does_not_fold(make: Make) -> None:
    # The same person, as a guest in another browser first.
    guest = make.guest("Ann before")
    early = make.comment(guest=guest)
    ann = reader(make)
    mute(make, ann.actor, early.author.id)
    with make.write(SYSTEM) as unit:
        assert ann.actor.account is not None
        adoption.adopt_guest(unit, ann.actor.account, early.author)

    with make.read(reader(make).actor) as unit:
        assert mutes.ids_for_reader(unit) == []


def test_who_leaves_mutes_nobody_and_is_muted_by_nobody(make: Make) -> None:
    ann, bob = signed_in(make), signed_in(make, "bob@reader.example")
    story = make.story("a")
    for actor, name in ((ann, "Ann"), (bob, "Bob")):
        with make.write(actor) as unit:
            comments.post(unit, CommentDraft(body="Words.", story_id=story.id, name=name))
    faces = {}
    for actor in (ann, bob):
        with make.read(actor) as unit:
            assert unit.actor.author is not None
            faces[actor] = unit.actor.author.id
    mute(make, ann, faces[bob])
    mute(make, bob, faces[ann])
    with make.write(bob) as unit:
        erasure.ask(unit, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    with make.read(SYSTEM) as unit:
        assert unit.db.execute(select(schema.mute)).all() == []


def test_a_takeout_tells_whom_one_mutes(make: Make) -> None:
    ann = signed_in(make)
    mute(make, ann, make.comment(guest=make.guest("Ben")).author.id)

    with make.read(ann) as unit:
        assert unit.actor.account is not None
        owned = my_data.belongings(unit, unit.actor.account)

    assert [each.name for each in owned.muted] == ["Ben"]
    assert owned.account.notices["reply"] == ["email"]
