"""Mail that tells somebody what became of their second factor: from the event, by the relay, to its address."""

import pytest

from tertulia.domain.accounts import Account
from tertulia.domain.events import SecondFactorChanged
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.second_factor import Change
from tertulia.plugins.contracts import Message
from tertulia.realtime.bus import MemoryBus
from tertulia.services import accounts
from tertulia.services.unit import Units
from tertulia.worker.loop import Runner
from tertulia.worker.post import Post
from tertulia.worker.relay import Relay
from tertulia.worker.tasks import TASKS
from tests.worker.house import SITE, founded

ADDRESS = "ann@example.org"
BASE = "https://comments.example"


def account(units: Units, *, language: str = "en", email: str = ADDRESS) -> Account:
    with units.write(SITE, SYSTEM) as unit:
        accounts.open_for(unit, email=email, subject="" if email else "subscriber-7", language=language)
        return accounts.list_accounts(unit)[-1]


def mails(units: Units, change: Change, of: Account) -> list[Message]:
    """Let it happen, relay it, run what follows; give the mails."""
    sent: list[Message] = []
    with units.write(SITE, SYSTEM) as unit:
        unit.record(SecondFactorChanged(account_id=of.id, change=change.value))
    Relay(units, MemoryBus(), holder="one").run_once()
    runner = Runner(units, tasks=TASKS, post=Post(base_url=BASE, key="k", send=sent.append))
    while runner.run_one() is not None:
        pass
    return sent


@pytest.mark.parametrize("change", list(Change))
def test_its_owner_is_told_of_every_change(database: str, change: Change) -> None:
    with founded(database) as units:
        (told,) = mails(units, change, account(units))

    assert (told.to, told.subject, told.sender) == (
        ADDRESS,
        "Your second factor at The Gazette",
        "The Gazette",
    )
    assert f"\n{BASE}/{SITE}/me\n" in f"{told.text}\n"
    assert "If it was you" in told.html


def test_each_change_is_told_in_other_words(database: str) -> None:
    with founded(database) as units:
        known = account(units)
        texts = {mails(units, change, known)[0].text for change in Change}

    assert len(texts) == len(Change)


def test_it_speaks_the_accounts_language(database: str) -> None:
    with founded(database) as units:
        (told,) = mails(units, Change.REMOVED, account(units, language="de"))

    assert "Der zweite Faktor wurde entfernt." in told.text


def test_an_account_without_an_address_gets_none(database: str) -> None:
    with founded(database) as units:
        assert mails(units, Change.SET_UP, account(units, email="")) == []
