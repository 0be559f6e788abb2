"""Traces of banned people: what is kept, for how long, what hints follow, and that hints do nothing."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Forbidden
from tertulia.domain.moderation import Status
from tertulia.domain.permissions import NOBODY, Actor
from tertulia.domain.sanctions import SanctionKind
from tertulia.domain.traces import TraceKind, shape_of
from tertulia.services import comments, erasure, retention, traces
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.services.test_erasure import ask as ask_to_leave
from tests.services.test_sanctions import impose, lift
from tests.services.test_sign_in import signed_in
from tests.services.working import work

BAN = SanctionKind.BAN


def write(make: Make, actor: Actor, *, network: str = "", name: str = "Ann"):
    make.clock.advance(timedelta(minutes=1))
    with make.write(actor) as unit:
        draft = CommentDraft(
            body=f"Words at {make.clock()}.",
            story_url="https://gazette.example/a",
            name=name,
            network=network,
        )
        return comments.post(unit, draft).comment


def hints(make: Make, *author_ids):
    with make.read(make.moderator) as unit:
        return traces.hints_for(unit, author_ids)


def kept(make: Make) -> list[tuple[str, str]]:
    with make.read() as unit:
        rows = unit.db.execute(select(schema.trace.c.kind, schema.trace.c.hash))
        return sorted((row.kind, row.hash) for row in rows)


def test_the_same_network_is_a_hint_and_nothing_more(make):
    banned = write(make, make.guest().actor, network="net-1", name="Ann").author
    ban = impose(make, banned.id, BAN)

    again = write(make, make.guest().actor, network="net-1", name="Bob")
    other = write(make, make.guest().actor, network="net-2", name="Eve")

    assert again.status is Status.VISIBLE
    found = hints(make, again.author.id, other.author.id, banned.id)
    assert set(found) == {again.author.id}
    (hint,) = found[again.author.id]
    assert (hint.sanction_id, hint.name, hint.signs) == (ban.id, "Ann", (TraceKind.NETWORK,))


def test_the_shape_of_an_address_is_a_hint(make):
    banned = write(make, signed_in(make, "a.n.n@gmail.com")).author
    impose(make, banned.id, BAN)

    again = write(make, signed_in(make, "ann+more@googlemail.com"), name="Bob").author

    (hint,) = hints(make, again.id)[again.id]
    assert hint.signs == (TraceKind.SHAPE,)


def test_several_signs_make_one_hint(make):
    banned = write(make, signed_in(make, "ann@gmail.com"), network="net-1").author
    impose(make, banned.id, BAN)

    again = write(make, signed_in(make, "a.nn@gmail.com"), network="net-1", name="Bob").author

    (hint,) = hints(make, again.id)[again.id]
    assert set(hint.signs) == {TraceKind.NETWORK, TraceKind.SHAPE}


def test_nothing_is_kept_but_hashes(make):
    banned = write(make, signed_in(make, "ann@gmail.com"), network="net-1").author
    impose(make, banned.id, BAN)

    assert [kind for kind, _ in kept(make)] == ["address", "network", "shape"]
    assert "ann" not in str(kept(make))


@pytest.mark.parametrize("kind", [each for each in SanctionKind if each is not BAN])
def test_only_a_ban_keeps_traces(make, kind):
    banned = write(make, make.guest().actor, network="net-1").author

    impose(make, banned.id, kind)

    assert kept(make) == []


def test_a_policy_without_days_keeps_nothing_for_hints(make):
    make.policy(traces_kept_days=0)
    banned = write(make, signed_in(make), network="net-1").author

    impose(make, banned.id, BAN)

    assert [kind for kind, _ in kept(make)] == ["address"]


def test_what_is_lifted_or_over_hints_no_more(make):
    first, second = (write(make, make.guest().actor, network="net-1").author for _ in range(2))
    lifted, short = impose(make, first.id, BAN), impose(make, second.id, BAN, days=2)
    again = write(make, make.guest().actor, network="net-1", name="Bob").author
    assert [each.sanction_id for each in hints(make, again.id)[again.id]] == [short.id, lifted.id]

    lift(make, lifted)
    assert [each.sanction_id for each in hints(make, again.id)[again.id]] == [short.id]
    make.clock.advance(timedelta(days=3))

    assert hints(make, again.id) == {}


def test_traces_go_when_their_days_are_over(make):
    make.policy(traces_kept_days=10)
    banned = write(make, make.guest().actor, network="net-1").author
    impose(make, banned.id, BAN)

    make.clock.advance(timedelta(days=9, hours=23))
    retention.forget_traces(make.units)
    before = kept(make)
    make.clock.advance(timedelta(hours=1))
    retention.forget_traces(make.units)

    assert (len(before), kept(make)) == (1, [])


def test_an_account_that_ends_leaves_its_traces(make):
    actor = signed_in(make, "ann@gmail.com")
    impose(make, write(make, actor, network="net-1").author.id, BAN)

    ask_to_leave(make, actor, "remove")
    make.clock.advance(erasure.GRACE)
    work(make)
    again = write(make, make.guest().actor, network="net-1", name="Bob").author

    (hint,) = hints(make, again.id)[again.id]
    assert hint.name == ""


def test_hints_are_for_moderators_and_stay_on_their_site(make):
    banned = write(make, make.guest().actor, network="net-1").author
    impose(make, banned.id, BAN, is_everywhere=False)
    again = write(make, make.guest().actor, network="net-1", name="Bob").author

    for actor in (NOBODY, make.guest().actor):
        with make.read(actor) as unit, pytest.raises(Forbidden):
            traces.hints_for(unit, [again.id])
    assert hints(make) == {}


@pytest.mark.parametrize(
    ("address", "shape"),
    [
        ("ann@gmail.com", "ann@gmail.com"),
        ("a.n.n+x+y@googlemail.com", "ann@gmail.com"),
        ("a.n.n@proton.me", "a.n.n@proton.me"),
        ("ann+news@icloud.com", "ann@icloud.com"),
        ("ann+news@gazette.example", "ann+news@gazette.example"),
        ("+@gmail.com", "+@gmail.com"),
        ("...@gmail.com", "...@gmail.com"),
    ],
)
def test_a_shape_forgets_what_its_provider_forgets(address, shape):
    assert shape_of(address) == shape


@given(
    st.text(alphabet="ab.+", min_size=1, max_size=12), st.sampled_from(["gmail.com", "icloud.com", "x.org"])
)
def test_a_shape_is_its_own(name, domain):
    assert shape_of(shape_of(f"{name}@{domain}")) == shape_of(f"{name}@{domain}")
