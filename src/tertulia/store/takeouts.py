"""Takeouts: asked for, made, kept for a while; and what they are made of. Content is read by who takes it only."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, insert, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.moderation import Status
from tertulia.domain.takeouts import Takeout, TakeoutId
from tertulia.store.schema import account, author, comment, story, takeout

OwnRow = Row[*tuple[Any, ...]]
"""A comment as its author wrote it, its story, and whom it answers."""

_COLUMNS = (
    takeout.c.id,
    takeout.c.account_id,
    takeout.c.asked_at,
    takeout.c.made_at,
    takeout.c.expires_at,
    takeout.c.size,
)


def insert_asked(db: Connection, site_id: SiteId, new: Takeout) -> None:
    """Remember that somebody asked."""
    db.execute(
        insert(takeout).values(
            site_id=site_id,
            id=new.id,
            account_id=new.account_id,
            asked_at=new.asked_at,
            expires_at=new.expires_at,
            size=0,
        )
    )


def find(db: Connection, site_id: SiteId, takeout_id: TakeoutId) -> Takeout | None:
    row = db.execute(
        select(*_COLUMNS).where(takeout.c.site_id == site_id, takeout.c.id == takeout_id)
    ).one_or_none()
    return None if row is None else _takeout(row)


def find_latest(db: Connection, site_id: SiteId, account_id: AccountId) -> Takeout | None:
    """Give what an account asked for last."""
    row = db.execute(
        select(*_COLUMNS)
        .where(takeout.c.site_id == site_id, takeout.c.account_id == account_id)
        .order_by(takeout.c.id.desc())
        .limit(1)
    ).one_or_none()
    return None if row is None else _takeout(row)


def content_of(db: Connection, site_id: SiteId, takeout_id: TakeoutId) -> bytes:
    """Give the packed file; empty while it is not made."""
    query = select(takeout.c.content).where(takeout.c.site_id == site_id, takeout.c.id == takeout_id)
    return bytes(db.execute(query).scalar_one_or_none() or b"")


def save_content(
    db: Connection,
    site_id: SiteId,
    takeout_id: TakeoutId,
    content: bytes,
    *,
    now: datetime,
    expires_at: datetime,
) -> bool:
    """Store the packed file; False when it is there already, or nobody wants it any more."""
    is_wanted = (takeout.c.site_id == site_id) & (takeout.c.id == takeout_id) & takeout.c.made_at.is_(None)
    made = {"content": content, "size": len(content), "made_at": now, "expires_at": expires_at}
    return db.execute(update(takeout).where(is_wanted).values(**made)).rowcount == 1


def forget_over(db: Connection, *, now: datetime) -> None:
    """Delete what is over, of all sites."""
    db.execute(delete(takeout).where(takeout.c.expires_at <= now))


def subject_of(db: Connection, site_id: SiteId, account_id: AccountId) -> str:
    """Give an account's id at the publication; empty for one that came by mail."""
    query = select(account.c.subject).where(account.c.site_id == site_id, account.c.id == account_id)
    return db.execute(query).scalar_one_or_none() or ""


_parent = comment.alias("parent")
_parent_author = author.alias("parent_author")
_by_story = (story.c.site_id == comment.c.site_id) & (story.c.id == comment.c.story_id)
_by_parent = (_parent.c.site_id == comment.c.site_id) & (_parent.c.id == comment.c.parent_id)
_by_parents_author = (_parent_author.c.site_id == _parent.c.site_id) & (
    _parent_author.c.id == _parent.c.author_id
)
_OWN = select(
    comment.c.id,
    comment.c.parent_id,
    comment.c.created_at,
    comment.c.edited_at,
    comment.c.published_at,
    comment.c.status,
    comment.c.reason,
    comment.c.source,
    comment.c.source_kind,
    comment.c.language,
    comment.c.origin,
    comment.c.extra,
    story.c.url.label("story_url"),
    story.c.title.label("story_title"),
    case((_parent.c.status == Status.VISIBLE.value, _parent_author.c.name)).label("parent_author"),
).select_from(
    comment.join(story, _by_story)
    .outerjoin(_parent, _by_parent)
    .outerjoin(_parent_author, _by_parents_author)
)


def list_comments(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, before: CommentId | None, most: int
) -> list[OwnRow]:
    """List an author's comments of any status as they were written, newest first, from behind one of them."""
    query = _OWN.where(comment.c.site_id == site_id, comment.c.author_id == author_id)
    if before is not None:
        query = query.where(comment.c.id < before)
    return list(db.execute(query.order_by(comment.c.id.desc()).limit(most)))


def _takeout(row: Any) -> Takeout:
    return Takeout(
        id=TakeoutId(row.id),
        account_id=AccountId(row.account_id),
        asked_at=row.asked_at,
        made_at=row.made_at,
        expires_at=row.expires_at,
        size=row.size,
    )
