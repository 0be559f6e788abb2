"""Exporting: rows into records, story by story."""

from collections.abc import Iterator
from datetime import datetime

from tertulia.domain import ids
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Reason, Status
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.stories import Story, canonical_url, story_key
from tertulia.domain.transfer import (
    BodyKind,
    EntryState,
    LinkKind,
    PortableAuthor,
    PortableEdit,
    PortableEntry,
    PortableRecord,
    PortableStory,
)
from tertulia.services.unit import Units
from tertulia.store import stories as story_store
from tertulia.store import transfer as store
from tertulia.store.transfer import ExportRow

BATCH = 400
"""Comments read in one transaction."""


def export_records(units: Units, site_key: str, *, story_url: str | None = None) -> Iterator[PortableRecord]:
    """Yield all stories of a site (or one), each followed by its comments whatever their status."""
    after: StoryId | None = None
    while True:
        with units.read(site_key, SYSTEM) as unit:
            if story_url is not None:
                found = story_store.find_by_key(unit.db, unit.site.id, story_key(canonical_url(story_url)))
                page = [] if found is None or after is not None else [found]
            else:
                page = story_store.list_after(unit.db, unit.site.id, after=after, most=50)
            texts = {story.id: story_store.text_of(unit.db, unit.site.id, story.id) for story in page}
        for story in page:
            yield _portable_story(story, texts[story.id])
            yield from _portable_entries(units, site_key, story)
        if not page:
            return
        after = page[-1].id


def _portable_story(story: Story, text: str | None) -> PortableStory:
    return PortableStory(
        source_id=ids.encode(story.id),
        url=story.url,
        title=story.title,
        section=story.section,
        author=story.author,
        published_at=story.published_at,
        is_closed=not story.is_open,
        text=text,
        language=story.language,
    )


def _portable_entries(units: Units, site_key: str, story: Story) -> Iterator[PortableEntry]:
    after: CommentId | None = None
    while True:
        with units.read(site_key, SYSTEM) as unit:
            rows = store.list_for_export(unit.db, unit.site.id, story.id, after=after, most=BATCH)
            edits = store.edits_of(unit.db, unit.site.id, [row.id for row in rows])
        for row in rows:
            yield _portable_entry(row, edits.get(row.id, []))
        if not rows:
            return
        after = CommentId(rows[-1].id)


_PORTABLE_STATE = {
    Status.VISIBLE: EntryState.VISIBLE,
    Status.HELD: EntryState.PENDING,
    Status.REMOVED: EntryState.REMOVED,
    Status.WITHDRAWN: EntryState.WITHDRAWN,
}


def _portable_entry(row: ExportRow, edits: list[tuple[str, datetime | None]]) -> PortableEntry:
    state = _PORTABLE_STATE[Status(row.status)]
    if state is EntryState.REMOVED and row.reason == Reason.SPAM and row.published_at is None:
        state = EntryState.SPAM
    return PortableEntry(
        source_id=ids.encode(row.id),
        story_id=ids.encode(row.story_id),
        parent_id=row.stated_parent if row.parent_id is None else ids.encode(row.parent_id),
        author=PortableAuthor(
            name=row.author_name, source_id=ids.encode(row.author_id), badges=tuple(row.author_badges)
        ),
        created_at=row.created_at,
        edited_at=row.edited_at,
        body=row.source,
        body_kind=BodyKind(row.source_kind),
        state=state,
        reason=row.reason,
        was_public=row.published_at is not None or state not in (EntryState.REMOVED, EntryState.WITHDRAWN),
        link=LinkKind(row.link),
        confidence=row.confidence,
        language=row.language,
        edits=tuple(PortableEdit(body=body, replaced_at=at) for body, at in edits),
        extra=row.extra or {},
    )
