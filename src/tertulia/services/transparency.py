"""Records for the Commission's transparency database: of all statements within a time."""

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from tertulia.domain import ids
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.statements import StatementId, is_exempt
from tertulia.domain.transparency import Record, record_of
from tertulia.services.unit import Units
from tertulia.store import statements as store

STEP: Final = 500
"""Statements read in one transaction."""


def records(units: Units, site_key: str, *, since: datetime, until: datetime) -> Iterator[Record]:
    """Yield the records of a site from a moment to another, oldest first, piece by piece.

    What need not be told and was not is no statement.
    """
    after, last = StatementId(ids.at(since, 0) - 1), StatementId(ids.at(until, 0))
    while True:
        with units.read(site_key, SYSTEM) as unit:
            found = store.list_between(unit.db, unit.site.id, after=after, before=last, most=STEP)
        for each in found:
            if each.is_told or not is_exempt(each.cause):
                yield record_of(each, site_key=site_key)
        if len(found) < STEP:
            return
        after = found[-1].id
