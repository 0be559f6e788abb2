"""Staff sign-in: a link works once and for a day, a session until it ends."""

from datetime import timedelta

import pytest

from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import NOBODY, SYSTEM, ActorKind
from tertulia.services import accounts
from tertulia.services.accounts import LINK_HOURS, SESSION_HOURS, LinkOver
from tertulia.testing.builders import Make


def link(make):
    with make.write(SYSTEM) as unit:
        return accounts.make_link(unit, name="Maren")


def session(make, token):
    with make.write(NOBODY) as unit:
        return accounts.open_session(unit, token)


def moderator(make, token):
    with make.read() as unit:
        return accounts.moderator_of(unit, token)


def test_a_link_signs_its_moderator_in(make):
    actor = moderator(make, session(make, link(make)))

    assert (actor.kind, actor.name) == (ActorKind.MODERATOR, "Maren")


def test_a_link_works_once(make):
    token = link(make)
    session(make, token)

    with pytest.raises(LinkOver):
        session(make, token)


@pytest.mark.parametrize(("seconds", "works"), [(-1, True), (0, False)])
def test_a_link_ends_with_its_day(make, seconds, works):
    token = link(make)
    make.clock.advance(timedelta(hours=LINK_HOURS, seconds=seconds))

    if works:
        session(make, token)
        return
    with pytest.raises(LinkOver):
        session(make, token)


def test_a_session_ends_with_its_hours_or_on_demand(make):
    late, ended = session(make, link(make)), session(make, link(make))

    with make.write(NOBODY) as unit:
        accounts.end_session(unit, ended)
    with pytest.raises(NotFound):
        moderator(make, ended)
    make.clock.advance(timedelta(hours=SESSION_HOURS))
    with pytest.raises(NotFound):
        moderator(make, late)


def test_links_and_sessions_are_no_substitutes_for_each_other(make):
    token = link(make)
    opened = session(make, link(make))

    with pytest.raises(NotFound):
        moderator(make, token)
    with pytest.raises(LinkOver):
        session(make, opened)


@pytest.mark.parametrize("token", ["", "x", "\x00", "é" * 100])
def test_made_up_tokens_open_nothing(make, token):
    with pytest.raises(LinkOver):
        session(make, token)
    with pytest.raises(NotFound):
        moderator(make, token)


def test_a_session_of_one_site_is_none_on_another(make):
    token = session(make, link(make))
    other = Make(make.units, make.clock, key="other")
    other.site()

    with pytest.raises(NotFound):
        moderator(other, token)


def test_no_token_is_kept(make):
    token = session(make, link(make))

    with make.read() as unit:
        kept = unit.db.exec_driver_sql("SELECT token_hash FROM session").scalars().all()

    assert len(kept) == 2
    assert token not in kept
