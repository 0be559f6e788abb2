"""Whether who acts proved a short while ago who they are: asked before changes that outlast a session.

A session that was left open or stolen so opens no door of its own, carries nothing off and ends no account.
"""

from datetime import timedelta
from typing import Final

from tertulia.domain.errors import Forbidden
from tertulia.domain.second_factor import PASSKEY
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, passkeys, sessions

FRESH: Final = timedelta(minutes=15)
"""How long a proof counts as fresh."""
SECOND: Final = "second"
"""The codes of an app, by which who is signed in proves anew who they are."""
STRONG: Final = frozenset({PASSKEY, SECOND})


class SecondNeeded(Forbidden):
    """Staff of this site changes how it signs in with the passkey or the second factor that it has, and not without."""

    code = "second-needed"


class ProveAgain(Forbidden):
    """This needs somebody who proved within the last 15 minutes who they are."""

    code = "prove-again"


def require(unit: Unit) -> None:
    """Raise `ProveAgain` where the acting session's owner proved too long ago who they are, or acts by a bearer."""
    if not is_fresh(unit):
        raise ProveAgain


def require_strong(unit: Unit) -> None:
    """Raise `ProveAgain` as `require` does, or `SecondNeeded`: where staff needs two factors, one adds no other.

    Who has none yet may set up the first.
    """
    require(unit)
    account = unit.actor.account
    if account is not None and account.rests and list_ways(unit) & STRONG:
        raise SecondNeeded


def is_fresh(unit: Unit) -> bool:
    """Whether the acting session's owner proved a short while ago who they are; raise `SessionOver`."""
    acting_account(unit)
    used = sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)
    return used is not None and used.proved_at is not None and unit.now - used.proved_at <= FRESH


def list_ways(unit: Unit) -> frozenset[str]:
    """Name the ways in by which the acting account can prove who it is, whether or not the site still offers them."""
    account = acting_account(unit)
    known = set(accounts.list_ways(unit.db, unit.site.id, account.id))
    if account.has_totp:
        known.add(SECOND)
    if passkeys.list_of_account(unit.db, unit.site.id, account.id):
        known.add(PASSKEY)
    return frozenset(known)
