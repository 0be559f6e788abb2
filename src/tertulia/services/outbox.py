"""The outbox: events on their way to their consequences, and what a listener missed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from tertulia.domain.ids import EventId, SiteId, StoryId
from tertulia.domain.permissions import SYSTEM
from tertulia.services import jobs
from tertulia.services.unit import Unit, Units
from tertulia.store import events as store
from tertulia.store import stories as story_store
from tertulia.store.events import StoredEvent

MOST_MISSED = 200
"""Events that a listener is told one by one; who missed more looks anew."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Happened:
    """An event as others see it: with the key of its site."""

    site: str
    id: EventId
    name: str
    story_id: StoryId | None
    facts: Mapping[str, Any]
    happened_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Missed:
    """What a listener missed. Not `is_complete`: too much to tell one by one."""

    events: Sequence[Happened]
    newest: EventId
    """The newest event of the site: what comes live after it was not missed."""
    is_complete: bool = True


def list_unrelayed(units: Units, *, most: int) -> list[Happened]:
    """List events that nobody has relayed yet, in the order of each site."""
    with units.bare() as (db, _):
        return [_happened(each, site) for site, each in store.list_unrelayed(db, most=most)]


def settle(
    units: Units,
    relayed: Sequence[Happened],
    subscriptions: Mapping[str, Sequence[str]],
    *,
    lease: jobs.Lease,
) -> int | None:
    """Defer the jobs that follow from one site's events and mark these as relayed, all in one transaction.

    Give the number of jobs; None, and nothing done, when somebody else holds the lease by now.
    """
    with units.write(relayed[0].site, SYSTEM) as unit:
        if not jobs.renew(unit, lease):
            return None
        number = sum(
            _follow_up(unit, each, subscriptions[each.name]) for each in relayed if each.name in subscriptions
        )
        store.mark_relayed(unit.db, [_stored(unit.site.id, each) for each in relayed], now=unit.now)
    return number


def find_missed(unit: Unit, story_id: StoryId, *, after: int | None, revision: int | None) -> Missed:
    """Find what happened to a story behind an event, or else since a revision; raise `NotFound`.

    Who names neither is told of nothing but what comes.
    """
    story = story_store.get(unit.db, unit.site.id, story_id)
    newest = store.newest_id(unit.db, unit.site.id)
    if after is not None:
        return _missed_after(unit, story_id, EventId(after), newest)
    if revision is not None and revision < story.revision:
        return _missed_since(unit, story_id, revision, newest)
    return Missed(events=(), newest=newest)


def newest_id(unit: Unit) -> EventId:
    """Give the id of the site's newest event; 0 when nothing ever happened."""
    return store.newest_id(unit.db, unit.site.id)


def _missed_after(unit: Unit, story_id: StoryId, after: EventId, newest: EventId) -> Missed:
    if after > newest:
        # An id of a future that a restored backup does not know.
        return Missed(events=(), newest=newest, is_complete=False)
    found = store.list_after(unit.db, unit.site.id, story_id, after=after, most=MOST_MISSED + 1)
    return _missed(unit, found, newest)


def _missed_since(unit: Unit, story_id: StoryId, revision: int, newest: EventId) -> Missed:
    latest = store.list_latest(unit.db, unit.site.id, story_id, most=MOST_MISSED + 1)
    found = [each for each in reversed(latest) if each.facts.get("revision", 0) > revision]
    if not found:
        return Missed(events=(), newest=newest, is_complete=False)
    return _missed(unit, found, newest)


def _missed(unit: Unit, found: Sequence[StoredEvent], newest: EventId) -> Missed:
    if len(found) > MOST_MISSED:
        return Missed(events=(), newest=newest, is_complete=False)
    return Missed(events=[_happened(each, unit.site.key) for each in found], newest=newest)


def _follow_up(unit: Unit, happened: Happened, tasks: Sequence[str]) -> int:
    arguments = {"event": happened.id, "story": happened.story_id, **happened.facts}
    return sum(
        jobs.defer(unit, task, arguments, unique_key=f"{task}:{happened.name}:{happened.id}")
        for task in tasks
    )


def _happened(event: StoredEvent, site: str) -> Happened:
    return Happened(
        site=site,
        id=event.id,
        name=event.name,
        story_id=event.story_id,
        facts=event.facts,
        happened_at=event.happened_at,
    )


def _stored(site_id: SiteId, happened: Happened) -> StoredEvent:
    return StoredEvent(
        site_id=site_id,
        id=happened.id,
        name=happened.name,
        story_id=happened.story_id,
        facts=dict(happened.facts),
        happened_at=happened.happened_at,
    )
