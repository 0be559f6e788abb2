"""Importing: records into rows, batch by batch. Importers only read; what becomes of it is decided here.

Idempotent by (source, source id); parents may come later, also in a later file.
"""

from collections.abc import Iterable, Iterator
from itertools import islice

from tertulia.domain import ids
from tertulia.domain.events import DiscussionImported
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.import_report import ImportReport
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.transfer import (
    EntryKind,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
)
from tertulia.services.transfer import entries, stories
from tertulia.services.transfer.run import Run, native_id
from tertulia.services.unit import Unit, Units
from tertulia.store import stories as story_store
from tertulia.store import transfer as store

BATCH = 400
"""Records written in one transaction: long enough to be fast, short enough for readers and writers beside."""
LONGEST_IMPORTED = 200_000
"""Characters of one imported entry; what is longer is left out and reported."""


def dry_run(records: Iterable[PortableRecord], *, source: str) -> ImportReport:
    """Report what a file holds and write nothing."""
    report = ImportReport(source=source, is_dry_run=True)
    for record in records:
        report.see(record)
    return report


def import_records(
    units: Units, site_key: str, records: Iterable[PortableRecord], *, source: str, secret: str
) -> Iterator[ImportReport]:
    """Write records batch by batch; yield the growing report after each. The last one yielded is final.

    `secret` keys the hash by which an author can claim comments: e-mail itself is never kept.
    """
    run = Run(source=source, secret=secret, report=ImportReport(source=source))
    remaining = iter(records)
    number = 0
    while batch := list(islice(remaining, BATCH)):
        for record in batch:
            run.report.see(record)
        with units.write(site_key, SYSTEM) as unit:
            _write_batch(unit, run, batch)
            number += 1
            if number.bit_count() == 1:
                # Each time the import has doubled what it wrote, or its own queries plan for an empty table.
                store.settle(unit.db)
        yield run.report
    while True:
        with units.write(site_key, SYSTEM) as unit:
            looked_at = _link_late(unit, run)
        if not looked_at:
            break
        yield run.report
    with units.bare(write=True) as (db, _):
        store.settle(db)
    yield run.report


def _write_batch(unit: Unit, run: Run, batch: list[PortableRecord]) -> None:
    for record in batch:
        if isinstance(record, PortableStory):
            stories.write(unit, run, record)
    read = [record for record in batch if isinstance(record, PortableEntry)]
    wanted = [entry for entry in read if _is_wanted(run, entry)]
    known = store.known_ids(
        unit.db,
        unit.site.id,
        source=run.source,
        kind="comment",
        source_ids=[entry.source_id for entry in wanted]
        + [entry.parent_id for entry in wanted if entry.parent_id],
    )
    known |= _own_ids(unit, run, wanted)
    fresh: dict[str, PortableEntry] = {}
    for entry in wanted:
        if entry.source_id in known or entry.source_id in fresh:
            run.report.already_there += 1
        elif stories.of_entry(unit, run, entry) is not None:
            fresh[entry.source_id] = entry
    if fresh:
        entries.write(unit, run, fresh, known)


def _own_ids(unit: Unit, run: Run, entries: list[PortableEntry]) -> dict[str, int]:
    """Give the entries and parents that this very site wrote itself and now meets in its own export."""
    named = {entry.source_id for entry in entries} | {entry.parent_id or "" for entry in entries}
    own = {source_id: number for source_id in named if (number := native_id(run, source_id)) is not None}
    there = store.taken_ids(unit.db, unit.site.id, own.values())
    return {source_id: number for source_id, number in own.items() if number in there}


def _is_wanted(run: Run, entry: PortableEntry) -> bool:
    if entry.kind is not EntryKind.COMMENT:
        run.report.remark(Remark(code=f"skipped-{entry.kind.value}", where=entry.source_id, is_skip=True))
        return False
    if len(entry.body) > LONGEST_IMPORTED:
        run.report.remark(Remark(code="skipped-too-long", where=entry.source_id, is_skip=True))
        return False
    return True


def _link_late(unit: Unit, run: Run) -> int:
    """Hang orphans below parents that came after them; give how many were looked at."""
    linkable = store.list_linkable(unit.db, unit.site.id, source=run.source, most=BATCH)
    parents: set[CommentId] = set()
    roots: set[CommentId] = set()
    touched: set[StoryId] = set()
    children = store.places(unit.db, unit.site.id, [child for child, _ in linkable])
    now = entries.listed_at(unit, {child.story_id for child in children.values()})
    for comment_id, parent_id in linkable:
        places = store.places(unit.db, unit.site.id, [comment_id, parent_id])
        child, parent = places[comment_id], places[parent_id]
        store.forget_orphan(unit.db, unit.site.id, source=run.source, comment_id=comment_id)
        # A parent in another story, or one that hangs below its own reply, cannot be.
        if parent.story_id != child.story_id or parent.root_id == child.id:
            run.report.remark(Remark(code="impossible-parent", where=ids.encode(comment_id)))
            continue
        store.hang(unit.db, unit.site.id, child, below=parent)
        roots |= {parent.root_id}
        touched.add(child.story_id)
        run.report.linked_later += 1
        if child.is_listed:
            parents |= {parent_id} | store.list_up(unit.db, unit.site.id, {parent_id}, now=now)
    # A top comment that was hung below another in the same batch is none any more: `recount` looks.
    store.recount(unit.db, unit.site.id, parents=parents, roots=roots)
    for story_id in sorted(touched):
        moved = story_store.move(unit.db, unit.site.id, story_id, added=0)
        unit.record(
            DiscussionImported(
                story_id=story_id,
                source=run.source,
                written=0,
                revision=moved.revision,
                comment_count=moved.comment_count,
            )
        )
    return len(linkable)
