"""Comments that wait for a moderator."""

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Connection, func, select

from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, SiteId
from tertulia.store.comments import listing, of_row
from tertulia.store.schema import comment, story


def list_held(
    db: Connection,
    site_id: SiteId,
    *,
    after: CommentId | None,
    most: int,
    sections: Sequence[str] | None = None,
) -> list[Comment]:
    """List what waits for a moderator, oldest first; None is for all sections."""
    query = listing().where(comment.c.site_id == site_id, comment.c.status == "held")
    if sections is not None:
        query = query.where(in_sections(sections))
    if after is not None:
        query = query.where(comment.c.id > after)
    return [of_row(row) for row in db.execute(query.order_by(comment.c.id).limit(most))]


def in_sections(sections: Sequence[str]) -> ColumnElement[bool]:
    """Say that a comment's story is in one of these sections, written just so.

    One comment after the other: stories are many, and what is listed has its own order.
    """
    of_comment = (story.c.site_id == comment.c.site_id) & (story.c.id == comment.c.story_id)
    return select(story.c.id).where(of_comment, story.c.section.in_(sections)).exists()


def count_held(db: Connection, site_id: SiteId, *, most: int = 1000) -> int:
    """Count what waits for a moderator, up to `most`."""
    some = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.status == "held")
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())
