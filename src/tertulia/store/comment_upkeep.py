"""What jobs do to comments: walk all of a site, renew what an older renderer made, clear what is kept for a time.

The walks filter in Python and not in SQL: so each step reads a bounded number of rows, however few of them
want something.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select, update

from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.domain.transfer import BodyKind
from tertulia.store import dialect
from tertulia.store.schema import comment, comment_edit


@dataclass(frozen=True, kw_only=True, slots=True)
class Walked:
    """What a walk asks of a comment."""

    id: CommentId
    story_id: StoryId
    renderer: int
    has_network: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Source:
    """What a comment was written in, and how."""

    id: CommentId
    source: str
    kind: BodyKind


def walk(db: Connection, site_id: SiteId, *, after: CommentId, before: CommentId, most: int) -> list[Walked]:
    """List comments between two ids, both left out, in the order of their ids."""
    query = (
        select(
            comment.c.id,
            comment.c.story_id,
            comment.c.renderer,
            (comment.c.network != "").label("has_network"),
        )
        .where(comment.c.site_id == site_id, comment.c.id > after, comment.c.id < before)
        .order_by(comment.c.id)
        .limit(most)
    )
    return [
        Walked(
            id=CommentId(row.id),
            story_id=StoryId(row.story_id),
            renderer=row.renderer,
            has_network=bool(row.has_network),
        )
        for row in db.execute(query)
    ]


def lock_rendered_before(
    db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId], *, renderer: int
) -> list[Source]:
    """Lock those that an older renderer made and that nobody is changing now, and give what they say."""
    query = (
        select(comment.c.id, comment.c.source, comment.c.source_kind)
        .where(comment.c.site_id == site_id, comment.c.id.in_(comment_ids), comment.c.renderer < renderer)
        .order_by(comment.c.id)
    )
    return [
        Source(id=CommentId(row.id), source=row.source, kind=BodyKind(row.source_kind))
        for row in db.execute(dialect.lock_rows(db, query))
    ]


def list_of_author(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, after: CommentId, most: int
) -> list[CommentId]:
    """List an author's comments behind an id, in the order of their ids."""
    query = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id, comment.c.id > after)
        .order_by(comment.c.id)
        .limit(most)
    )
    return [CommentId(row.id) for row in db.execute(query)]


def erase_words(db: Connection, site_id: SiteId, comment_id: CommentId) -> None:
    """Delete a comment's words, its earlier wordings, and what an import knew of it."""
    db.execute(
        delete(comment_edit).where(comment_edit.c.site_id == site_id, comment_edit.c.comment_id == comment_id)
    )
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id == comment_id)
        .values(source="", html="", text="", network="", extra=None)
    )


def clear_networks_of(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Forget from which networks an author's comments came."""
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id, comment.c.network != "")
        .values(network="")
    )


def clear_networks(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]) -> int:
    """Forget from which network comments came; give how many did not have somebody at work on them."""
    # Passing over locked rows: waiting for them could be waited for in turn.
    free = dialect.lock_rows(
        db, select(comment.c.id).where(comment.c.site_id == site_id, comment.c.id.in_(comment_ids))
    )
    return db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id.in_(free.scalar_subquery()))
        .values(network="")
    ).rowcount
