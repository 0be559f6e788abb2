"""Stories of an import: found by source id or URL, made known, completed."""

from dataclasses import replace

from tertulia.domain.events import StoryOpened
from tertulia.domain.ids import StoryId
from tertulia.domain.stories import BadUrl, Story, canonical_url, story_key
from tertulia.domain.transfer import (
    PortableEntry,
    PortableStory,
    Remark,
)
from tertulia.services.transfer.run import Run, native_id
from tertulia.services.unit import Unit
from tertulia.store import stories as story_store
from tertulia.store import transfer as store


def write(unit: Unit, run: Run, record: PortableStory) -> None:
    """Find the story by its source id or its URL, or make it known; remember it for its entries."""
    if record.is_deleted:
        # A draft, a private or a binned story: readers never saw it, so neither do ours.
        run.report.remark(Remark(code="skipped-unpublished-story", where=record.source_id, is_skip=True))
        return
    try:
        canonical = canonical_url(record.url)
    except BadUrl:
        run.report.remark(Remark(code="skipped-bad-url", where=record.source_id, is_skip=True))
        return
    url_key = story_key(canonical)
    found = story_store.find_by_key(unit.db, unit.site.id, url_key)
    if found is None:
        found = _new_story(unit, run, record, canonical)
        story_store.insert_new(unit.db, found, url_key=url_key, text=record.text, now=unit.now)
        unit.record(StoryOpened(story_id=found.id))
    else:
        if any(known.id == found.id for known in run.stories.values()):
            run.report.merged.append((record.source_id, canonical))
        _complete_story(unit, found, record)
    run.stories[record.source_id] = found
    store.remember_ids(
        unit.db, unit.site.id, source=run.source, kind="story", ours={record.source_id: found.id}
    )


def _new_story(unit: Unit, run: Run, record: PortableStory, canonical: str) -> Story:
    return Story(
        id=StoryId(native_id(run, record.source_id) or unit.new_id()),
        site_id=unit.site.id,
        url=canonical,
        title=" ".join(record.title.split())[:500],
        section=record.section[:200],
        author=record.author[:200],
        published_at=record.published_at,
        closed_at=unit.now if record.is_closed else None,
        revision=0,
        comment_count=0,
        is_recovered=False,
        language=record.language[:20],
    )


def _complete_story(unit: Unit, found: Story, record: PortableStory) -> None:
    """Fill what was not known of a story; what is known stays."""
    filled = replace(
        found,
        title=found.title or " ".join(record.title.split())[:500],
        section=found.section or record.section[:200],
        author=found.author or record.author[:200],
        published_at=found.published_at or record.published_at,
        language=found.language or record.language[:20],
    )
    if filled != found:
        story_store.save(unit.db, filled)
    if record.text:
        store.set_text(unit.db, unit.site.id, found.id, record.text)


def of_entry(unit: Unit, run: Run, entry: PortableEntry) -> Story | None:
    """Give the story of an entry: from this file, or from an earlier one of the same source."""
    story = run.stories.get(entry.story_id)
    if story is None:
        ours = store.known_ids(
            unit.db, unit.site.id, source=run.source, kind="story", source_ids=[entry.story_id]
        )
        if entry.story_id in ours:
            story = story_store.find(unit.db, unit.site.id, StoryId(ours[entry.story_id]))
        if story is not None:
            run.stories[entry.story_id] = story
    if story is None:
        run.report.remark(Remark(code="skipped-unknown-story", where=entry.source_id, is_skip=True))
    return story
