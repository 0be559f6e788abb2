"""Stories: found by URL, opened by their first comment, closed and counted."""

from collections.abc import Collection, Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime

from tertulia.domain.errors import Forbidden
from tertulia.domain.events import StoryChanged, StoryOpened
from tertulia.domain.ids import StoryId
from tertulia.domain.permissions import may_moderate
from tertulia.domain.stories import BadUrl, Story, canonical_url, origin_of, story_key
from tertulia.services.unit import Unit
from tertulia.store import stories as store

LONGEST_TITLE = 300
MOST_COUNTS = 100
"""URLs that one request for counts may name."""


class ForeignStory(Forbidden):
    """The URL is not on one of the site's origins."""

    code = "foreign-story"


def find_by_url(unit: Unit, url: str) -> Story | None:
    """Find the story at a URL, however it was decorated; raise `BadUrl`."""
    return store.find_by_key(unit.db, unit.site.id, story_key(canonical_url(url)))


def get(unit: Unit, story_id: StoryId) -> Story:
    """Give a story; raise `NotFound`."""
    return store.get(unit.db, unit.site.id, story_id)


def recall(unit: Unit, story_id: StoryId) -> Story:
    """Give a story for a comment that is written under it; raise `NotFound`.

    Its revision and its count may be those before earlier comments of a batch.
    """
    remembered, known = unit.memory.stories, (unit.site.id, story_id)
    if known not in remembered:
        remembered[known] = get(unit, story_id)
    return remembered[known]


def list_by_ids(unit: Unit, story_ids: Collection[StoryId]) -> dict[StoryId, Story]:
    """Give the stories of a page of items in one query."""
    return store.list_by_ids(unit.db, unit.site.id, sorted(story_ids))


def list_latest(
    unit: Unit, *, before: tuple[datetime, StoryId] | None = None, most: int = 30
) -> list[tuple[Story, datetime]]:
    """List stories with comments and when the last came, the last discussed first."""
    return store.list_latest(unit.db, unit.site.id, before=before, most=most)


def counts(unit: Unit, urls: Sequence[str]) -> dict[str, int]:
    """Count the comments under many URLs; a URL that is unknown or none counts zero."""
    keys: dict[str, str] = {}
    for url in urls[:MOST_COUNTS]:
        with suppress(BadUrl):
            keys[url] = story_key(canonical_url(url))
    found = store.list_by_keys(unit.db, unit.site.id, sorted(set(keys.values())))
    return {
        url: found[keys[url]].comment_count if url in keys and keys[url] in found else 0
        for url in urls[:MOST_COUNTS]
    }


def open_at(unit: Unit, url: str, *, title: str = "") -> Story:
    """Give the story at a URL and make it known when it is not; raise `BadUrl` or `ForeignStory`.

    Only URLs on the site's own origins become stories: else anybody could fill a site with them.
    """
    canonical = canonical_url(url)
    found = store.find_by_key(unit.db, unit.site.id, story_key(canonical))
    if found is not None:
        return found
    if origin_of(canonical) not in unit.site.origins:
        raise ForeignStory(url=canonical[:200])
    new = Story(
        id=StoryId(unit.new_id()),
        site_id=unit.site.id,
        url=canonical,
        title=" ".join(title.split())[:LONGEST_TITLE],
        section="",
        author="",
        published_at=None,
        closed_at=None,
        revision=0,
        comment_count=0,
        is_recovered=False,
        language="",
    )
    if not store.insert_new(unit.db, new, url_key=story_key(canonical), text=None, now=unit.now):
        # Somebody else's first comment came between.
        known = store.find_by_key(unit.db, unit.site.id, story_key(canonical))
        return new if known is None else known
    unit.record(StoryOpened(story_id=new.id))
    return new


def set_open(unit: Unit, story_id: StoryId, *, is_open: bool) -> Story:
    """Close a story to comments, or open it again; staff only."""
    story = get(unit, story_id)
    if not may_moderate(unit.actor, story.section):
        raise Forbidden
    if story.is_open == is_open:
        return story
    changed = replace(story, closed_at=None if is_open else unit.now)
    store.save(unit.db, changed)
    moved = store.move(unit.db, unit.site.id, story_id, added=0)
    unit.record(StoryChanged(story_id=story_id, revision=moved.revision, is_open=is_open))
    return replace(changed, revision=moved.revision)


def show_anew(unit: Unit, story_ids: Collection[StoryId]) -> None:
    """Let the pages of stories be made anew, because of a name that they show."""
    for story_id, story in sorted(list_by_ids(unit, story_ids).items()):
        moved = store.move(unit.db, unit.site.id, story_id, added=0)
        unit.record(StoryChanged(story_id=story_id, revision=moved.revision, is_open=story.is_open))
