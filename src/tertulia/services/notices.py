"""Which notices the acting account wants. What sends them asks here."""

from collections.abc import Iterable

from tertulia.domain import notices as domain
from tertulia.domain.accounts import Account, SessionOver
from tertulia.domain.notices import Wanted
from tertulia.services.unit import Unit
from tertulia.store import accounts


def choices(unit: Unit) -> Wanted:
    """Give what the acting account chose, or what counts for who never did."""
    return domain.read(accounts.notices_of(unit.db, unit.site.id, _account(unit).id))


def choose(unit: Unit, ticked: Iterable[str]) -> None:
    """Keep what the acting account wants to be told of, and nothing else; raise `BadNotice`."""
    account = _account(unit)
    accounts.save_notices(unit.db, unit.site.id, account.id, domain.write(domain.chosen(ticked)))


def _account(unit: Unit) -> Account:
    if unit.actor.account is None:
        raise SessionOver
    return unit.actor.account
