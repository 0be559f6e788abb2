"""Transfer: portable records into rows and back.

Importers only read. Here stories and entries get identity, parents, tombstones, safe words and places.
Idempotent by (source, source id); parents may come later, also in a later file.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from itertools import islice

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind, BadName, clean_name
from tertulia.domain.comments import Comment, Wording
from tertulia.domain.errors import NotFound
from tertulia.domain.events import DiscussionImported, StoryOpened
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.import_report import ImportReport
from tertulia.domain.moderation import Reason, Status
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.stories import BadUrl, Story, canonical_url, story_key
from tertulia.domain.transfer import (
    BodyKind,
    EntryKind,
    EntryState,
    LinkKind,
    PortableAuthor,
    PortableEdit,
    PortableEntry,
    PortableRecord,
    PortableStory,
    Remark,
)
from tertulia.services import comments, markup
from tertulia.services.unit import Unit, Units
from tertulia.store import comments as comment_store
from tertulia.store import stories as story_store
from tertulia.store import transfer as store
from tertulia.store.transfer import ExportRow, Place

BATCH = 400
"""Records written in one transaction: long enough to be fast, short enough for readers and writers beside."""
LONGEST_IMPORTED = 200_000
"""Characters of one imported entry; what is longer is left out and reported."""
LONGEST_IMPORTED_NAME = 120

_STATUS_OF = {
    EntryState.VISIBLE: Status.VISIBLE,
    EntryState.PENDING: Status.HELD,
    EntryState.SPAM: Status.REMOVED,
    EntryState.REMOVED: Status.REMOVED,
    EntryState.WITHDRAWN: Status.WITHDRAWN,
}
# What readers saw, or saw the place of, where it came from.
_LISTED = (EntryState.VISIBLE, EntryState.REMOVED, EntryState.WITHDRAWN)


@dataclass(slots=True)
class _Run:
    """What one import remembers between its transactions."""

    source: str
    secret: str
    report: ImportReport
    number: int = 0
    stories: dict[str, Story] = field(default_factory=dict)
    authors: dict[str, Author] = field(default_factory=dict)


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
    run = _Run(source=source, secret=secret, report=ImportReport(source=source))
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


def _write_batch(unit: Unit, run: _Run, batch: list[PortableRecord]) -> None:
    for record in batch:
        if isinstance(record, PortableStory):
            _write_story(unit, run, record)
    entries = [record for record in batch if isinstance(record, PortableEntry)]
    wanted = [entry for entry in entries if _is_wanted(run, entry)]
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
        elif _story_of(unit, run, entry) is not None:
            fresh[entry.source_id] = entry
    if fresh:
        _write_entries(unit, run, fresh, known)


def _own_ids(unit: Unit, run: _Run, entries: list[PortableEntry]) -> dict[str, int]:
    """Give the entries and parents that this very site wrote itself and now meets in its own export."""
    named = {entry.source_id for entry in entries} | {entry.parent_id or "" for entry in entries}
    own = {source_id: number for source_id in named if (number := _native_id(run, source_id)) is not None}
    there = store.taken_ids(unit.db, unit.site.id, own.values())
    return {source_id: number for source_id, number in own.items() if number in there}


def _write_story(unit: Unit, run: _Run, record: PortableStory) -> None:
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


def _new_story(unit: Unit, run: _Run, record: PortableStory, canonical: str) -> Story:
    return Story(
        id=StoryId(_native_id(run, record.source_id) or unit.new_id()),
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


def _is_wanted(run: _Run, entry: PortableEntry) -> bool:
    if entry.kind is not EntryKind.COMMENT:
        run.report.remark(Remark(code=f"skipped-{entry.kind.value}", where=entry.source_id, is_skip=True))
        return False
    if len(entry.body) > LONGEST_IMPORTED:
        run.report.remark(Remark(code="skipped-too-long", where=entry.source_id, is_skip=True))
        return False
    return True


def _story_of(unit: Unit, run: _Run, entry: PortableEntry) -> Story | None:
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


def _write_entries(unit: Unit, run: _Run, fresh: dict[str, PortableEntry], known: dict[str, int]) -> None:
    """Write new entries: parents first, those without a known parent at top level as orphans."""
    now = _listed_at(unit, {run.stories[entry.story_id].id for entry in fresh.values()})
    ours = _new_ids(unit, run, fresh)
    authors = _authors(unit, run, fresh.values())
    parents = [known[entry.parent_id] for entry in fresh.values() if entry.parent_id in known]
    placed = store.places(unit.db, unit.site.id, parents)
    all_ids = known | ours
    written: list[Comment] = []
    rows = []
    orphans: dict[CommentId, str] = {}
    for entry in _parents_first(fresh):
        story = run.stories[entry.story_id]
        parent = placed.get(all_ids.get(entry.parent_id or "", 0))
        if parent is not None and parent.story_id != story.id:
            parent = None
        wording = _wording(entry, story.language or unit.site.language)
        comment = _comment(entry, ours[entry.source_id], story, parent, now=now)
        comment = replace(comment, author=authors[entry.source_id], html=wording.html, origin=run.source)
        if parent is None and entry.parent_id is not None:
            orphans[comment.id] = entry.parent_id
        placed[comment.id] = _place(comment)
        written.append(comment)
        rows.append(
            comment_store.row_of(
                unit.site.id, comment, wording, renderer=markup.RENDERER, extra=dict(entry.extra)
            )
        )
    store.insert_comments(unit.db, rows)
    store.insert_edits(unit.db, unit.site.id, _edits(fresh, ours))
    store.remember_ids(unit.db, unit.site.id, source=run.source, kind="comment", ours=ours)
    store.insert_orphans(unit.db, unit.site.id, source=run.source, orphans=orphans)
    run.report.written += len(rows)
    _count(unit, run, written, now=now)


def _listed_at(unit: Unit, story_ids: set[StoryId]) -> datetime:
    """Lock stories, in one order for everybody, and give a time later than all that is listed under them."""
    return max((comments.listed_at(unit, story_id) for story_id in sorted(story_ids)), default=unit.now)


def _count(unit: Unit, run: _Run, written: list[Comment], *, now: datetime) -> None:
    """Count what was listed with its parents, top comments and stories, and tell once a story."""
    parents = {
        comment.parent_id for comment in written if comment.parent_id is not None and comment.is_listed
    }
    # A listed reply needs its parents' places, whatever became of them.
    parents |= store.list_up(unit.db, unit.site.id, parents, now=now)
    store.recount(unit.db, unit.site.id, parents=parents, roots={comment.root_id for comment in written})
    for story_id in sorted({comment.story_id for comment in written}):
        here = [comment for comment in written if comment.story_id == story_id]
        visible = [comment for comment in here if comment.status is Status.VISIBLE]
        latest = max((comment.created_at or unit.now for comment in visible), default=None)
        moved = story_store.move(unit.db, unit.site.id, story_id, added=len(visible), last_comment_at=latest)
        if any(comment.confidence is not None for comment in here):
            story_store.mark_recovered(unit.db, unit.site.id, story_id)
        unit.record(
            DiscussionImported(
                story_id=story_id,
                source=run.source,
                written=len(here),
                revision=moved.revision,
                comment_count=moved.comment_count,
            )
        )


def _link_late(unit: Unit, run: _Run) -> int:
    """Hang orphans below parents that came after them; give how many were looked at."""
    linkable = store.list_linkable(unit.db, unit.site.id, source=run.source, most=BATCH)
    parents: set[CommentId] = set()
    roots: set[CommentId] = set()
    touched: set[StoryId] = set()
    children = store.places(unit.db, unit.site.id, [child for child, _ in linkable])
    now = _listed_at(unit, {child.story_id for child in children.values()})
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


def _new_ids(unit: Unit, run: _Run, fresh: dict[str, PortableEntry]) -> dict[str, int]:
    """Give each entry an id of its own time, so that it sorts where it belongs.

    Our own ids are kept. Times of one second keep the order of the file; where nothing is known of the time the
    position in the file stands for it.
    """
    while True:
        wanted = _wanted_ids(unit, run, fresh)
        if len(set(wanted.values())) == len(wanted) and not store.taken_ids(
            unit.db, unit.site.id, wanted.values()
        ):
            return wanted
        # Another file had comments of this second: on behind them, all together, so that our order stays.
        run.number += secrets.randbelow(1 << 12)


def _wanted_ids(unit: Unit, run: _Run, fresh: dict[str, PortableEntry]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for source_id, entry in fresh.items():
        run.number += 1
        moment = entry.created_at
        if moment is None:
            start = run.stories[entry.story_id].published_at or unit.now
            place = entry.position if entry.position is not None else run.number
            moment = start + timedelta(milliseconds=place)
        wanted[source_id] = _native_id(run, source_id) or ids.at(moment, run.number)
    return wanted


def _native_id(run: _Run, source_id: str) -> int | None:
    """Give the number of an id that we made ourselves; other systems' ids only look like ours by chance."""
    if not run.source.startswith("native"):
        return None
    try:
        return ids.decode(source_id)
    except NotFound:
        return None


def _parents_first(fresh: dict[str, PortableEntry]) -> list[PortableEntry]:
    """Order entries so that each stands behind its parent; a circle is cut where it is met again."""
    ordered: dict[str, PortableEntry] = {}
    for start in fresh.values():
        chain: dict[str, PortableEntry] = {}
        here: PortableEntry | None = start
        while here is not None and here.source_id not in ordered and here.source_id not in chain:
            chain[here.source_id] = here
            here = fresh.get(here.parent_id or "")
        for entry in reversed(chain.values()):
            ordered[entry.source_id] = entry
    return list(ordered.values())


def _comment(
    entry: PortableEntry, comment_id: int, story: Story, parent: Place | None, *, now: datetime
) -> Comment:
    status = _STATUS_OF[entry.state]
    reason = entry.reason if entry.reason in set(Reason) else Reason.OTHER.value
    if entry.state is EntryState.SPAM:
        reason = Reason.SPAM.value
    return Comment(
        id=CommentId(comment_id),
        story_id=story.id,
        parent_id=None if parent is None else parent.id,
        root_id=CommentId(comment_id) if parent is None else parent.root_id,
        depth=0 if parent is None else parent.depth + 1,
        author=_UNKNOWN,
        parent_name=None,
        html="",
        status=status,
        reason=reason if status is Status.REMOVED else "",
        created_at=entry.created_at,
        published_at=now if entry.state in _LISTED else None,
        edited_at=entry.edited_at,
        revision=1,
        language=entry.language[:20],
        child_count=0,
        reply_count=0,
        origin="",
        link=entry.link,
        confidence=entry.confidence,
        stated_parent=entry.parent_id if parent is None else None,
    )


_UNKNOWN = Author(id=AuthorId(0), name="", kind=AuthorKind.IMPORTED)


def _place(comment: Comment) -> Place:
    return Place(
        id=comment.id,
        story_id=comment.story_id,
        root_id=comment.root_id,
        depth=comment.depth,
        is_listed=comment.is_listed,
    )


def _wording(entry: PortableEntry, language: str) -> Wording:
    if entry.body_kind is BodyKind.MARKDOWN:
        return markup.prepare(markup.clean_source(entry.body), language=entry.language or language)
    return markup.prepare_as(entry.body_kind, entry.body.replace("\0", ""))


def _edits(
    fresh: dict[str, PortableEntry], ours: dict[str, int]
) -> list[tuple[CommentId, int, str, datetime | None]]:
    return [
        (CommentId(ours[source_id]), number, earlier.body, earlier.replaced_at)
        for source_id, entry in fresh.items()
        for number, earlier in enumerate(entry.edits, start=1)
    ]


def _authors(unit: Unit, run: _Run, entries: Iterable[PortableEntry]) -> dict[str, Author]:
    """Give each entry's author, one row for each person the source tells apart."""
    key_of = {entry.source_id: _author_key(run, entry.author) for entry in entries}
    stated = {key_of[entry.source_id]: entry.author for entry in entries}
    unknown = [key for key in stated if key not in run.authors]
    known = store.known_authors(unit.db, unit.site.id, source=run.source, source_ids=unknown)
    # Our own export names authors by our ids: those of this very site are here already.
    native = {key: _native_id(run, stated[key].source_id or "") for key in unknown}
    own = store.authors_of(unit.db, unit.site.id, [number for number in native.values() if number])
    new: list[tuple[Author, str, str | None]] = []
    for key in unknown:
        author = known.get(key) or own.get(native[key] or 0)
        if author is None:
            author = Author(
                id=AuthorId(native[key] or unit.new_id()),
                name=_shown_name(stated[key]),
                kind=AuthorKind.IMPORTED,
                badges=stated[key].badges[:5],
            )
            new.append((author, key, _claim_hash(run, stated[key])))
        run.authors[key] = author
    store.insert_authors(unit.db, unit.site.id, new, source=run.source, now=unit.now)
    return {source_id: run.authors[key] for source_id, key in key_of.items()}


def _author_key(run: _Run, author: PortableAuthor) -> str:
    """Say what tells this person from others; an unnamed one is *somebody unknown*."""
    if author.source_id:
        return f"id:{author.source_id}"
    if author.email:
        return f"mail:{_claim_hash(run, author)}:{_shown_name(author)}"
    return f"name:{_shown_name(author)}"


def _shown_name(author: PortableAuthor) -> str:
    try:
        return clean_name(author.name[:LONGEST_IMPORTED_NAME], longest=LONGEST_IMPORTED_NAME)
    except BadName:
        return ""


def _claim_hash(run: _Run, author: PortableAuthor) -> str | None:
    if not author.email:
        return None
    return hmac.new(run.secret.encode(), author.email.strip().lower().encode(), hashlib.sha256).hexdigest()


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
        link=LinkKind(row.link),
        confidence=row.confidence,
        language=row.language,
        edits=tuple(PortableEdit(body=body, replaced_at=at) for body, at in edits),
        extra=row.extra or {},
    )
