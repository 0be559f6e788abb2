"""Passkeys of accounts: add, list, remove, sign in. What devices answer is read and checked in `ceremonies`.

A challenge is not kept: it carries its end and a keyed hash over what it is for, on which site and in which browser.
What was answered once is remembered until then, so that nothing is answered twice.
"""

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from tertulia.domain.accounts import Account, SessionOver
from tertulia.domain.authors import clean_name
from tertulia.domain.passkeys import (
    LONGEST_NAME,
    MOST,
    Answer,
    BadPasskey,
    Party,
    Passkey,
    PasskeyId,
    TooManyPasskeys,
)
from tertulia.services import freshness
from tertulia.services.accounts import hash_secret
from tertulia.services.unit import Unit
from tertulia.store import accounts, sessions
from tertulia.store import passkeys as store

MINUTES: Final = 5
"""How long a challenge may be answered."""
_TIME: Final = 8
_RANDOM: Final = 24
_HASH: Final = 32


def ask_to_add(unit: Unit, party: Party) -> str:
    """Write what a browser needs to make a passkey for the acting account, as JSON.

    Raises `ProveAgain` or `TooManyPasskeys`. What it gives is good for a few minutes, in this session alone: who
    answers it need not prove anew who they are.
    """
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    account, known = _account(unit), list_own(unit)
    freshness.require(unit)
    if len(known) >= MOST:
        raise TooManyPasskeys(limit=MOST)
    return ceremonies.creation(
        party,
        challenge=_challenge(unit, party, "add", unit.actor.session_hash),
        handle=_handle(unit, party, account),
        site=unit.site.name,
        person=account.email or account.name or unit.site.name,
        known=known,
    )


def read_made(credential: Mapping[str, object]) -> Answer:
    """Read what a device answered that made a passkey; raise `BadPasskey`. To be done before a Unit is open."""
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    return ceremonies.read_made(credential)


def add(unit: Unit, party: Party, answer: Answer, *, name: str) -> None:
    """Keep a passkey for the acting account; raise `BadName`, `BadPasskey` or `TooManyPasskeys`."""
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    account = _account(unit)
    shown = clean_name(name, longest=LONGEST_NAME)
    _use_up(unit, party, answer, "add", unit.actor.session_hash)
    made = ceremonies.check_made(party, answer)
    accounts.lock(unit.db, unit.site.id, account.id)
    if len(list_own(unit)) >= MOST:
        raise TooManyPasskeys(limit=MOST)
    new = Passkey(
        id=PasskeyId(unit.new_id()),
        account_id=account.id,
        credential_id=made.credential_id,
        public_key=made.public_key,
        handle=_handle(unit, party, account),
        sign_count=made.sign_count,
        name=shown,
        transports=made.transports,
        created_at=unit.now,
    )
    if not store.insert_new(unit.db, unit.site.id, new):
        raise BadPasskey


def list_own(unit: Unit) -> list[Passkey]:
    """List the acting account's passkeys in the order of their making."""
    return store.list_of_account(unit.db, unit.site.id, _account(unit).id)


def remove(unit: Unit, passkey_id: PasskeyId) -> None:
    """Remove one of the acting account's passkeys; raise `ProveAgain`. What is gone already is no fault."""
    account = _account(unit)
    freshness.require(unit)
    store.delete_one(unit.db, unit.site.id, account.id, passkey_id)


def ask_to_sign_in(unit: Unit, party: Party, *, browser_hash: str) -> str:
    """Write what a browser needs to use any of its passkeys for this server, as JSON."""
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    return ceremonies.request(party, challenge=_challenge(unit, party, "sign-in", browser_hash))


def read_used(credential: Mapping[str, object]) -> Answer:
    """Read what a device answered that used a passkey; raise `BadPasskey`. To be done before a Unit is open."""
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    return ceremonies.read_used(credential)


def confirm(unit: Unit, party: Party, answer: Answer, *, browser_hash: str) -> Account:
    """Give the account of a passkey that was just used in this browser; raise `BadPasskey`."""
    from tertulia.services import ceremonies  # noqa: PLC0415 - see there

    _use_up(unit, party, answer, "sign-in", browser_hash)
    known = store.find_by_credential(unit.db, unit.site.id, answer.credential_id)
    if known is None or not hmac.compare_digest(known.handle, answer.handle):
        raise BadPasskey
    count = ceremonies.check_used(party, answer, known)
    account = accounts.find(unit.db, unit.site.id, known.account_id)
    if account is None or not store.save_use(unit.db, unit.site.id, known, sign_count=count, now=unit.now):
        raise BadPasskey
    return account


def _account(unit: Unit) -> Account:
    if unit.actor.account is None:
        raise SessionOver
    return unit.actor.account


def _challenge(unit: Unit, party: Party, purpose: str, browser_hash: str) -> bytes:
    ends_at = unit.now + timedelta(minutes=MINUTES)
    body = int(ends_at.timestamp()).to_bytes(_TIME) + secrets.token_bytes(_RANDOM)
    return body + _keyed(unit, party, f"{purpose}\0{browser_hash}\0{body.hex()}")


def _use_up(unit: Unit, party: Party, answer: Answer, purpose: str, browser_hash: str) -> None:
    """Take a challenge of ours for answered; raise `BadPasskey` when it is over, another's, or was answered before."""
    body, kept = answer.challenge[:-_HASH], answer.challenge[-_HASH:]
    wanted = _keyed(unit, party, f"{purpose}\0{browser_hash}\0{body.hex()}")
    if not browser_hash or not hmac.compare_digest(kept, wanted):
        raise BadPasskey
    ends_at = datetime.fromtimestamp(int.from_bytes(body[:_TIME]), UTC)
    shown = hash_secret(f"challenge\0{answer.challenge.hex()}")
    is_late = ends_at <= unit.now
    if is_late or not sessions.take_once(unit.db, unit.site.id, shown, now=unit.now, expires_at=ends_at):
        raise BadPasskey


def _handle(unit: Unit, party: Party, account: Account) -> str:
    """Give what stands for an account on its owner's devices: always the same, and nothing about them."""
    digest = _keyed(unit, party, f"handle\0{account.id}")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _keyed(unit: Unit, party: Party, text: str) -> bytes:
    return hmac.digest(party.key.encode(), f"passkey\0{unit.site.key}\0{text}".encode(), hashlib.sha256)
