"""How a discussion is walked: pages of top comments, replies level by level, ancestors upwards.

Every query reads rows in proportion to what it gives, never to the size of the discussion: each follows a
partial index over listed comments and stops.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Select,
    and_,
    bindparam,
    func,
    literal,
    or_,
    select,
    tuple_,
)

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, SiteId, StoryId
from tertulia.domain.ranking import Cursor, Sort
from tertulia.store.comments import listing, listing_below, of_row
from tertulia.store.prepared import Prepared
from tertulia.store.schema import comment
from tertulia.store.types import BigInt

MOST_MOVED: Final = 500
"""Replies looked at for threads that overtook a cursor; more than that between two pages may hide a thread."""

_listed = comment.c.published_at.is_not(None)
_listed_root = comment.c.parent_id.is_(None) & _listed


def list_roots(
    db: Connection, site_id: SiteId, story_id: StoryId, *, sort: Sort, after: Cursor | None, most: int
) -> list[Comment]:
    """List top comments in the order of `sort`, from behind the cursor."""
    given = {"b_site": site_id, "b_story": story_id, "b_most": most}
    if after is not None:
        given |= {"b_last": after.last, "b_count": after.count}
    query = _roots(sort, is_first=after is None)
    return [of_row(row) for row in db.execute(query, given)]


# Statements of hot paths are built once: building one costs more than running it (ADR 0005).
@lru_cache
def _roots(sort: Sort, *, is_first: bool) -> Select[Any]:
    last, count = bindparam("b_last", type_=BigInt), bindparam("b_count", type_=BigInt)
    here = (comment.c.site_id == bindparam("b_site")) & (comment.c.story_id == bindparam("b_story"))
    query = listing().where(here, _listed_root).limit(bindparam("b_most", type_=BigInt))
    if sort is Sort.NEWEST:
        ordered, behind = query.order_by(comment.c.id.desc()), comment.c.id < last
    elif sort is Sort.OLDEST:
        ordered, behind = query.order_by(comment.c.id), comment.c.id > last
    else:
        ordered = query.order_by(comment.c.reply_count.desc(), comment.c.id.desc())
        # As one comparison of rows, so that the index is entered at the cursor.
        behind = tuple_(comment.c.reply_count, comment.c.id) < tuple_(count, last)
    return ordered if is_first else ordered.where(behind)


def _is_behind(after: Cursor) -> Any:
    """Whether a top comment stands behind the cursor in the sort by replies."""
    return or_(
        comment.c.reply_count < after.count,
        and_(comment.c.reply_count == after.count, comment.c.id < after.last),
    )


def list_overtaken(db: Connection, site_id: SiteId, story_id: StoryId, *, after: Cursor) -> list[Comment]:
    """List top comments that overtook the cursor in the sort by replies since the page before was made.

    They stood behind the cursor then and stand before it now, so without this they would be seen on no page.
    A thread's count then is its count now less what was published in it since (`after.horizon`, in
    microseconds); only threads that moved since are looked at.
    """
    since = ids.EPOCH + timedelta(microseconds=after.horizon)
    moved = (
        select(comment.c.root_id)
        .where(
            comment.c.site_id == site_id,
            comment.c.story_id == story_id,
            _listed,
            comment.c.published_at > since,
            comment.c.parent_id.is_not(None),
        )
        .order_by(comment.c.published_at)
        .limit(MOST_MOVED)
    )
    reply = comment.alias("reply")
    added = (
        select(func.count())
        .where(
            reply.c.site_id == comment.c.site_id,
            reply.c.root_id == comment.c.id,
            reply.c.published_at > since,
            reply.c.parent_id.is_not(None),
        )
        .correlate(comment)
        .scalar_subquery()
    )
    count_then = comment.c.reply_count - added
    was_behind = or_(count_then < after.count, and_(count_then == after.count, comment.c.id < after.last))
    query = (
        listing()
        .where(
            comment.c.site_id == site_id,
            comment.c.id.in_(sorted(set(_ids(db, moved)))),
            _listed_root,
            comment.c.published_at <= since,
            was_behind,
            ~_is_behind(after),
        )
        .order_by(comment.c.id.desc())
        .limit(MOST_MOVED)
    )
    return [of_row(row) for row in db.execute(query)]


def _ids(db: Connection, query: Select[Any]) -> list[int]:
    return [row[0] for row in db.execute(query)]


def newest_publication(db: Connection, site_id: SiteId, story_id: StoryId) -> datetime | None:
    """Give when the last comment of a story was listed."""
    newest = _NEWEST.one_or_none(db, {"b_site": site_id, "b_story": story_id})
    return None if newest is None else newest.published_at


_NEWEST = Prepared(
    select(comment.c.published_at)
    .where(comment.c.site_id == bindparam("b_site"), comment.c.story_id == bindparam("b_story"), _listed)
    .order_by(comment.c.published_at.desc())
    .limit(1)
)


def list_first_replies(
    db: Connection, site_id: SiteId, parent_ids: Sequence[CommentId], *, each: int
) -> list[Comment]:
    """List the first `each` direct replies of each parent, in one query that reads only those.

    A sub-select finds the id of a parent's last wanted reply and the join stops there. A window function would
    number all replies of a parent first.
    """
    if not parent_ids:
        return []
    given = {"b_site": site_id, "b_parents": list(parent_ids), "b_skipped": each - 1}
    return [of_row(row) for row in db.execute(_FIRST_REPLIES, given)]


def _is_among_first(parent: FromClause) -> ColumnElement[bool]:
    sibling = comment.alias("sibling")
    last_wanted = (
        select(sibling.c.id)
        .where(
            sibling.c.site_id == parent.c.site_id,
            sibling.c.parent_id == parent.c.id,
            sibling.c.published_at.is_not(None),
        )
        .order_by(sibling.c.id)
        .offset(bindparam("b_skipped", type_=BigInt))
        .limit(1)
        .correlate(parent)
        .scalar_subquery()
    )
    return _listed & (comment.c.id <= func.coalesce(last_wanted, literal(ids.LARGEST, BigInt)))


_FIRST_REPLIES = listing_below(_is_among_first)


def list_replies(
    db: Connection, site_id: SiteId, parent_id: CommentId, *, after: CommentId | None, most: int
) -> list[Comment]:
    """List direct replies of one comment, oldest first, from behind one of them."""
    given = {"b_site": site_id, "b_parent": parent_id, "b_after": after or 0, "b_most": most}
    return [of_row(row) for row in db.execute(_REPLIES, given)]


_REPLIES = (
    listing()
    .where(
        comment.c.site_id == bindparam("b_site"),
        comment.c.parent_id == bindparam("b_parent"),
        _listed,
        comment.c.id > bindparam("b_after", type_=BigInt),
    )
    .order_by(comment.c.id)
    .limit(bindparam("b_most", type_=BigInt))
)


def count_replies_after(
    db: Connection, site_id: SiteId, parent_id: CommentId, *, after: CommentId, most: int
) -> int:
    """Count the direct replies behind one of them, up to `most`."""
    some = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.parent_id == parent_id, _listed, comment.c.id > after)
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def list_ancestors(db: Connection, site_id: SiteId, comment_id: CommentId, *, most: int) -> list[Comment]:
    """List the nearest ancestors of a comment, the farthest of them first."""
    up = (
        select(comment.c.parent_id, literal(1).label("distance"))
        .where(comment.c.site_id == site_id, comment.c.id == comment_id)
        .cte("up", recursive=True)
    )
    above = comment.alias("above")
    up = up.union_all(
        select(above.c.parent_id, up.c.distance + 1).where(
            above.c.site_id == site_id, above.c.id == up.c.parent_id, up.c.distance < most
        )
    )
    wanted = _ids(db, select(up.c.parent_id).where(up.c.parent_id.is_not(None)))
    if not wanted:
        return []
    query = listing().where(comment.c.site_id == site_id, comment.c.id.in_(wanted)).order_by(comment.c.depth)
    return [of_row(row) for row in db.execute(query)]


def list_by_ids(db: Connection, site_id: SiteId, comment_ids: Iterable[CommentId]) -> list[Comment]:
    """List comments by their ids, in no stated order."""
    query = listing().where(comment.c.site_id == site_id, comment.c.id.in_(list(comment_ids)))
    return [of_row(row) for row in db.execute(query)]


def list_in_order(
    db: Connection, site_id: SiteId, story_id: StoryId, *, after: CommentId | None, most: int
) -> list[Comment]:
    """List a story's listed comments flat, oldest first: the plain walk of the API and of exports."""
    query = listing().where(comment.c.site_id == site_id, comment.c.story_id == story_id, _listed)
    if after is not None:
        query = query.where(comment.c.id > after)
    return [of_row(row) for row in db.execute(query.order_by(comment.c.id).limit(most))]
