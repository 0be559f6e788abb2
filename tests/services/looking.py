"""What tests look at after a use case: rows and events as they lie in the database."""

from typing import Any

from sqlalchemy import func, select

from tertulia.domain.ids import EventId
from tertulia.store import events
from tertulia.store.schema import author, comment, event, site
from tertulia.testing.builders import Make


def happened(make: Make) -> list[tuple[str, dict[str, Any]]]:
    """All events of the site, oldest first."""
    with make.read() as unit:
        rows = unit.db.execute(
            select(event.c.name, event.c.facts).where(event.c.site_id == unit.site.id).order_by(event.c.id)
        )
        return [(row.name, row.facts) for row in rows]


def names_of_events(make: Make) -> list[str]:
    return [name for name, _ in happened(make)]


def last_event_id(make: Make) -> EventId:
    with make.read() as unit:
        return events.newest_id(unit.db, unit.site.id)


def count_rows(make: Make) -> dict[str, int]:
    """How many comments and authors there are, whatever their status."""
    with make.read() as unit:
        return {
            table.name: unit.db.execute(select(func.count()).select_from(table)).scalar_one()
            for table in (comment, author)
        }


def counters(make: Make) -> dict[int, tuple[int, int]]:
    """What each comment believes of its replies: direct ones, and all below when it is a top comment."""
    with make.read() as unit:
        rows = unit.db.execute(
            select(comment.c.id, comment.c.child_count, comment.c.reply_count, comment.c.parent_id)
            .join(site, site.c.id == comment.c.site_id)
            .where(site.c.key == make.key)
        )
        return {row.id: (row.child_count, row.reply_count if row.parent_id is None else 0) for row in rows}


def counted_anew(make: Make) -> dict[int, tuple[int, int]]:
    """The same from scratch."""
    with make.read() as unit:
        rows = unit.db.execute(
            select(comment.c.id, comment.c.parent_id, comment.c.published_at).where(
                comment.c.site_id == unit.site.id
            )
        ).all()
    parents = {row.id: row.parent_id for row in rows}
    direct = dict.fromkeys(parents, 0)
    below = dict.fromkeys(parents, 0)
    for row in rows:
        if row.published_at is None or row.parent_id is None:
            continue
        direct[row.parent_id] += 1
        root = row.parent_id
        while parents[root] is not None:
            root = parents[root]
        below[root] += 1
    return {number: (direct[number], below[number]) for number in parents}
