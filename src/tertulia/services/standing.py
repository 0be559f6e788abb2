"""One's own standing beside what is usual on the site. Nobody else is shown either."""

from typing import Final

from tertulia.domain import ids, trust
from tertulia.domain.ids import CommentId
from tertulia.domain.trust import ACTIVE_WITHIN, Standing, Usual
from tertulia.services import flags
from tertulia.services.unit import Unit
from tertulia.store import standing as store

MOST_COUNTED: Final = 10_000
"""Comments of one author that are counted."""
LOOKED_AT: Final = 20_000
"""Comments of the site that are looked at for what is usual, the latest."""


def own(unit: Unit) -> Standing | None:
    """Give the acting author's standing; None for who never wrote."""
    face = unit.actor.author
    if face is None:
        return None
    record = flags.own_record(unit)
    return Standing(
        comments=store.count_since(unit.db, unit.site.id, face.id, since=_since(unit), most=MOST_COUNTED),
        approved=face.approved_count,
        removed=face.removed_count,
        flags_upheld=record.upheld,
        flags_settled=record.settled,
    )


def usual(unit: Unit) -> Usual | None:
    """Give what is usual among the authors who wrote lately; None for too few. For a cache: it reads much."""
    return trust.usual(store.list_lately(unit.db, unit.site.id, since=_since(unit), most=LOOKED_AT))


def is_trusted(unit: Unit) -> bool:
    """Whether the acting author earned the site's trust."""
    face = unit.actor.author
    if face is None:
        return False
    return trust.has_earned(face.approved_count, face.removed_count, after=unit.policy.trusted_after)


def _since(unit: Unit) -> CommentId:
    return CommentId(ids.at(unit.now - ACTIVE_WITHIN, 0))
