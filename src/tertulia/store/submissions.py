"""Submissions: which comment a browser's key brought, so that a repeated submit gives the first result."""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, delete, select

from tertulia.domain.ids import CommentId, SiteId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import submission

_INSERT_NEW = Prepared(partial(dialect.insert_unless_there, submission))


def insert_new(
    db: Connection, site_id: SiteId, key_hash: str, comment_id: CommentId, *, now: datetime
) -> bool:
    """Remember what a key brought; False when another transaction was first."""
    row = {"site_id": site_id, "key_hash": key_hash, "comment_id": comment_id, "created_at": now}
    return _INSERT_NEW.run(db, row) == 1


def find(db: Connection, site_id: SiteId, key_hash: str) -> CommentId | None:
    """Give the comment that a key brought."""
    found = db.execute(
        select(submission.c.comment_id).where(
            submission.c.site_id == site_id, submission.c.key_hash == key_hash
        )
    ).scalar_one_or_none()
    return None if found is None else CommentId(found)


def forget_old(db: Connection, *, before: datetime) -> int:
    """Delete keys from before a moment."""
    return db.execute(delete(submission).where(submission.c.created_at < before)).rowcount
