"""Which notices the acting account wants. What sends them asks here."""

from collections.abc import Iterable

from tertulia.domain import notices as domain
from tertulia.domain.notices import Wanted
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts


def choices(unit: Unit) -> Wanted:
    """Give what the acting account chose, or what counts for who never did."""
    return domain.read(accounts.notices_of(unit.db, unit.site.id, acting_account(unit).id))


def choose(unit: Unit, ticked: Iterable[str]) -> None:
    """Keep what the acting account wants to be told of, and nothing else; raise `BadNotice`."""
    account = acting_account(unit)
    accounts.save_notices(unit.db, unit.site.id, account.id, domain.write(domain.chosen(ticked)))
