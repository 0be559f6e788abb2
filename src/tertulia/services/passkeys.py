"""Passkeys of accounts: add, list, remove, sign in. What devices answer is believed by the plug-in `passkey`.

What was answered once is remembered until its challenge is over, so that nothing is answered twice.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account
from tertulia.domain.authors import clean_name
from tertulia.domain.passkeys import (
    LONGEST_NAME,
    MOST,
    BadPasskey,
    Passkey,
    PasskeyId,
    TooManyPasskeys,
)
from tertulia.plugins.contracts import Asked, Holder, Identity
from tertulia.services import freshness, ways
from tertulia.services.accounts import hash_secret
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, sessions
from tertulia.store import passkeys as store

MINUTES: Final = 5
"""How long a challenge may be answered."""


def asked_to_sign_in(unit: Unit, *, browser_hash: str, key: str, credential_id: str = "") -> Asked:
    """Give the try of a browser to sign in, and what is kept of the passkey that it named.

    Raises `WayNotOffered` or `BadPasskey`.
    """
    ways.require(unit, "passkey")
    if not browser_hash:
        raise BadPasskey
    known = store.find_by_credential(unit.db, unit.site.id, credential_id) if credential_id else None
    return _asked(unit, "sign-in", browser_hash, key, kept={} if known is None else _kept(known))


def asked_to_add(unit: Unit, *, key: str) -> Asked:
    """Give the try of the acting session to add a passkey."""
    acting_account(unit)
    return _asked(unit, "add", unit.actor.session_hash, key)


def holder(unit: Unit, *, key: str) -> Holder:
    """Say whom a passkey is made for: the acting account.

    Raises `ProveAgain`, `SecondNeeded` or `TooManyPasskeys`. What comes of it is good for a few minutes, in this
    session alone: who answers it need not prove anew who they are.
    """
    account, known = acting_account(unit), list_own(unit)
    freshness.require_strong(unit)
    if len(known) >= MOST:
        raise TooManyPasskeys(limit=MOST)
    return Holder(
        handle=_handle(unit, key, account),
        name=account.email or account.name or unit.site.name,
        site=unit.site.name,
        known=tuple(_kept(each) for each in known),
    )


def add(unit: Unit, made: Identity, *, name: str, key: str) -> None:
    """Keep a passkey for the acting account; raise `BadName`, `BadPasskey` or `TooManyPasskeys`."""
    account = acting_account(unit)
    shown = clean_name(name, longest=LONGEST_NAME)
    _use_up(unit, made)
    accounts.lock(unit.db, unit.site.id, account.id)
    if len(list_own(unit)) >= MOST:
        raise TooManyPasskeys(limit=MOST)
    new = Passkey(
        id=PasskeyId(unit.new_id()),
        account_id=account.id,
        credential_id=made.subject,
        public_key=made.keeps["public_key"],
        handle=_handle(unit, key, account),
        sign_count=int(made.keeps["sign_count"]),
        name=shown,
        transports=tuple(each for each in made.keeps["transports"].split(",") if each),
        created_at=unit.now,
    )
    if not store.insert_new(unit.db, unit.site.id, new):
        raise BadPasskey


def list_own(unit: Unit) -> list[Passkey]:
    """List the acting account's passkeys in the order of their making."""
    return store.list_of_account(unit.db, unit.site.id, acting_account(unit).id)


def remove(unit: Unit, passkey_id: PasskeyId) -> None:
    """Remove one of the acting account's passkeys; what is gone already is no fault.

    Raises `ProveAgain` or `SecondNeeded`.
    """
    account = acting_account(unit)
    freshness.require_strong(unit)
    store.delete_one(unit.db, unit.site.id, account.id, passkey_id)


def confirm(unit: Unit, used: Identity, asked: Asked) -> Account:
    """Give the account of a passkey that was used in this try.

    Raises `WayNotOffered`, or `BadPasskey`, also when it was used meanwhile.
    """
    ways.require(unit, "passkey")
    _use_up(unit, used)
    known = store.find_by_credential(unit.db, unit.site.id, used.subject)
    if known is None or str(known.sign_count) != asked.kept.get("sign_count"):
        raise BadPasskey
    account, count = accounts.find(unit.db, unit.site.id, known.account_id), int(used.keeps["sign_count"])
    if account is None or not store.save_use(unit.db, unit.site.id, known, sign_count=count, now=unit.now):
        raise BadPasskey
    return account


def _asked(unit: Unit, purpose: str, whose: str, key: str, *, kept: Mapping[str, str] | None = None) -> Asked:
    return Asked(
        secret=_keyed(unit, key, f"{purpose}\0{whose}"),
        now=unit.now,
        ends_at=unit.now + timedelta(minutes=MINUTES),
        kept=kept or {},
    )


def _use_up(unit: Unit, answered: Identity) -> None:
    """Take a challenge of ours for answered; raise `BadPasskey` when it was answered before."""
    shown = hash_secret(f"challenge\0{answered.one_time_id}")
    if not sessions.take_once(unit.db, unit.site.id, shown, now=unit.now, expires_at=answered.expires_at):
        raise BadPasskey


def _kept(known: Passkey) -> Mapping[str, str]:
    return {
        "credential_id": known.credential_id,
        "public_key": known.public_key,
        "handle": known.handle,
        "sign_count": str(known.sign_count),
        "transports": ",".join(known.transports),
    }


def _handle(unit: Unit, key: str, account: Account) -> str:
    """Give what stands for an account on its owner's devices: always the same, and nothing about them."""
    digest = _keyed(unit, key, f"handle\0{account.id}")
    return base64.urlsafe_b64encode(digest).decode().rstrip("=")


def _keyed(unit: Unit, key: str, text: str) -> bytes:
    return hmac.digest(key.encode(), f"passkey\0{unit.site.key}\0{text}".encode(), hashlib.sha256)
