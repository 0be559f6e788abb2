"""Traces of banned people: kept with a ban for a time, and shown as hints where somebody writes who has the same.

A hint decides nothing, ever. What is exact, a proven address, is another matter: see `following`.
"""

import hashlib
import hmac
from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import Account
from tertulia.domain.errors import Forbidden
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.permissions import Act, may
from tertulia.domain.policy import MOST_DAYS
from tertulia.domain.sanctions import Sanction, SanctionKind
from tertulia.domain.traces import MOST_NETWORKS, Hint, Trace, TraceKind, shape_of
from tertulia.services import addresses
from tertulia.services.unit import Unit
from tertulia.store import takeouts
from tertulia.store import traces as store
from tertulia.store.traces import Met

MOST_HINTS: Final = 10
"""Hints that are shown for one author."""


def keep(unit: Unit, ban: Sanction, account: Account | None) -> None:
    """Keep with a ban what its author may be known by when they come again."""
    if ban.kind is not SanctionKind.BAN or ban.origin_id is not None:
        return
    found = [*_hints(unit, ban, account), *_exact(unit, ban, account)]
    store.insert_traces(unit.db, unit.site.id, ban.id, found)


def forget(unit: Unit, ban: Sanction) -> None:
    """Forget what a ban kept that was lifted."""
    store.delete_of(unit.db, unit.site.id, ban.id)


def hints_for(unit: Unit, author_ids: Collection[AuthorId]) -> dict[AuthorId, list[Hint]]:
    """Say which of these authors may be somebody who is banned, the latest ban first. In three queries for any number.

    For moderators; raises `Forbidden` for others.
    """
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    if not author_ids:
        return {}
    signs = _signs(unit, author_ids)
    hashes = {each for own in signs.values() for each in own}
    if not hashes:
        return {}
    most = MOST_HINTS * len(author_ids)
    met = store.list_met(unit.db, unit.site.id, hashes, now=unit.now, most=most)
    found = {author_id: _hints_of(author_id, own, met) for author_id, own in signs.items()}
    return {author_id: hints for author_id, hints in found.items() if hints}


def exact_of(unit: Unit, account: Account) -> dict[TraceKind, str]:
    """Give the hashes of what says exactly who somebody is: a proven address, a subscriber's number on this site."""
    found: dict[TraceKind, str] = {}
    if account.email and account.is_proven:
        found[TraceKind.ADDRESS] = addresses.hash_of(account.email, key=unit.key)
    subject = takeouts.subject_of(unit.db, unit.site.id, account.id)
    if subject:
        # Publications number their subscribers by themselves: 42 here is somebody else than 42 there.
        found[TraceKind.SUBJECT] = _hashed(unit, "subject", f"{unit.site.id}\0{subject}")
    return found


def _hints(unit: Unit, ban: Sanction, account: Account | None) -> list[Trace]:
    forget_at = unit.now + timedelta(days=unit.policy.traces_kept_days)
    if ban.ends_at is not None:
        forget_at = min(forget_at, ban.ends_at)
    if forget_at <= unit.now:
        return []
    networks = store.networks_of(
        unit.db, unit.site.id, [ban.author_id], since=_since(unit), most=MOST_NETWORKS
    ).get(ban.author_id, set())
    if account is not None:
        networks |= store.networks_of_account(unit.db, unit.site.id, account.id, most=MOST_NETWORKS)
    found = [Trace(kind=TraceKind.NETWORK, hash=each, forget_at=forget_at) for each in sorted(networks)]
    if account is not None and account.email:
        found.append(Trace(kind=TraceKind.SHAPE, hash=_shape(unit, account.email), forget_at=forget_at))
    return found


def _exact(unit: Unit, ban: Sanction, account: Account | None) -> list[Trace]:
    if account is None:
        return []
    forget_at: datetime = ban.ends_at or unit.now + timedelta(days=MOST_DAYS)
    return [
        Trace(kind=kind, hash=each, forget_at=forget_at) for kind, each in exact_of(unit, account).items()
    ]


def _signs(unit: Unit, author_ids: Collection[AuthorId]) -> dict[AuthorId, dict[str, TraceKind]]:
    """Give by what each author could be known, as hashes."""
    found: dict[AuthorId, dict[str, TraceKind]] = {}
    most = MOST_NETWORKS * len(author_ids)
    networks = store.networks_of(unit.db, unit.site.id, author_ids, since=_since(unit), most=most)
    for author_id, own in networks.items():
        found.setdefault(author_id, {}).update(dict.fromkeys(own, TraceKind.NETWORK))
    for author_id, address in store.addresses_of(unit.db, unit.site.id, author_ids).items():
        found.setdefault(author_id, {})[_shape(unit, address)] = TraceKind.SHAPE
    return found


def _hints_of(author_id: AuthorId, own: dict[str, TraceKind], met: list[Met]) -> list[Hint]:
    found: dict[int, Hint] = {}
    for each in met:
        if each.author_id == author_id or own.get(each.hash) is not each.kind:
            continue
        known = found.get(each.sanction_id)
        signs = (*(known.signs if known else ()), each.kind)
        found[each.sanction_id] = Hint(
            sanction_id=each.sanction_id,
            author_id=each.author_id,
            name=each.name,
            banned_at=each.banned_at,
            signs=tuple(dict.fromkeys(signs)),
        )
    return list(found.values())[:MOST_HINTS]


def _since(unit: Unit) -> CommentId:
    """Give the id from which on comments may still know their network."""
    return CommentId(ids.at(unit.now - timedelta(days=unit.policy.networks_kept_days + 1), 0))


def _shape(unit: Unit, address: str) -> str:
    return _hashed(unit, "shape", shape_of(address))


def _hashed(unit: Unit, kind: str, words: str) -> str:
    return hmac.new(unit.key.encode(), f"{kind}\0{words}".encode(), hashlib.sha256).hexdigest()
