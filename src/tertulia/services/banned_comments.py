"""What a banned author wrote: removed with them, and brought back when the ban is lifted so. Comment by comment.

Each comment is decided on in a transaction of its own, so that nobody waits long; what was removed before, or decided
on since, is left alone.
"""

from collections.abc import Callable
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import ROLES, SYSTEM, Act, Actor, ActorKind
from tertulia.domain.sanctions import Sanction, SanctionId
from tertulia.services import merging, moderation
from tertulia.services.unit import Unit, Units
from tertulia.store import accounts, comment_upkeep
from tertulia.store import sanctions as store

STEP: Final = 100
"""Comments that are looked for at once."""


def remove_some(
    units: Units, site_key: str, sanction_id: SanctionId, *, after: CommentId
) -> CommentId | None:
    """Remove a piece of what an author wrote before their ban, behind an id; give where to go on, None at the end.

    A ban that was lifted meanwhile removes no more.
    """
    with units.read(site_key, SYSTEM) as unit:
        ban = store.find(unit.db, unit.site.id, sanction_id)
        if ban is None or ban.lifted_at is not None:
            return None
        actor = _maker(unit, ban.made_by, ban.account_id)
    return _each(units, site_key, ban, actor, moderation.take_along, after=after)


def restore_some(
    units: Units, site_key: str, sanction_id: SanctionId, *, by: AccountId | None, after: CommentId
) -> CommentId | None:
    """Bring a piece of what a ban removed back, behind an id; give where to go on, None at the end."""
    with units.read(site_key, SYSTEM) as unit:
        ban = store.find(unit.db, unit.site.id, sanction_id)
        if ban is None or ban.lifted_at is None:
            return None
        actor = _maker(unit, ban.lifted_by, by)
    return _each(units, site_key, ban, actor, moderation.bring_back, after=after)


def _each(
    units: Units,
    site_key: str,
    ban: Sanction,
    actor: Actor,
    decide: Callable[[Unit, CommentId, Sanction], None],
    *,
    after: CommentId,
) -> CommentId | None:
    # What is on its way from a guest to their account is the banned person's as well.
    merging.finish(units, site_key, ban.author_id)
    with units.read(site_key, SYSTEM) as unit:
        found = comment_upkeep.list_of_author(unit.db, unit.site.id, ban.author_id, after=after, most=STEP)
    for comment_id in found:
        if comment_id > ban.id:
            return None
        with units.write(site_key, actor) as unit:
            decide(unit, comment_id, ban)
    return found[-1] if len(found) == STEP else None


def _maker(unit: Unit, name: str, account_id: AccountId | None) -> Actor:
    """Give the moderator who ordered it, under their name alone where they are none any more."""
    account = None if account_id is None else accounts.find(unit.db, unit.site.id, account_id)
    is_moderator = account is not None and account.powers in ROLES[Act.MODERATE]
    return Actor(kind=ActorKind.MODERATOR, name=name, account=account if is_moderator else None)
