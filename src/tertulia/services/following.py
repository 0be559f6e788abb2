"""A ban follows its person: to the account that has the same proven address, here or, where it holds everywhere, on
another site of this server.

Sites are not told of each other. What arrives on another site is a ban of its own, by the system, with the reason class
and the end of the first; not its words, nor who made it where.
"""

from typing import Final

from tertulia.domain.accounts import STAFF, Account
from tertulia.domain.authors import Author
from tertulia.domain.moderation import SYSTEM_NAME
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sanctions import Sanction, SanctionId, SanctionKind
from tertulia.services import sanctions, traces
from tertulia.services.unit import Unit, Units
from tertulia.store import accounts as account_store
from tertulia.store import authors, sites
from tertulia.store import sanctions as store
from tertulia.store import traces as trace_store
from tertulia.store.traces import Found

MOST: Final = 10
"""Bans of one person that are looked at."""


def meet(unit: Unit, account: Account, face: Author) -> Author:
    """Give an author's face with the bans that follow its account here; asked when it gets a face, and at sign-ins.

    Whoever works for the publication is met by none. A ban that was lifted here does not come again.
    """
    if account.role in STAFF:
        return face
    exact = traces.exact_of(unit, account)
    if not exact:
        return face
    found = trace_store.list_exact(unit.db, exact, now=unit.now, most=MOST)
    coming = [each for each in found if _comes(unit, each, face)]
    for each in coming:
        sanctions.arrive(unit, _arrived(unit, each, face))
    return (authors.find(unit.db, unit.site.id, face.id) or face) if coming else face


def spread(units: Units, site_key: str, sanction_id: SanctionId) -> None:
    """Let a ban that holds everywhere arrive at the accounts that its person has on other sites. Safe to repeat."""
    with units.read(site_key, SYSTEM) as unit:
        ban = store.find(unit.db, unit.site.id, sanction_id)
        if ban is None or not ban.is_everywhere or not ban.holds_at(unit.now):
            return
        account = sanctions.reach(unit, ban.author_id).account
        others = [each.key for each in sites.list_all(unit.db) if each.key != site_key]
    if account is None or not account.is_proven or not account.email:
        return
    for key in others:
        with units.write(key, SYSTEM) as unit:
            there = account_store.find_by_email(unit.db, unit.site.id, account.email)
            if there is not None and there.author is not None and there.is_proven:
                meet(unit, there, there.author)


def lift_all(units: Units, site_key: str, sanction_id: SanctionId) -> None:
    """Lift what followed from a ban that was lifted, on all sites. Safe to repeat."""
    with units.read(site_key, SYSTEM) as unit:
        everywhere = [each.key for each in sites.list_all(unit.db)]
    for key in everywhere:
        with units.write(key, SYSTEM) as unit:
            for each in store.list_followers(unit.db, unit.site.id, sanction_id, now=unit.now):
                sanctions.leave(unit, each)


def _comes(unit: Unit, found: Found, face: Author) -> bool:
    """Whether a ban that was found arrives with this face: it holds here, and was not here before."""
    is_here = found.site_key == unit.site.key
    if not (found.is_everywhere or is_here) or (is_here and found.author_id == face.id):
        return False
    return not store.has_followed(unit.db, unit.site.id, face.id, found.sanction_id)


def _arrived(unit: Unit, found: Found, face: Author) -> Sanction:
    return Sanction(
        id=SanctionId(unit.new_id()),
        author_id=face.id,
        kind=SanctionKind.BAN,
        reason=found.reason,
        words="",
        is_everywhere=found.is_everywhere,
        account_id=None,
        made_by=SYSTEM_NAME,
        made_at=unit.now,
        policy_version=unit.policy.version,
        origin_id=found.sanction_id,
        ends_at=found.ends_at,
    )
