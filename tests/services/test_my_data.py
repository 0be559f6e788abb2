"""Taking along what is one's own: all of it, nothing of anybody else's, for a week, once a day."""

from datetime import timedelta

import pytest
from sqlalchemy import update

from tertulia.domain import ids
from tertulia.domain.accounts import Account, SessionOver
from tertulia.domain.comments import CommentDraft
from tertulia.domain.connections import Connection, ConnectionId
from tertulia.domain.errors import NotFound
from tertulia.domain.moderation import Outcome, Reason, Ruling
from tertulia.domain.passkeys import Passkey, PasskeyId
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.domain.takeouts import OwnComment, TakeoutAsked, TakeoutId
from tertulia.services import appeals, comments, erasure, moderation, my_data, retention, statements
from tertulia.services.unit import Unit
from tertulia.store import connections, passkeys
from tertulia.store.schema import comment
from tertulia.testing.builders import Make
from tests.services.test_erasure import everything, work, write
from tests.services.test_sign_in import ANN, signed_in

PACKED = b"PK, as far as this floor knows"


def ask(make: Make, actor: Actor) -> TakeoutId:
    with make.write(actor) as unit:
        return my_data.ask(unit)


def keep(make: Make, takeout_id: TakeoutId) -> None:
    with make.write(SYSTEM) as unit:
        my_data.keep(unit, takeout_id, PACKED)


def fetch(make: Make, actor: Actor, takeout_id: TakeoutId) -> bytes:
    with make.read(actor) as unit:
        return my_data.content(unit, takeout_id)


def account_of(unit: Unit) -> Account:
    assert unit.actor.account is not None
    return unit.actor.account


def own(make: Make, actor: Actor) -> list[OwnComment]:
    with make.read(actor) as unit:
        account = account_of(unit)
    return list(my_data.own_comments(make.units, make.key, account))


def test_the_owner_fetches_it_for_a_week(make):
    ann = signed_in(make)
    asked = ask(make, ann)
    with pytest.raises(NotFound):
        fetch(make, ann, asked)

    keep(make, asked)

    make.clock.advance(my_data.KEPT - timedelta(seconds=1))
    assert fetch(make, ann, asked) == PACKED
    make.clock.advance(timedelta(seconds=1))
    with pytest.raises(NotFound):
        fetch(make, ann, asked)


def test_nobody_else_fetches_it(make):
    asked = ask(make, signed_in(make))
    keep(make, asked)

    with pytest.raises(NotFound):
        fetch(make, signed_in(make, "bob@reader.example"), asked)
    with pytest.raises(SessionOver):
        fetch(make, make.guest().actor, asked)


def test_one_asks_once_a_day(make):
    first = ask(make, signed_in(make))
    make.clock.advance(my_data.BETWEEN - timedelta(seconds=1))
    ann = signed_in(make)
    with pytest.raises(TakeoutAsked):
        ask(make, ann)
    ask(make, signed_in(make, "bob@reader.example"))

    make.clock.advance(timedelta(seconds=1))
    assert ask(make, ann) != first


def test_guests_have_no_account_to_take_along(make):
    with pytest.raises(SessionOver):
        ask(make, make.guest().actor)


def test_making_it_twice_keeps_the_first_and_writes_once(make):
    ann = signed_in(make)
    asked = ask(make, ann)
    keep(make, asked)
    with make.write(SYSTEM) as unit:
        my_data.keep(unit, asked, b"another")

    assert fetch(make, ann, asked) == PACKED
    assert everything(make).count("mail_takeout") == 1
    with make.read() as unit:
        assert my_data.find_asker(unit, asked) is None


def test_the_mail_has_an_address_while_there_is_something_to_fetch(make):
    asked = ask(make, signed_in(make))
    with make.read() as unit:
        assert my_data.letter(unit, asked) is None
    keep(make, asked)

    with make.read() as unit:
        letter = my_data.letter(unit, asked)
    assert letter is not None
    assert (letter.address, letter.expires_at) == (ANN, make.clock() + my_data.KEPT)
    make.clock.advance(my_data.KEPT)
    with make.read() as unit:
        assert my_data.letter(unit, asked) is None


def test_what_is_over_is_deleted_and_what_is_not_stays(make):
    old = ask(make, signed_in(make))
    keep(make, old)
    make.clock.advance(my_data.KEPT)
    bob = signed_in(make, "bob@reader.example")
    new = ask(make, bob)
    keep(make, new)

    retention.forget_takeouts(make.units)

    assert everything(make).count(str(PACKED)) == 1
    assert fetch(make, bob, new) == PACKED


def test_it_goes_with_the_account(make):
    ann = signed_in(make)
    keep(make, ask(make, ann))
    with make.write(ann) as unit:
        erasure.ask(unit, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    assert str(PACKED) not in everything(make)


def test_belongings_are_the_account_and_its_browsers(make):
    ann = signed_in(make)
    write(make, ann, make.story("a"), "Words.")
    signed_in(make)
    signed_in(make, "bob@reader.example")

    with make.read(ann) as unit:
        owned = my_data.belongings(unit, account_of(unit))

    assert (owned.account.email, owned.account.name, owned.account.role) == (ANN, "Ann", "reader")
    assert [each.device for each in owned.sessions] == ["Firefox, Linux"] * 2


def test_a_comment_comes_with_its_story_its_wordings_and_what_was_decided(make):
    ann, story = signed_in(make), make.story("harbour", title="Harbour")
    mine = write(make, ann, story, "First.")
    with make.write(ann) as unit:
        comments.edit(unit, mine.id, "*Second.*")
    with make.write(make.moderator) as unit:
        seen = comments.access(unit, mine.id).revision
        moderation.decide(
            unit, mine.id, Ruling(outcome=Outcome.REMOVE, reason=Reason.SPAM), seen_revision=seen
        )

    (found,) = own(make, ann)

    assert (found.id, found.source, found.kind) == (ids.encode(mine.id), "*Second.*", "markdown")
    assert [edit.source for edit in found.edits] == ["First."]
    assert (found.story_url, found.story_title) == (story.url, "Harbour")
    assert (found.status, found.reason, found.was_public) == ("removed", "spam", True)
    assert (found.decisions[-1].outcome, found.decisions[-1].reason) == ("remove", "spam")
    assert "Maren" not in repr(found)


def test_all_of_ones_own_and_nothing_of_others(make):
    ann, story = signed_in(make), make.story("a")
    withdrawn = write(make, ann, story, "Taken back.")
    with make.write(ann) as unit:
        comments.withdraw(unit, withdrawn.id)
    make.policy(hold_first=True)
    write(make, ann, story, "Waiting.")
    make.comment("Bob's.", story=story)

    found = own(make, ann)

    assert [(each.source, each.status, each.was_public) for each in found] == [
        ("Waiting.", "held", False),
        ("Taken back.", "withdrawn", True),
    ]


@pytest.mark.parametrize(("status", "named"), [("visible", "Bob"), ("withdrawn", None), ("removed", None)])
def test_who_was_answered_is_named_as_far_as_readers_see(make, status, named):
    ann, bob = signed_in(make), make.guest("Bob")
    theirs = make.comment("Bob's words.", guest=bob)
    with make.write(ann) as unit:
        comments.post(unit, CommentDraft(body="Answer.", name="Ann", parent_id=theirs.id))
    if status == "withdrawn":
        with make.write(bob.actor) as unit:
            comments.withdraw(unit, theirs.id)
    if status == "removed":
        with make.write(make.moderator) as unit:
            revision = comments.access(unit, theirs.id).revision
            moderation.decide(
                unit, theirs.id, Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE), seen_revision=revision
            )

    (found,) = own(make, ann)

    assert (found.parent, found.parent_author) == (ids.encode(theirs.id), named)
    assert "Bob's words" not in repr(found)


def test_what_an_import_knew_comes_along(make):
    ann = signed_in(make)
    mine = write(make, ann, make.story("a"), "Old.")
    with make.write() as unit:
        unit.db.execute(
            update(comment).where(comment.c.id == mine.id).values(origin="wordpress", extra={"likes": 3})
        )

    (found,) = own(make, ann)

    assert (found.origin, found.extra) == ("wordpress", {"likes": 3})


def test_many_comments_come_in_pieces_each_once(make, monkeypatch):
    make.policy(comments_per_minute=1000)
    monkeypatch.setattr(my_data, "BATCH", 10)
    ann, story = signed_in(make), make.story("a")
    with make.write(ann) as unit:
        for number in range(30):
            draft = CommentDraft(body=f"Number {number}.", story_id=story.id, name="Ann")
            comments.post(unit, draft)

    found = own(make, ann)

    assert [each.source for each in found] == [f"Number {number}." for number in reversed(range(30))]


def test_somebody_who_never_wrote_has_no_comments(make):
    assert own(make, signed_in(make)) == []


def test_another_site_has_nothing_of_it(make):
    ann = signed_in(make)
    asked = ask(make, ann)
    other = Make(make.units, make.clock, key="tribune")
    other.site(name="The Tribune", origins=["https://tribune.example"])

    with other.read() as unit:
        assert my_data.find_asker(unit, asked) is None
    with pytest.raises(NotFound):
        fetch(other, signed_in(other), asked)


def test_passkeys_are_listed_by_their_names(make):
    ann = signed_in(make)
    with make.write(ann) as unit:
        new = Passkey(
            id=PasskeyId(unit.new_id()),
            account_id=account_of(unit).id,
            credential_id="credential",
            public_key="key",
            handle="handle",
            sign_count=0,
            name="My telephone",
            transports=(),
            created_at=unit.now,
        )
        assert passkeys.insert_new(unit.db, unit.site.id, new)

    with make.read(ann) as unit:
        owned = my_data.belongings(unit, account_of(unit))

    assert [each.name for each in owned.passkeys] == ["My telephone"]
    assert "credential" not in repr(owned)


def test_connected_sign_ins_are_listed(make):
    ann = signed_in(make)
    with make.write(ann) as unit:
        new = Connection(
            id=ConnectionId(unit.new_id()),
            account_id=account_of(unit).id,
            provider="google",
            subject="110169484474386276334",
            label="ann@elsewhere.example",
            created_at=unit.now,
            used_at=None,
        )
        assert connections.insert_new(unit.db, unit.site.id, new)

    with make.read(ann) as unit:
        owned = my_data.belongings(unit, account_of(unit))

    assert [(each.provider, each.subject, each.label) for each in owned.connected] == [
        ("google", "110169484474386276334", "ann@elsewhere.example")
    ]


def test_what_was_decided_why_and_what_became_of_an_appeal_is_listed(make):
    ann = signed_in(make)
    comment = write(make, ann, make.story(), "Hello.")
    with make.write(make.moderator) as unit:
        ruling = Ruling(outcome=Outcome.REMOVE, reason=Reason.ABUSE, words="It was rude.")
        moderation.decide(unit, comment.id, ruling, seen_revision=comment.revision)
    with make.write(ann) as unit:
        appeals.make(unit, statements.list_own(unit)[0], "It was not.")

    with make.read(ann) as unit:
        (owned,) = my_data.belongings(unit, account_of(unit)).statements

    assert (owned.comment, owned.restriction, owned.reason, owned.facts) == (
        ids.encode(comment.id),
        "removal",
        "abuse",
        "It was rude.",
    )
    assert (owned.appeal, owned.result, owned.answer) == ("It was not.", "", "")
    assert "Maren" not in repr(owned)
