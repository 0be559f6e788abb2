"""Stories: found by the key that two addresses of one story share, counted and moved by their comments."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, bindparam, case, func, select, update

from tertulia.domain.errors import NotFound
from tertulia.domain.ids import SiteId, StoryId
from tertulia.domain.stories import Story
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import item, story
from tertulia.store.types import UtcTime

MOST_SECTIONS: Final = 500
"""Sections of a site that are looked at."""
_COLUMNS = (
    story.c.id,
    story.c.site_id,
    story.c.url,
    story.c.title,
    story.c.section,
    story.c.author,
    story.c.published_at,
    story.c.closed_at,
    story.c.revision,
    story.c.comment_count,
    story.c.is_recovered,
    story.c.language,
)


# Statements of hot paths are built once: building one costs more than running it (ADR 0005).
_BY_ID = Prepared(
    select(*_COLUMNS).where(story.c.site_id == bindparam("site_id"), story.c.id == bindparam("id"))
)
_FOR_LOCK = select(story.c.id).where(story.c.site_id == bindparam("site_id"), story.c.id == bindparam("id"))
_BY_KEY = select(*_COLUMNS).where(
    story.c.site_id == bindparam("site_id"), story.c.url_key == bindparam("url_key")
)
_last = bindparam("b_last", type_=UtcTime())
_MOVE = Prepared(
    update(story)
    .where(story.c.site_id == bindparam("b_site_id"), story.c.id == bindparam("b_id"))
    .values(
        revision=story.c.revision + 1,
        comment_count=story.c.comment_count + bindparam("b_added"),
        # An import may bring older comments than are there.
        last_comment_at=case(
            (_last.is_(None), story.c.last_comment_at),
            (story.c.last_comment_at > _last, story.c.last_comment_at),
            else_=_last,
        ),
    )
    .returning(story.c.revision, story.c.comment_count)
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Moved:
    """Where a story's counters stand after a change."""

    revision: int
    comment_count: int


def insert_new(db: Connection, new: Story, *, url_key: str, text: str | None, now: datetime) -> bool:
    """Insert the story unless its key is known; say whether it was written."""
    row = {
        "site_id": new.site_id,
        "id": new.id,
        "url_key": url_key,
        "url": new.url,
        "title": new.title,
        "section": new.section,
        "author": new.author,
        "language": new.language,
        "published_at": new.published_at,
        "closed_at": new.closed_at,
        "is_recovered": new.is_recovered,
        "text": text,
        "created_at": now,
    }
    return dialect.insert_new(db, story, [row]) == 1


def find(db: Connection, site_id: SiteId, story_id: StoryId) -> Story | None:
    row = _BY_ID.one_or_none(db, {"site_id": site_id, "id": story_id})
    return None if row is None else _story(row)


def get(db: Connection, site_id: SiteId, story_id: StoryId) -> Story:
    found = find(db, site_id, story_id)
    if found is None:
        raise NotFound("story")
    return found


def find_by_key(db: Connection, site_id: SiteId, url_key: str) -> Story | None:
    row = db.execute(_BY_KEY, {"site_id": site_id, "url_key": url_key}).one_or_none()
    return None if row is None else _story(row)


def list_by_keys(db: Connection, site_id: SiteId, url_keys: Sequence[str]) -> dict[str, Story]:
    """Give the known ones among many keys in one query."""
    query = select(story.c.url_key, *_COLUMNS).where(
        story.c.site_id == site_id, story.c.url_key.in_(url_keys)
    )
    return {row.url_key: _story(row) for row in db.execute(query)}


def list_by_ids(db: Connection, site_id: SiteId, story_ids: Sequence[StoryId]) -> dict[StoryId, Story]:
    """Give stories by their ids in one query."""
    query = select(*_COLUMNS).where(story.c.site_id == site_id, story.c.id.in_(story_ids))
    return {StoryId(row.id): _story(row) for row in db.execute(query)}


def list_sections(db: Connection, site_id: SiteId, *, most: int = MOST_SECTIONS) -> list[str]:
    """List the sections of a site's stories, as they are written.

    Each look finds the next one in the index: going through all stories would cost as much as there are.
    """
    of_site = (story.c.site_id == site_id) & (story.c.section != "")
    found = select(func.min(story.c.section).label("section")).where(of_site).cte("found", recursive=True)
    following = select(func.min(story.c.section)).where(of_site, story.c.section > found.c.section)
    found = found.union_all(select(following.scalar_subquery()).where(found.c.section.is_not(None)))
    query = select(found.c.section).where(found.c.section.is_not(None)).limit(most)
    return [row.section for row in db.execute(query)]


def list_latest(
    db: Connection, site_id: SiteId, *, before: tuple[datetime, StoryId] | None, most: int
) -> list[tuple[Story, datetime]]:
    """List stories with comments, the last discussed first."""
    query = select(*_COLUMNS, story.c.last_comment_at).where(
        story.c.site_id == site_id, story.c.last_comment_at.is_not(None)
    )
    if before is not None:
        moment, story_id = before
        query = query.where(
            (story.c.last_comment_at < moment)
            | ((story.c.last_comment_at == moment) & (story.c.id < story_id))
        )
    query = query.order_by(story.c.last_comment_at.desc(), story.c.id.desc()).limit(most)
    return [(_story(row), row.last_comment_at) for row in db.execute(query)]


def list_after(db: Connection, site_id: SiteId, *, after: StoryId | None, most: int) -> list[Story]:
    """List all stories in the order of their ids, for exports and jobs."""
    query = select(*_COLUMNS).where(story.c.site_id == site_id)
    if after is not None:
        query = query.where(story.c.id > after)
    return [_story(row) for row in db.execute(query.order_by(story.c.id).limit(most))]


def text_of(db: Connection, site_id: SiteId, story_id: StoryId) -> str | None:
    """Give the story's own text, where it is known."""
    return db.execute(
        select(story.c.text).where(story.c.site_id == site_id, story.c.id == story_id)
    ).scalar_one_or_none()


def lock(db: Connection, site_id: SiteId, story_id: StoryId) -> None:
    """Lock a story's row until commit.

    Whoever changes comments locks their story first: in one order, so that no two writers wait for each other.
    """
    dialect.lock(db, _FOR_LOCK, {"site_id": site_id, "id": story_id})


def lock_all(db: Connection, site_id: SiteId, story_ids: Collection[StoryId]) -> None:
    """Lock the rows of many stories until commit, in one order for everybody."""
    query = select(story.c.id).where(story.c.site_id == site_id, story.c.id.in_(sorted(story_ids)))
    dialect.lock(db, query.order_by(story.c.id), {})


def move(
    db: Connection, site_id: SiteId, story_id: StoryId, *, added: int, last_comment_at: datetime | None = None
) -> Moved:
    """Raise the revision and add to the count; the row stays locked until commit."""
    values = {"b_site_id": site_id, "b_id": story_id, "b_added": added, "b_last": last_comment_at}
    row = _MOVE.one_or_none(db, values)
    if row is None:
        raise NotFound("story")
    return Moved(revision=row.revision, comment_count=row.comment_count)


def mark_recovered(db: Connection, site_id: SiteId, story_id: StoryId) -> None:
    """Remember that comments of this story were inferred from flat text."""
    db.execute(
        update(story).where(story.c.site_id == site_id, story.c.id == story_id).values(is_recovered=True)
    )


def save(db: Connection, changed: Story, *, text: str | None = None) -> None:
    """Store title, section, author, dates and language; the text only when given."""
    values: dict[str, Any] = {
        "title": changed.title,
        "section": changed.section,
        "author": changed.author,
        "published_at": changed.published_at,
        "closed_at": changed.closed_at,
        "language": changed.language,
        "is_recovered": changed.is_recovered,
    }
    if text is not None:
        values["text"] = text
    db.execute(
        update(story).where(story.c.site_id == changed.site_id, story.c.id == changed.id).values(values)
    )
    # What waits for a moderator is filtered by section without looking here.
    waits = (item.c.site_id == changed.site_id) & (item.c.story_id == changed.id)
    db.execute(update(item).where(waits, item.c.section != changed.section).values(section=changed.section))


def _story(row: Row[*tuple[Any, ...]]) -> Story:
    return Story(
        id=StoryId(row.id),
        site_id=SiteId(row.site_id),
        url=row.url,
        title=row.title,
        section=row.section,
        author=row.author,
        published_at=row.published_at,
        closed_at=row.closed_at,
        revision=row.revision,
        comment_count=row.comment_count,
        is_recovered=row.is_recovered,
        language=row.language,
    )
