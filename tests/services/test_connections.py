"""From whom a provider vouches for to an account: once at a time, with which address, and gone with its account."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier
from typing import Any, TypeVar

import pytest
from sqlalchemy import func, select, update

from tertulia.domain.accounts import Account, WayNotOffered
from tertulia.domain.attempts import Attempt, AttemptOver
from tertulia.domain.connections import ConnectFirst
from tertulia.domain.events import AccountOpened
from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.plugins.contracts import Identity
from tertulia.services import accounts, attempts, connections, erasure, sign_in
from tertulia.store import schema
from tertulia.testing import builders
from tertulia.testing.builders import Make
from tertulia.testing.clocks import NOON

NORA = "nora@example.org"
Came = TypeVar("Came")


@pytest.fixture
def make(database: str) -> Iterator[Make]:
    with builders.opened(database, providers=("home", "other")) as opened:
        opened.site(ways_in="home,other,email")
        yield opened


def identity(subject: str = "7", **told: Any) -> Identity:
    told = {"name": "Nora Lind", "email": NORA, "is_email_verified": True, **told}
    return Identity(subject=subject, expires_at=NOON + timedelta(minutes=10), **told)


def come(make: Make, who: Identity, provider: str = "home") -> Account:
    with make.write(NOBODY) as unit:
        return connections.enter(unit, provider, who)


def at_once(work: Callable[[int], Came]) -> list[Came]:
    ready = Barrier(4)

    def do(number: int) -> Came:
        ready.wait(10)
        return work(number)

    with ThreadPoolExecutor(4) as pool:
        return [each.result(30) for each in [pool.submit(do, number) for number in range(4)]]


def count(make: Make, table: Any) -> int:
    with make.read() as unit:
        return int(unit.db.execute(select(func.count()).select_from(table)).scalar_one())


def signed_in(make: Make, account: Account) -> Actor:
    with make.write(NOBODY) as unit:
        token = sign_in.open_session(unit, account, way="oidc", device="")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def test_the_first_time_opens_an_account_and_says_so(make: Make) -> None:
    with make.write(NOBODY) as unit:
        account = connections.enter(unit, "home", identity())
        happened = list(unit.happened())

    assert (account.email, account.name, account.is_proven) == (NORA, "Nora Lind", True)
    assert [each for each in happened if isinstance(each, AccountOpened)] == [
        AccountOpened(account_id=account.id)
    ]
    assert come(make, identity(name="Another", email="", is_email_verified=False)).id == account.id


def test_two_first_sign_ins_at_once_make_one_account(make: Make) -> None:
    came = at_once(lambda _: come(make, identity()))

    assert len({each.id for each in came}) == 1
    assert (count(make, schema.account), count(make, schema.identity)) == (1, 1)


def test_two_people_with_one_address_at_once_are_nobody_twice(make: Make) -> None:
    came = at_once(lambda number: come(make, identity(str(number)), ("home", "other")[number % 2]))

    assert len({each.id for each in came}) == count(make, schema.account)
    assert [each.email for each in came].count(NORA) >= 1
    assert count(make, schema.identity) == 4


def test_the_same_word_of_another_provider_is_somebody_else(make: Make) -> None:
    unproven = identity(is_email_verified=False)

    assert come(make, unproven).id != come(make, unproven, "other").id


def test_an_account_with_a_second_factor_is_not_linked_silently(make: Make) -> None:
    with make.write(NOBODY) as unit:
        accounts.open_for(unit, email=NORA, language="en")
        unit.db.execute(update(schema.account).values(totp_at=unit.now))

    with pytest.raises(ConnectFirst):
        come(make, identity())
    assert count(make, schema.identity) == 0


def test_a_way_that_the_policy_does_not_name_is_closed_at_both_ends(make: Make) -> None:
    make.policy(ways_in="email")

    with pytest.raises(WayNotOffered):
        come(make, identity())
    with pytest.raises(WayNotOffered):
        begin(make)


def begin(make: Make) -> Attempt:
    with make.write(NOBODY) as unit:
        return attempts.begin(unit, "home", browser_hash="b", onward={})


def test_an_attempt_counts_once_also_at_once(make: Make) -> None:
    attempt = begin(make)

    def use(_: int) -> bool:
        try:
            with make.write(NOBODY) as unit:
                attempts.use(unit, attempt)
        except AttemptOver:
            return False
        return True

    assert at_once(use).count(True) == 1


def test_tries_have_secrets_of_their_own(make: Make) -> None:
    first, second = begin(make), begin(make)
    about = {"site": "gazette", "key": "the operator's key", "now": NOON, "return_to": ""}
    ours = attempts.asked(first, **about)

    assert ours.secret == attempts.asked(first, **{**about, "now": NOON + timedelta(minutes=1)}).secret
    others = [
        attempts.asked(second, **about),
        attempts.asked(first, **{**about, "site": "courier"}),
        attempts.asked(first, **{**about, "key": "another key"}),
    ]
    assert ours.secret not in [each.secret for each in others]
    assert ours.reference != others[0].reference
    assert len(ours.secret) == 32


def test_with_the_account_goes_what_was_connected(make: Make) -> None:
    nora = come(make, identity())
    actor = signed_in(make, nora)
    with make.write(actor) as unit:
        attempts.begin_connecting(unit, "other", browser_hash="b", onward={})
        erasure.ask(unit, "keep")
    make.clock.advance(erasure.GRACE)
    erasure.erase_some(make.units, make.key, nora.id, after=CommentId(0))

    assert [count(make, table) for table in (schema.account, schema.identity, schema.attempt)] == [0, 0, 0]
