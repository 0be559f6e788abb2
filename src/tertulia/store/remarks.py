"""Remarks: what moderators noted about authors and comments."""

from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.remarks import Remark, RemarkId
from tertulia.store.schema import remark


def insert_remark(db: Connection, site_id: SiteId, new: Remark) -> None:
    db.execute(
        insert(remark).values(
            site_id=site_id,
            id=new.id,
            author_id=new.author_id,
            comment_id=new.comment_id,
            words=new.words,
            made_by=new.account_id,
            made_name=new.made_by,
            made_at=new.made_at,
        )
    )


def list_of_author(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[Remark]:
    """List remarks on an author and their comments, newest first."""
    query = select(remark).where(remark.c.site_id == site_id, remark.c.author_id == author_id)
    return [_remark(row) for row in db.execute(query.order_by(remark.c.id.desc()).limit(most))]


def list_of_comments(
    db: Connection,
    site_id: SiteId,
    author_ids: Collection[AuthorId],
    comment_ids: Collection[CommentId],
    *,
    most: int,
) -> list[Remark]:
    """List remarks on these comments of these authors, oldest first."""
    # Authors are what the index knows.
    query = select(remark).where(
        remark.c.site_id == site_id,
        remark.c.author_id.in_(author_ids),
        remark.c.comment_id.in_(comment_ids),
    )
    return [_remark(row) for row in db.execute(query.order_by(remark.c.id).limit(most))]


def find(db: Connection, site_id: SiteId, remark_id: RemarkId) -> Remark | None:
    row = db.execute(
        select(remark).where(remark.c.site_id == site_id, remark.c.id == remark_id)
    ).one_or_none()
    return None if row is None else _remark(row)


def delete_remark(db: Connection, site_id: SiteId, remark_id: RemarkId) -> None:
    db.execute(delete(remark).where(remark.c.site_id == site_id, remark.c.id == remark_id))


def delete_of_author(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Forget all that was noted about an author."""
    db.execute(delete(remark).where(remark.c.site_id == site_id, remark.c.author_id == author_id))


def _remark(row: Row[Any]) -> Remark:
    return Remark(
        id=RemarkId(row.id),
        author_id=AuthorId(row.author_id),
        comment_id=None if row.comment_id is None else CommentId(row.comment_id),
        words=row.words,
        account_id=None if row.made_by is None else AccountId(row.made_by),
        made_by=row.made_name,
        made_at=row.made_at,
    )
