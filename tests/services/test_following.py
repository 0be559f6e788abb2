"""Bans that follow their person: by a proven address, here and everywhere, without one site being told of another."""

from contextlib import contextmanager
from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.authors import Restriction
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.domain.sanctions import AuthorBanned, SanctionKind
from tertulia.services import accounts, comments, erasure, sanctions, statements
from tertulia.testing.builders import Make
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_roles import person
from tests.services.test_sanctions import impose, lift, newest
from tests.services.test_sign_in import ANN, signed_in
from tests.services.working import work

BAN = SanctionKind.BAN
HERALD = "https://herald.example"


@pytest.fixture
def herald(make) -> Make:
    """A second site on the same server."""
    other = Make(make.units, make.clock, key="herald")
    other.site(name="The Herald", origins=(HERALD,))
    return other


def write(make: Make, actor: Actor, origin: str = "https://gazette.example", name: str = "Ann"):
    make.clock.advance(timedelta(minutes=1))
    with make.write(actor) as unit:
        draft = CommentDraft(body=f"Words at {make.clock()}.", story_url=f"{origin}/a", name=name)
        return comments.post(unit, draft).comment


def ban_everywhere(make: Make, author_id, **choices):
    editor = person(make, Role.EDITOR)
    return impose(make, author_id, BAN, by=editor, is_everywhere=True, **choices), editor


def restriction(make: Make, actor: Actor):
    with make.read(actor) as unit:
        return unit.actor.author and unit.actor.author.restriction


@contextmanager
def refused():
    with pytest.raises(AuthorBanned) as found:
        yield found


def test_a_ban_everywhere_arrives_at_the_account_on_another_site(make, herald):
    there = signed_in(herald)
    own = write(herald, there, HERALD).author
    ban, editor = ban_everywhere(make, write(make, signed_in(make)).author.id, days=30)
    work(make)

    with refused():
        write(herald, there, HERALD)
    with herald.read(herald.moderator) as unit:
        (arrived,) = sanctions.list_of(unit, own.id)
    assert (arrived.ends_at, arrived.reason, arrived.words) == (ban.ends_at, "abuse", "")
    assert (arrived.made_by, arrived.account_id, arrived.origin_id) == ("system", None, ban.id)
    with herald.read(there) as unit:
        (told,) = statements.list_own(unit)
    assert told.cause.is_decided_by_machine

    lift(make, ban, by=editor)
    work(make)
    assert restriction(herald, there) is None
    write(herald, there, HERALD)


def test_who_comes_to_another_site_later_is_met_by_it(make, herald):
    ban, _ = ban_everywhere(make, write(make, signed_in(make)).author.id)
    work(make)

    there = signed_in(herald)
    with refused():
        write(herald, there, HERALD)
    with refused(), herald.write(there) as unit:
        accounts.rename(unit, "Another")

    assert restriction(herald, there) is None
    with herald.read(there) as unit:
        assert unit.actor.author is None
    assert ban.is_everywhere


def test_a_guest_of_another_site_who_signs_in_is_met_by_it(make, herald):
    ban_everywhere(make, write(make, signed_in(make)).author.id)
    guest = herald.guest("Bob")
    write(herald, guest.actor, HERALD)

    there = signed_in(herald, guest=guest.actor)

    assert restriction(herald, there) is Restriction.BAN


def test_a_ban_of_one_site_stays_there(make, herald):
    there = signed_in(herald)
    write(herald, there, HERALD)

    impose(make, write(make, signed_in(make)).author.id, BAN)
    work(make)

    write(herald, there, HERALD)
    assert restriction(herald, signed_in(herald)) is None


def test_somebody_else_is_not_met(make, herald):
    ban_everywhere(make, write(make, signed_in(make)).author.id)
    work(make)

    for site, origin in ((make, "https://gazette.example"), (herald, HERALD)):
        write(site, signed_in(site, "bob@reader.example"), origin, name="Bob")


def test_staff_of_another_site_is_not_met(make, herald):
    with herald.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.STAFF)
    there = signed_in(herald)
    write(herald, there, HERALD)
    ban_everywhere(make, write(make, signed_in(make)).author.id)
    work(make)

    write(herald, there, HERALD)
    assert restriction(herald, signed_in(herald)) is None


def test_what_a_site_lifted_for_itself_does_not_come_again(make, herald):
    there = signed_in(herald)
    own = write(herald, there, HERALD).author
    ban_everywhere(make, write(make, signed_in(make)).author.id)
    work(make)
    with herald.read() as unit:
        (arrived,) = sanctions.list_of(unit, own.id)

    lift(herald, arrived, by=person(herald, Role.OWNER))
    work(make)

    assert restriction(herald, signed_in(herald)) is None
    write(herald, there, HERALD)


def test_the_address_must_be_proven_on_both(make, herald):
    with make.write(SYSTEM) as unit:
        account = accounts.set_role(unit, "typed@reader.example", Role.READER)
        face = accounts.make_named_face(unit, account, "Typed")
    ban_everywhere(make, face.id)
    work(make)

    there = signed_in(herald, "typed@reader.example")
    write(herald, there, HERALD)


def test_a_new_account_with_the_same_address_is_met_on_the_same_site(make):
    actor = signed_in(make)
    impose(make, write(make, actor).author.id, BAN)
    ask_to_leave(make, actor, "keep")
    make.clock.advance(erasure.GRACE)
    work(make)

    again = signed_in(make)
    with refused() as found:
        write(make, again)

    assert found.value.parameters == {"until": None, "reason": "abuse"}


def test_signing_in_again_adds_nothing(make, herald):
    there = signed_in(herald)
    own = write(herald, there, HERALD).author
    ban_everywhere(make, write(make, signed_in(make)).author.id)
    work(make)
    first = newest(herald, own.id)

    signed_in(herald)
    signed_in(make)
    work(make)

    assert newest(herald, own.id) == first
    with herald.read() as unit:
        assert len(sanctions.list_of(unit, own.id)) == 1


def test_a_ban_that_was_lifted_before_it_spread_arrives_nowhere(make, herald):
    there = signed_in(herald)
    write(herald, there, HERALD)
    ban, editor = ban_everywhere(make, write(make, signed_in(make)).author.id)

    lift(make, ban, by=editor)
    work(make)

    write(herald, there, HERALD)
