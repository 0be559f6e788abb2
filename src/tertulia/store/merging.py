"""One author's comments become another's: the mark that says so, and the rows piece by piece.

A marked author is an alias: it has no words of its own, and what names it means the other. See `services/merging.py`.
"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.authors import AuthorKind
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.store import dialect
from tertulia.store.schema import (
    author,
    comment,
    former_name,
    item,
    mute,
    remark,
    sanction,
)


def list_latest(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int
) -> list[tuple[CommentId, StoryId]]:
    """List an author's comments with their stories, newest first."""
    query = (
        select(comment.c.id, comment.c.story_id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .order_by(comment.c.id.desc())
        .limit(most)
    )
    return [(CommentId(row.id), StoryId(row.story_id)) for row in db.execute(query)]


def mark(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> bool:
    """Let an author be another from now on, who has no account yet; False when it has one, or is another already.

    The secret and the address that led to it open nothing any more. Its source and the id there stay: by them a
    later import finds the other.
    """
    nothing: dict[str, Any] = {"secret_hash": None, "claim_hash": None, "badges": []}
    return (
        db.execute(
            update(author)
            .where(
                author.c.site_id == site_id,
                author.c.id == author_id,
                author.c.kind != AuthorKind.ACCOUNT.value,
                author.c.merged_into.is_(None),
            )
            .values(merged_into=into, **nothing)
        ).rowcount
        == 1
    )


def find_other(db: Connection, site_id: SiteId, author_id: AuthorId) -> AuthorId | None:
    """Give who an author became; None for one who is themselves."""
    found = db.execute(
        select(author.c.merged_into).where(author.c.site_id == site_id, author.c.id == author_id)
    ).scalar_one_or_none()
    return None if found is None else AuthorId(found)


def list_aliases(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[AuthorId]:
    """List who became this author and still has comments of their own."""
    has_words = select(comment.c.id).where(
        comment.c.site_id == author.c.site_id, comment.c.author_id == author.c.id
    )
    query = (
        select(author.c.id)
        .where(author.c.site_id == site_id, author.c.merged_into == author_id, has_words.exists())
        .order_by(author.c.id)
        .limit(most)
    )
    return [AuthorId(row.id) for row in db.execute(query)]


def list_selves(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[AuthorId]:
    """List who became this author, as far as they are kept."""
    query = (
        select(author.c.id)
        .where(author.c.site_id == site_id, author.c.merged_into == author_id)
        .order_by(author.c.id)
        .limit(most)
    )
    return [AuthorId(row.id) for row in db.execute(query)]


def move(
    db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId], *, author_id: AuthorId, into: AuthorId
) -> None:
    """Make comments of one author another's. Their revisions move: a fragment of one is kept by its revision."""
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id.in_(comment_ids), comment.c.author_id == author_id)
        .values(author_id=into, revision=comment.c.revision + 1)
    )


def move_mutes(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId, owner: AccountId
) -> None:
    """Who muted one of the two has muted the other, but nobody themselves."""
    muted = (mute.c.site_id == site_id) & (mute.c.author_id == author_id)
    rows = db.execute(select(mute).where(muted, mute.c.account_id != owner))
    dialect.insert_new(db, mute, [{**row, "author_id": into} for row in rows.mappings()])
    db.execute(delete(mute).where(muted))


def move_counts(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> None:
    """What moderators decided about one author's comments counts for the other."""
    one = (author.c.site_id == site_id) & (author.c.id == author_id)
    counts = db.execute(select(author.c.approved_count, author.c.removed_count).where(one)).one()
    db.execute(update(author).where(one).values(approved_count=0, removed_count=0))
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == into)
        .values(
            approved_count=author.c.approved_count + counts.approved_count,
            removed_count=author.c.removed_count + counts.removed_count,
        )
    )


def move_records(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> None:
    """Make what moderators did to one author and said of them, and what waits of theirs, the other's."""
    for table in (sanction, remark, item):
        mine = (table.c.site_id == site_id) & (table.c.author_id == author_id)
        db.execute(update(table).where(mine).values(author_id=into))


def move_names(
    db: Connection,
    site_id: SiteId,
    author_id: AuthorId,
    *,
    into: AuthorId,
    name_id: int,
    name: str,
    now: datetime,
) -> None:
    """Let the names of one be former names of the other, the present one included."""
    db.execute(
        update(former_name)
        .where(former_name.c.site_id == site_id, former_name.c.author_id == author_id)
        .values(author_id=into)
    )
    row = {"site_id": site_id, "id": name_id, "author_id": into, "name": name, "replaced_at": now}
    dialect.insert_new(db, former_name, [row])


def forget_empty(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Delete an alias that no import can name any more; one with a source stays."""
    db.execute(
        delete(author).where(
            author.c.site_id == site_id,
            author.c.id == author_id,
            author.c.merged_into.is_not(None),
            author.c.source == "",
        )
    )
