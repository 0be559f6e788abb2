"""Events: the outbox, the audit trail and the history of the live stream in one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Integer, Row, String, bindparam, func, insert, select, update

from tertulia.domain.events import NAMES, Event
from tertulia.domain.ids import EventId, SiteId, StoryId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import event, site
from tertulia.store.types import BigInt, Json, UtcTime

# The next number and the row in one statement: every Unit that changes something ends with it.
_INSERT = Prepared(
    insert(event).from_select(
        ["site_id", "id", "name", "story_id", "facts", "actor", "happened_at"],
        select(
            bindparam("b_site", type_=BigInt),
            func.coalesce(func.max(event.c.id), 0) + 1,
            bindparam("b_name", type_=String),
            bindparam("b_story", type_=BigInt),
            bindparam("b_facts", type_=Json),
            bindparam("b_actor", type_=String),
            bindparam("b_now", type_=UtcTime),
        ).where(event.c.site_id == bindparam("b_site", type_=BigInt)),
        include_defaults=False,
    )
)


_UNRELAYED = Prepared(
    select(site.c.key.label("site"), *event.c)
    .join_from(event, site, site.c.id == event.c.site_id)
    .where(event.c.relayed_at.is_(None))
    .order_by(event.c.site_id, event.c.id)
    .limit(bindparam("b_most", type_=Integer))
)
_MARK = Prepared(
    update(event)
    .where(
        event.c.site_id == bindparam("b_site"),
        event.c.id <= bindparam("b_newest"),
        event.c.relayed_at.is_(None),
    )
    .values(relayed_at=bindparam("b_now"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredEvent:
    """An event as it lies in the outbox. `id` counts up by one within its site."""

    site_id: SiteId
    id: EventId
    name: str
    story_id: StoryId | None
    facts: dict[str, Any]
    happened_at: datetime


def append(db: Connection, site_id: SiteId, happened: Sequence[Event], *, actor: str, now: datetime) -> None:
    """Append events; the last thing a Unit does, behind a lock that orders the writers of one site.

    So a reader of "id greater than the last I saw" misses none.
    """
    dialect.lock_site(db, site_id)
    for each in happened:
        facts = {name: getattr(each, name) for name in each.__slots__}
        row = {
            "b_site": site_id,
            "b_name": NAMES[type(each)],
            "b_story": facts.pop("story_id", None),
            "b_facts": facts,
            "b_actor": actor,
            "b_now": now,
        }
        _INSERT.run(db, row)


def list_unrelayed(db: Connection, *, most: int) -> list[tuple[str, StoredEvent]]:
    """List events nobody has relayed yet, in the order of each site, with the site's key."""
    return [(row.site, _event(row)) for row in _UNRELAYED.all(db, {"b_most": most})]


def mark_relayed(db: Connection, relayed: Sequence[StoredEvent], *, now: datetime) -> None:
    """Remember that these events have had their consequences. Of each site they are the first that waited."""
    newest: dict[SiteId, EventId] = {}
    for each in relayed:
        newest[each.site_id] = max(each.id, newest.get(each.site_id, each.id))
    for site_id, event_id in newest.items():
        _MARK.run(db, {"b_site": site_id, "b_newest": event_id, "b_now": now})


def list_after(
    db: Connection, site_id: SiteId, story_id: StoryId, *, after: EventId, most: int
) -> list[StoredEvent]:
    """List a story's events behind one of them, oldest first."""
    query = (
        select(event)
        .where(event.c.site_id == site_id, event.c.story_id == story_id, event.c.id > after)
        .order_by(event.c.id)
        .limit(most)
    )
    return [_event(row) for row in db.execute(query)]


def list_latest(db: Connection, site_id: SiteId, story_id: StoryId, *, most: int) -> list[StoredEvent]:
    """List a story's newest events, newest first."""
    query = (
        select(event)
        .where(event.c.site_id == site_id, event.c.story_id == story_id)
        .order_by(event.c.id.desc())
        .limit(most)
    )
    return [_event(row) for row in db.execute(query)]


def newest_id(db: Connection, site_id: SiteId) -> EventId:
    """Give the id of a site's newest event; 0 when nothing ever happened."""
    return EventId(
        db.execute(select(func.max(event.c.id)).where(event.c.site_id == site_id)).scalar_one() or 0
    )


def _event(row: Row[Any]) -> StoredEvent:
    return StoredEvent(
        site_id=SiteId(row.site_id),
        id=EventId(row.id),
        name=row.name,
        story_id=None if row.story_id is None else StoryId(row.story_id),
        facts=row.facts,
        happened_at=row.happened_at,
    )
