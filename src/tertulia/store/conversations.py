"""One reader's comments and the replies to them, across stories; what an account has seen of them, and its feed.

Bounded by the page throughout: an author's comments are walked by their index from a cursor, and below each comment
only the index entries of its newest replies are touched.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, FromClause, ScalarSelect, bindparam, func, or_, select, update

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.comments import Comment
from tertulia.domain.conversations import NEWEST_REPLIES, UNREAD_COMMENTS, WATCHED
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.moderation import Status
from tertulia.store.comments import listing, of_row
from tertulia.store.schema import account, comment, mute
from tertulia.store.types import BigInt


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """Up to when an account has seen the replies to it, and whether it has a feed."""

    seen_at: datetime | None
    has_feed: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class FeedOwner:
    """Whose feed it is."""

    account_id: AccountId
    author_id: AuthorId | None
    created_at: datetime


def list_by_author(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, before: CommentId | None, most: int
) -> list[Comment]:
    """List an author's comments of any status, newest first, from behind one of them."""
    query = listing().where(comment.c.site_id == site_id, comment.c.author_id == author_id)
    if before is not None:
        query = query.where(comment.c.id < before)
    return [of_row(row) for row in db.execute(query.order_by(comment.c.id.desc()).limit(most))]


def list_answered(db: Connection, site_id: SiteId, author_id: AuthorId) -> list[CommentId]:
    """List which of an author's latest comments have replies; `WATCHED` comments are looked at."""
    latest = (
        select(comment.c.id, comment.c.child_count)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .order_by(comment.c.id.desc())
        .limit(WATCHED)
        .subquery()
    )
    return [CommentId(row.id) for row in db.execute(select(latest.c.id).where(latest.c.child_count > 0))]


def _first_wanted(parent: FromClause) -> ScalarSelect[int]:
    """The id from which on a reply is one of the last to a parent: as `threads.list_first_replies`, backwards."""
    sibling = comment.alias("sibling")
    return (
        select(sibling.c.id)
        .where(
            sibling.c.site_id == parent.c.site_id,
            sibling.c.parent_id == parent.c.id,
            sibling.c.published_at.is_not(None),
        )
        .order_by(sibling.c.id.desc())
        .offset(bindparam("b_skipped", type_=BigInt))
        .limit(1)
        .correlate(parent)
        .scalar_subquery()
    )


_parent = comment.alias("parent")
# The limit cuts nothing off. It lets PostgreSQL work out `first_wanted` once for a parent, not for each reply to it.
_parents = (
    select(_parent.c.site_id, _parent.c.id, func.coalesce(_first_wanted(_parent), 0).label("first_wanted"))
    .where(_parent.c.site_id == bindparam("b_site"), _parent.c.id.in_(bindparam("b_parents", expanding=True)))
    .limit(WATCHED)
    .subquery()
)
_with_newest = _parents.join(
    comment,
    (comment.c.site_id == _parents.c.site_id)
    & (comment.c.parent_id == _parents.c.id)
    & (comment.c.id >= _parents.c.first_wanted)
    & comment.c.published_at.is_not(None),
)
_REPLY_IDS = (
    select(comment.c.id)
    .select_from(_with_newest)
    .order_by(comment.c.id.desc())
    .limit(bindparam("b_most", type_=BigInt))
)
_UNREAD = (
    select(_parents.c.id)
    .select_from(_with_newest)
    .where(
        comment.c.published_at > bindparam("b_seen", type_=comment.c.published_at.type),
        comment.c.status == Status.VISIBLE.value,
        comment.c.author_id != bindparam("b_reader", type_=BigInt),
        ~select(mute.c.author_id)
        .where(
            mute.c.site_id == comment.c.site_id,
            mute.c.account_id == bindparam("b_account", type_=BigInt),
            mute.c.author_id == comment.c.author_id,
        )
        .correlate(comment)
        .exists(),
    )
    .group_by(_parents.c.id)
    .order_by(func.max(comment.c.published_at).desc(), _parents.c.id.desc())
    .limit(bindparam("b_most", type_=BigInt))
)


def list_reply_ids(
    db: Connection, site_id: SiteId, parent_ids: Sequence[CommentId], *, each: int, most: int
) -> list[CommentId]:
    """List the ids of the newest `most` among the newest `each` direct replies of each parent, newest first."""
    if not parent_ids:
        return []
    given = {"b_site": site_id, "b_parents": list(parent_ids), "b_skipped": each - 1, "b_most": most}
    return [CommentId(row.id) for row in db.execute(_REPLY_IDS, given)]


def list_unread(
    db: Connection,
    site_id: SiteId,
    parent_ids: Sequence[CommentId],
    *,
    account_id: AccountId,
    reader: AuthorId,
    seen_at: datetime | None,
) -> list[CommentId]:
    """List the parents with words of others among their newest replies, published since `seen_at`.

    What somebody wrote whom the account mutes does not count. The one with the newest such reply comes first.
    """
    if not parent_ids:
        return []
    given = {
        "b_site": site_id,
        "b_parents": list(parent_ids),
        "b_skipped": NEWEST_REPLIES - 1,
        "b_seen": seen_at or ids.EPOCH,
        "b_reader": reader,
        "b_account": account_id,
        "b_most": UNREAD_COMMENTS,
    }
    return [CommentId(row.id) for row in db.execute(_UNREAD, given)]


def get_standing(db: Connection, site_id: SiteId, account_id: AccountId) -> Standing:
    """Say what an account has seen, and whether it has a feed."""
    row = db.execute(
        select(account.c.seen_at, account.c.feed_hash).where(
            account.c.site_id == site_id, account.c.id == account_id
        )
    ).one()
    return Standing(seen_at=row.seen_at, has_feed=row.feed_hash is not None)


def save_seen(db: Connection, site_id: SiteId, account_id: AccountId, seen_at: datetime) -> None:
    """Remember up to when an account has seen the replies to it. Never back: two windows may be open."""
    db.execute(
        update(account)
        .where(
            account.c.site_id == site_id,
            account.c.id == account_id,
            or_(account.c.seen_at.is_(None), account.c.seen_at < seen_at),
        )
        .values(seen_at=seen_at)
    )


def save_feed(db: Connection, site_id: SiteId, account_id: AccountId, feed_hash: str | None) -> None:
    """Give an account's feed another secret, or none."""
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(feed_hash=feed_hash)
    )


def find_feed_owner(db: Connection, site_id: SiteId, feed_hash: str) -> FeedOwner | None:
    row = db.execute(
        select(account.c.id, account.c.author_id, account.c.created_at).where(
            account.c.site_id == site_id, account.c.feed_hash == feed_hash
        )
    ).one_or_none()
    if row is None:
        return None
    author_id = None if row.author_id is None else AuthorId(row.author_id)
    return FeedOwner(account_id=AccountId(row.id), author_id=author_id, created_at=row.created_at)
