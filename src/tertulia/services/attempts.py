"""Attempts to sign in elsewhere: begun in one browser, finished there, once, within ten minutes.

What must be random to others follows from the operator's key and the attempt, so that nothing secret is kept.
"""

import hashlib
import hmac
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.attempts import Attempt, AttemptId, AttemptOver
from tertulia.domain.errors import NotFound
from tertulia.plugins.contracts import Asked
from tertulia.services import freshness, ways
from tertulia.services.unit import Unit
from tertulia.store import attempts as store

MINUTES: Final = 10
"""How long one may take at the provider."""


def begin(unit: Unit, way: str, *, browser_hash: str, onward: Mapping[str, str]) -> Attempt:
    """Begin to sign in by a way; raise `WayNotOffered`."""
    ways.require(unit, way)
    return _begun(unit, way, None, browser_hash, onward)


def begin_connecting(unit: Unit, way: str, *, browser_hash: str, onward: Mapping[str, str]) -> Attempt:
    """Begin to connect a way with the acting account; raise `SessionOver`, `ProveAgain` or `WayNotOffered`."""
    ways.require(unit, way)
    freshness.require(unit)
    return _begun(unit, way, _acting(unit), browser_hash, onward)


def get_open(unit: Unit, reference: str, way: str, *, browser_hash: str) -> Attempt:
    """Give the attempt that this browser, and who acts in it, began and may still finish; raise `AttemptOver`."""
    found = store.find_open(unit.db, unit.site.id, _id(reference), now=unit.now)
    if found is None or found.way != way or not hmac.compare_digest(found.browser_hash, browser_hash):
        raise AttemptOver
    _require_same(unit, found)
    return found


def use(unit: Unit, attempt: Attempt) -> None:
    """Use an attempt; raise `AttemptOver` when that was done before."""
    _require_same(unit, attempt)
    if not store.use(unit.db, unit.site.id, attempt.id, now=unit.now):
        raise AttemptOver


def asked(attempt: Attempt, *, site: str, key: str, now: datetime, return_to: str) -> Asked:
    """Say of an attempt what its way in may know."""
    return Asked(
        secret=secret_of(key, site=site, way=attempt.way, number=attempt.id),
        now=now,
        ends_at=attempt.expires_at,
        return_to=return_to,
        reference=ids.encode(attempt.id),
    )


def secret_of(key: str, *, site: str, way: str, number: int) -> bytes:
    """Derive the secret of one try from the operator's key: the same at its beginning and at its end."""
    return hmac.digest(key.encode(), f"try\0{site}\0{way}\0{number}".encode(), hashlib.sha256)


def _begun(
    unit: Unit, way: str, account_id: AccountId | None, browser_hash: str, onward: Mapping[str, str]
) -> Attempt:
    new = Attempt(
        id=AttemptId(unit.new_id()),
        way=way,
        account_id=account_id,
        browser_hash=browser_hash,
        onward=onward,
        created_at=unit.now,
        expires_at=unit.now + timedelta(minutes=MINUTES),
    )
    store.insert_attempt(unit.db, unit.site.id, new)
    return new


def _id(reference: str) -> AttemptId:
    try:
        return AttemptId(ids.decode(reference))
    except NotFound:
        raise AttemptOver from None


def _require_same(unit: Unit, attempt: Attempt) -> None:
    """Who connects one more way in is still who began to."""
    if attempt.account_id is not None and attempt.account_id != _acting(unit):
        raise AttemptOver


def _acting(unit: Unit) -> AccountId | None:
    return None if unit.actor.account is None else unit.actor.account.id
