"""Rows of an import: the map from foreign ids to ours, many rows at once, orphans and their later links."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Connection, Row, delete, func, insert, select, update

from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.store import dialect
from tertulia.store.schema import author, comment, comment_edit, imported, orphan, story

Key = TypeVar("Key")

ExportRow = Row[*tuple[Any, ...]]
"""All columns of `comment`, and the author's name, badges and source."""

CHUNK = 400
"""Keys of one IN list: below the parameter limits of both databases."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """Where a comment hangs."""

    id: CommentId
    story_id: StoryId
    root_id: CommentId
    depth: int
    is_listed: bool


def known_ids(
    db: Connection, site_id: SiteId, *, source: str, kind: str, source_ids: Iterable[str]
) -> dict[str, int]:
    """Give our ids of the foreign ids that are known."""
    found: dict[str, int] = {}
    for chunk in _chunks(list(dict.fromkeys(source_ids))):
        query = select(imported.c.source_id, imported.c.our_id).where(
            imported.c.site_id == site_id,
            imported.c.source == source,
            imported.c.kind == kind,
            imported.c.source_id.in_(chunk),
        )
        found.update({row.source_id: row.our_id for row in db.execute(query)})
    return found


def remember_ids(db: Connection, site_id: SiteId, *, source: str, kind: str, ours: Mapping[str, int]) -> None:
    """Remember which of our ids a foreign id became."""
    rows = [
        {"site_id": site_id, "source": source, "kind": kind, "source_id": theirs, "our_id": our_id}
        for theirs, our_id in ours.items()
    ]
    dialect.insert_new(db, imported, rows)


def known_authors(
    db: Connection, site_id: SiteId, *, source: str, source_ids: Iterable[str]
) -> dict[str, Author]:
    """Give the authors that an earlier import of this source brought."""
    found: dict[str, Author] = {}
    for chunk in _chunks(list(source_ids)):
        query = select(author.c.source_id, author.c.id, author.c.name, author.c.kind, author.c.badges).where(
            author.c.site_id == site_id, author.c.source == source, author.c.source_id.in_(chunk)
        )
        for row in db.execute(query):
            found[row.source_id] = Author(
                id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges)
            )
    return found


def authors_of(db: Connection, site_id: SiteId, author_ids: Sequence[int]) -> dict[int, Author]:
    """Give authors by our own ids."""
    found: dict[int, Author] = {}
    for chunk in _chunks(list(author_ids)):
        query = select(author.c.id, author.c.name, author.c.kind, author.c.badges).where(
            author.c.site_id == site_id, author.c.id.in_(chunk)
        )
        for row in db.execute(query):
            found[row.id] = Author(
                id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges)
            )
    return found


def others_of(db: Connection, site_id: SiteId, author_ids: Sequence[int]) -> dict[int, Author]:
    """Give who authors became, of those that are aliases."""
    alias = author.alias("alias")
    found: dict[int, Author] = {}
    for chunk in _chunks(list(dict.fromkeys(author_ids))):
        query = (
            select(alias.c.id.label("alias_id"), author.c.id, author.c.name, author.c.kind, author.c.badges)
            .join(alias, (alias.c.site_id == author.c.site_id) & (alias.c.merged_into == author.c.id))
            .where(author.c.site_id == site_id, alias.c.id.in_(chunk))
        )
        for row in db.execute(query):
            found[row.alias_id] = Author(
                id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges)
            )
    return found


def insert_authors(
    db: Connection,
    site_id: SiteId,
    authors: Sequence[tuple[Author, str, str | None]],
    *,
    source: str,
    now: datetime,
) -> None:
    """Insert imported authors with their source id and the keyed hash of their e-mail."""
    if authors:
        db.execute(
            insert(author),
            [
                {
                    "site_id": site_id,
                    "id": each.id,
                    "name": each.name,
                    "kind": each.kind.value,
                    "badges": list(each.badges),
                    "created_at": now,
                    "source": source,
                    "source_id": source_id,
                    "claim_hash": claim_hash,
                }
                for each, source_id, claim_hash in authors
            ],
        )


def taken_ids(db: Connection, site_id: SiteId, comment_ids: Iterable[int]) -> set[int]:
    """Give those of the ids that comments have already."""
    taken: set[int] = set()
    for chunk in _chunks(list(comment_ids)):
        query = select(comment.c.id).where(comment.c.site_id == site_id, comment.c.id.in_(chunk))
        taken.update(row.id for row in db.execute(query))
    return taken


def insert_comments(db: Connection, rows: Sequence[dict[str, Any]]) -> None:
    """Insert comments, parents before their replies."""
    if rows:
        db.execute(insert(comment), rows)


def insert_edits(
    db: Connection, site_id: SiteId, edits: Sequence[tuple[CommentId, int, str, datetime | None]]
) -> None:
    """Insert earlier wordings."""
    if edits:
        db.execute(
            insert(comment_edit),
            [
                {
                    "site_id": site_id,
                    "comment_id": comment_id,
                    "number": number,
                    "source": source,
                    "replaced_at": replaced_at,
                }
                for comment_id, number, source, replaced_at in edits
            ],
        )


def places(db: Connection, site_id: SiteId, comment_ids: Iterable[int]) -> dict[int, Place]:
    """Give where comments hang."""
    found: dict[int, Place] = {}
    for chunk in _chunks(list(dict.fromkeys(comment_ids))):
        query = select(
            comment.c.id, comment.c.story_id, comment.c.root_id, comment.c.depth, comment.c.published_at
        ).where(comment.c.site_id == site_id, comment.c.id.in_(chunk))
        for row in db.execute(query):
            found[row.id] = Place(
                id=CommentId(row.id),
                story_id=StoryId(row.story_id),
                root_id=CommentId(row.root_id),
                depth=row.depth,
                is_listed=row.published_at is not None,
            )
    return found


def recount(
    db: Connection, site_id: SiteId, *, parents: Iterable[CommentId], roots: Iterable[CommentId]
) -> None:
    """Count listed replies anew: direct ones of the parents, all of the top comments."""
    reply = comment.alias("reply")
    listed = (reply.c.site_id == site_id) & reply.c.published_at.is_not(None)
    direct = select(func.count()).where(listed, reply.c.parent_id == comment.c.id)
    below = select(func.count()).where(
        listed, reply.c.root_id == comment.c.id, reply.c.parent_id.is_not(None)
    )
    for wanted, column, counted in (
        (parents, comment.c.child_count, direct),
        (roots, comment.c.reply_count, below),
    ):
        for chunk in _chunks(sorted(wanted)):
            db.execute(
                update(comment)
                .where(comment.c.site_id == site_id, comment.c.id.in_(chunk))
                .values({column: counted.correlate(comment).scalar_subquery()})
            )


def list_up(
    db: Connection, site_id: SiteId, comment_ids: Iterable[CommentId], *, now: datetime
) -> set[CommentId]:
    """Give comments and their ancestors a place where they have none, as tombstones; give their parents."""
    parents: set[CommentId] = set()
    wanted = set(comment_ids)
    while wanted:
        found: list[tuple[int, int | None]] = []
        for chunk in _chunks(sorted(wanted)):
            here = (comment.c.site_id == site_id) & comment.c.id.in_(chunk) & comment.c.published_at.is_(None)
            found += [
                (row.id, row.parent_id)
                for row in db.execute(
                    update(comment)
                    .where(here)
                    .values(published_at=now)
                    .returning(comment.c.id, comment.c.parent_id)
                )
            ]
        wanted = {CommentId(parent) for _, parent in found if parent is not None}
        parents |= wanted
    return parents


def insert_orphans(db: Connection, site_id: SiteId, *, source: str, orphans: Mapping[CommentId, str]) -> None:
    """Remember replies whose stated parent has not come."""
    rows = [
        {"site_id": site_id, "source": source, "comment_id": comment_id, "parent_source_id": parent}
        for comment_id, parent in orphans.items()
    ]
    if rows:
        db.execute(insert(orphan), rows)


def list_linkable(
    db: Connection, site_id: SiteId, *, source: str, most: int
) -> list[tuple[CommentId, CommentId]]:
    """List orphans whose parent has come by now, with that parent; the oldest first."""
    query = (
        select(orphan.c.comment_id, imported.c.our_id)
        .join(
            imported,
            (imported.c.site_id == orphan.c.site_id)
            & (imported.c.source == orphan.c.source)
            & (imported.c.source_id == orphan.c.parent_source_id)
            & (imported.c.kind == "comment"),
        )
        .where(orphan.c.site_id == site_id, orphan.c.source == source)
        .order_by(orphan.c.comment_id)
        .limit(most)
    )
    return [(CommentId(row.comment_id), CommentId(row.our_id)) for row in db.execute(query)]


def forget_orphan(db: Connection, site_id: SiteId, *, source: str, comment_id: CommentId) -> None:
    """Forget an orphan that was linked or never can be."""
    db.execute(
        delete(orphan).where(
            orphan.c.site_id == site_id, orphan.c.source == source, orphan.c.comment_id == comment_id
        )
    )


def hang(db: Connection, site_id: SiteId, child: Place, *, below: Place) -> None:
    """Hang a top comment and all below it under a parent."""
    subtree = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.id == child.id)
        .cte("subtree", recursive=True)
    )
    reply = comment.alias("reply")
    subtree = subtree.union_all(
        select(reply.c.id).where(reply.c.site_id == site_id, reply.c.parent_id == subtree.c.id)
    )
    members = select(subtree.c.id)
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id.in_(members))
        .values(root_id=below.root_id, depth=comment.c.depth + below.depth + 1)
    )
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id == child.id)
        .values(parent_id=below.id, reply_count=0, stated_parent=None)
    )


def set_text(db: Connection, site_id: SiteId, story_id: StoryId, text: str) -> None:
    """Store a story's own text where none is known yet."""
    db.execute(
        update(story)
        .where(story.c.site_id == site_id, story.c.id == story_id, story.c.text.is_(None))
        .values(text=text)
    )


def list_for_export(
    db: Connection, site_id: SiteId, story_id: StoryId, *, after: CommentId | None, most: int
) -> list[ExportRow]:
    """List everything kept of a story's comments, whatever their status, oldest first."""
    query = (
        select(
            comment,
            author.c.name.label("author_name"),
            author.c.badges.label("author_badges"),
            author.c.source.label("author_source"),
            author.c.source_id.label("author_source_id"),
        )
        .join(author, (author.c.site_id == comment.c.site_id) & (author.c.id == comment.c.author_id))
        .where(comment.c.site_id == site_id, comment.c.story_id == story_id)
        .order_by(comment.c.id)
        .limit(most)
    )
    if after is not None:
        query = query.where(comment.c.id > after)
    return list(db.execute(query))


def edits_of(
    db: Connection, site_id: SiteId, comment_ids: Sequence[int]
) -> dict[int, list[tuple[str, datetime | None]]]:
    """Give earlier wordings of many comments, oldest first."""
    found: dict[int, list[tuple[str, datetime | None]]] = {}
    for chunk in _chunks(list(comment_ids)):
        query = (
            select(comment_edit)
            .where(comment_edit.c.site_id == site_id, comment_edit.c.comment_id.in_(chunk))
            .order_by(comment_edit.c.comment_id, comment_edit.c.number)
        )
        for row in db.execute(query):
            found.setdefault(row.comment_id, []).append((row.source, row.replaced_at))
    return found


def _chunks(keys: list[Key]) -> Iterable[list[Key]]:
    return (keys[start : start + CHUNK] for start in range(0, len(keys), CHUNK))


def settle(db: Connection) -> None:
    """Let the database take note of all that an import brought."""
    dialect.refresh_statistics(db, [story, author, comment, imported])
