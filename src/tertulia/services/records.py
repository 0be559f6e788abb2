"""What moderators did to somebody and noted about them, as that person gets it with their own data."""

from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import Account
from tertulia.domain.takeouts import OwnRemark, OwnSanction
from tertulia.services.unit import Unit
from tertulia.store import remarks, sanctions

MOST_RECORDS: Final = 10_000
"""Of each kind."""


def sanctions_of(unit: Unit, account: Account) -> tuple[OwnSanction, ...]:
    """Give what moderators did to the account's author, the newest first."""
    if account.author is None:
        return ()
    found = sanctions.list_of_author(unit.db, unit.site.id, account.author.id, most=MOST_RECORDS)
    return tuple(
        OwnSanction(
            kind=each.kind.value,
            reason=each.reason,
            words=each.words,
            made_at=each.made_at,
            ends_at=each.ends_at,
            lifted_at=each.lifted_at,
        )
        for each in found
    )


def remarks_of(unit: Unit, account: Account) -> tuple[OwnRemark, ...]:
    """Give what was noted about the person: it is about them, so it is theirs to know."""
    if account.author is None:
        return ()
    found = remarks.list_of_author(unit.db, unit.site.id, account.author.id, most=MOST_RECORDS)
    return tuple(
        OwnRemark(
            comment=None if each.comment_id is None else ids.encode(each.comment_id),
            words=each.words,
            made_at=each.made_at,
        )
        for each in found
    )
