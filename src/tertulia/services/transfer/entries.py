"""Entries of an import: identity, place, words and counts."""

import secrets
from dataclasses import replace
from datetime import datetime, timedelta

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment, Wording
from tertulia.domain.events import DiscussionImported
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.moderation import Reason, Status
from tertulia.domain.stories import Story
from tertulia.domain.transfer import (
    BodyKind,
    EntryState,
    PortableEntry,
)
from tertulia.services import markup, publishing
from tertulia.services.transfer import authors
from tertulia.services.transfer.run import Run, native_id
from tertulia.services.unit import Unit
from tertulia.store import comments as comment_store
from tertulia.store import queue
from tertulia.store import stories as story_store
from tertulia.store import transfer as store
from tertulia.store.transfer import Place

_STATUS_OF = {
    EntryState.VISIBLE: Status.VISIBLE,
    EntryState.PENDING: Status.HELD,
    EntryState.SPAM: Status.REMOVED,
    EntryState.REMOVED: Status.REMOVED,
    EntryState.WITHDRAWN: Status.WITHDRAWN,
}
# What readers saw, or saw the place of, where it came from.
_LISTED = (EntryState.VISIBLE, EntryState.REMOVED, EntryState.WITHDRAWN)


def write(unit: Unit, run: Run, fresh: dict[str, PortableEntry], known: dict[str, int]) -> None:
    """Write new entries: parents first, those without a known parent at top level as orphans."""
    now = listed_at(unit, {run.stories[entry.story_id].id for entry in fresh.values()})
    ours = _new_ids(unit, run, fresh)
    written_by = authors.for_entries(unit, run, fresh.values())
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
        comment = replace(comment, author=written_by[entry.source_id], html=wording.html, origin=run.source)
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
    _let_wait(unit, run, written, now=now)
    store.insert_edits(unit.db, unit.site.id, _edits(fresh, ours))
    store.remember_ids(unit.db, unit.site.id, source=run.source, kind="comment", ours=ours)
    store.insert_orphans(unit.db, unit.site.id, source=run.source, orphans=orphans)
    run.report.written += len(rows)
    _count(unit, run, written, now=now)


def _let_wait(unit: Unit, run: Run, written: list[Comment], *, now: datetime) -> None:
    held = [comment for comment in written if comment.status is Status.HELD]
    if held:
        sections = {story.id: story.section for story in run.stories.values()}
        waiting = [(comment, sections[comment.story_id]) for comment in held]
        queue.put_imported(unit.db, unit.site.id, waiting, now=now)


def listed_at(unit: Unit, story_ids: set[StoryId]) -> datetime:
    """Lock stories, in one order for everybody, and give a time later than all that is listed under them."""
    return max((publishing.listed_at(unit, story_id) for story_id in sorted(story_ids)), default=unit.now)


def _count(unit: Unit, run: Run, written: list[Comment], *, now: datetime) -> None:
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


def _new_ids(unit: Unit, run: Run, fresh: dict[str, PortableEntry]) -> dict[str, int]:
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


def _wanted_ids(unit: Unit, run: Run, fresh: dict[str, PortableEntry]) -> dict[str, int]:
    wanted: dict[str, int] = {}
    for source_id, entry in fresh.items():
        run.number += 1
        moment = entry.created_at
        if moment is None:
            start = run.stories[entry.story_id].published_at or unit.now
            place = entry.position if entry.position is not None else run.number
            moment = start + timedelta(milliseconds=place)
        wanted[source_id] = native_id(run, source_id) or ids.at(moment, run.number)
    return wanted


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
        published_at=now if entry.state in _LISTED and entry.was_public else None,
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
