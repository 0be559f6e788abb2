"""Who has an account, as staff see it: lists, search, and one person with what they may know of them."""

from dataclasses import dataclass
from typing import Final

from tertulia.domain.accounts import Account, AccountId, Role
from tertulia.domain.authors import FormerName
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.permissions import Act, gives, may, may_rule
from tertulia.services import names
from tertulia.services.unit import Unit
from tertulia.store import accounts as store
from tertulia.store import people, sessions, stories

LONGEST_SEARCH: Final = 100
MOST_COUNTED: Final = 10_000
"""Comments of one person that are counted."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Person:
    """An account as the actor may see it. Address and sessions are for those who rule people."""

    account: Account
    former_names: tuple[FormerName, ...]
    comment_count: int
    """At most `MOST_COUNTED`."""
    may_see_address: bool
    may_rule: bool
    roles: tuple[Role, ...] = ()
    """Roles that the actor may give them."""
    session_count: int = 0
    last_way: str = ""
    """By which way they came in last; empty when they are nowhere signed in."""
    known_sections: tuple[str, ...] = ()
    """Sections of the site's stories, as they are written."""


def require(unit: Unit) -> None:
    """Raise `Forbidden` for who does not rule people."""
    if not may(unit.actor, Act.PEOPLE):
        raise Forbidden


def list_people(
    unit: Unit, *, search: str = "", role: Role | None = None, after: AccountId | None = None, most: int
) -> list[Account]:
    """List accounts, the newest first: those whose address or name begins so, and who have this role."""
    require(unit)
    wanted = search.strip()[:LONGEST_SEARCH]
    return people.list_found(
        unit.db,
        unit.site.id,
        address=wanted.lower(),
        looks=sorted(names.looks_of(wanted)) if wanted else [],
        role=role,
        before=after,
        most=most,
    )


def get(unit: Unit, account_id: AccountId) -> Person:
    """Give one person; for moderators without address and sessions. Raises `NotFound`."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    account = store.find(unit.db, unit.site.id, account_id)
    if account is None:
        raise NotFound("account")
    if not may(unit.actor, Act.PEOPLE):
        return _seen(unit, account)
    opened = sessions.list_of_account(unit.db, unit.site.id, account.id, now=unit.now)
    newest = max(opened, key=lambda each: each.created_at, default=None)
    person = _seen(unit, account)
    return Person(
        account=account,
        former_names=person.former_names,
        comment_count=person.comment_count,
        may_see_address=True,
        may_rule=may_rule(unit.actor, account),
        roles=gives(unit.actor),
        session_count=len(opened),
        last_way=newest.way if newest else "",
        known_sections=tuple(stories.list_sections(unit.db, unit.site.id)),
    )


def _seen(unit: Unit, account: Account) -> Person:
    """Give what every moderator may see."""
    face = account.author
    return Person(
        account=account,
        former_names=tuple(names.list_former(unit, face)) if face else (),
        comment_count=people.count_comments(unit.db, unit.site.id, face.id, most=MOST_COUNTED) if face else 0,
        may_see_address=False,
        may_rule=False,
    )
