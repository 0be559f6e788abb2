"""What needs somebody who proved a short while ago who they are, and who counts as such."""

from collections.abc import Callable
from datetime import timedelta

import pytest

from tertulia.domain.accounts import SessionOver
from tertulia.domain.passkeys import PasskeyId
from tertulia.domain.permissions import NOBODY
from tertulia.services import accounts, erasure, freshness, my_data, passkeys, sign_in
from tertulia.services.freshness import FRESH, ProveAgain
from tertulia.services.sign_in import OtherAccount
from tertulia.services.unit import Unit
from tertulia.testing.builders import Make
from tests.services.test_sign_in import ANN, bearer_of, email_of, signed_in

LASTING: list[Callable[[Unit], object]] = [
    lambda unit: erasure.ask(unit, "keep"),
    my_data.ask,
    lambda unit: passkeys.holder(unit, key="the operator's key"),
    lambda unit: passkeys.remove(unit, PasskeyId(1)),
    lambda unit: accounts.end_own(unit, "all"),
]
"""Changes that outlast a session, and what carries everything off."""


@pytest.mark.parametrize("change", LASTING)
def test_what_lasts_needs_a_fresh_proof(make: Make, change: Callable[[Unit], object]) -> None:
    ann = signed_in(make)
    make.clock.advance(FRESH)
    with make.write(ann) as unit:
        change(unit)

    make.clock.advance(timedelta(seconds=1))
    with pytest.raises(ProveAgain), make.write(ann) as unit:
        change(unit)


@pytest.mark.parametrize("change", LASTING)
def test_a_bearer_proves_nothing_anew(make: Make, change: Callable[[Unit], object]) -> None:
    with pytest.raises(ProveAgain), make.write(bearer_of(make, signed_in(make))) as unit:
        change(unit)


@pytest.mark.parametrize("change", LASTING)
def test_who_is_not_signed_in_is_told_so(make: Make, change: Callable[[Unit], object]) -> None:
    with pytest.raises(SessionOver), make.write(NOBODY) as unit:
        change(unit)


def test_being_used_makes_no_session_fresh(make: Make) -> None:
    ann = signed_in(make)
    for _ in range(3):
        make.clock.advance(timedelta(hours=2))
        with make.write(ann) as unit:
            sign_in.keep_alive(unit)

    with make.read(ann) as unit:
        assert not freshness.is_fresh(unit)


def test_no_session_becomes_another_accounts(make: Make) -> None:
    ann = signed_in(make)
    with make.write(NOBODY) as unit:
        accounts.open_for(unit, email="bob@reader.example", language="en")
        bob = accounts.find(unit, "bob@reader.example")
        token = sign_in.open_session(unit, bob, way="email", device="")

    with make.read() as unit:
        known = accounts.find(unit, ANN)
    with pytest.raises(OtherAccount), make.write(NOBODY) as unit:
        sign_in.open_session(unit, known, way="email", device="", before=token)

    assert email_of(make, ann) == ANN
    with make.read() as unit:
        assert accounts.find(unit, "bob@reader.example") == bob


def test_an_account_names_the_ways_it_has(make: Make) -> None:
    with make.read(signed_in(make)) as unit:
        assert freshness.list_ways(unit) == {"email"}
