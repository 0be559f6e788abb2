"""Standing: how much authors wrote lately, with what moderators decided about their comments."""

from sqlalchemy import Connection, func, select

from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.trust import Standing
from tertulia.store.schema import author, comment


def count_since(db: Connection, site_id: SiteId, author_id: AuthorId, *, since: CommentId, most: int) -> int:
    """Count an author's comments from an id on, up to `most`."""
    some = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id, comment.c.id >= since)
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def list_lately(db: Connection, site_id: SiteId, *, since: CommentId, most: int) -> list[Standing]:
    """List the standings of those who wrote the latest `most` comments from an id on; who they are is left out."""
    latest = (
        select(comment.c.author_id)
        .where(comment.c.site_id == site_id, comment.c.id >= since)
        .order_by(comment.c.id.desc())
        .limit(most)
        .subquery()
    )
    number = func.count().label("number")
    wrote = select(latest.c.author_id, number).group_by(latest.c.author_id).subquery()
    query = select(wrote.c.number, author.c.approved_count, author.c.removed_count).select_from(
        wrote.join(author, (author.c.site_id == site_id) & (author.c.id == wrote.c.author_id))
    )
    return [
        Standing(comments=row.number, approved=row.approved_count, removed=row.removed_count)
        for row in db.execute(query)
    ]
