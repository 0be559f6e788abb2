"""How the queues of the desk are walked: ids first, from narrow tables, and only what is shown is looked up.

No walk of comments reads more than `WALKED` rows. Where a page is not full by then it says how far it came, and the
next one goes on from there: a section that nobody writes in must not make the desk read a million comments.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, Subquery, func, or_, select, true, tuple_

from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.queues import OF_ITEMS, Filters, Place, Queue
from tertulia.store import dialect
from tertulia.store.queue import is_free
from tertulia.store.schema import comment, item, story

FIRST_WALKED: Final = 1_000
WALKED: Final = 5_000
"""Comments that one page of the queues of comments looks at, at first and at most."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Walk:
    """Which comments are wanted. `span` are ids: from the first on, and below the second."""

    queue: Queue
    filters: Filters
    span: tuple[int, int]
    sections: Sequence[str] | None = None
    """As the publication writes them; None is for all."""
    after: Place | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """What a walk found, and the place from which the next goes on; None at the end."""

    ids: list[CommentId]
    onward: Place | None = None


def find_page(db: Connection, site_id: SiteId, walk: Walk, *, most: int) -> Found:
    """Find a page of a queue."""
    if walk.queue in OF_ITEMS:
        return _page([Place(comment_id=row.id, weight=row.weight) for row in db.execute(
            _items(site_id, walk).limit(most + 1)
        )], most)  # fmt: skip
    if not _is_narrowed(walk):
        return _page(_list(db, site_id, walk, _walked(site_id, walk, most + 1), most), most)
    # Most of what is asked for is not rare.
    found = _list(db, site_id, walk, _walked(site_id, walk, FIRST_WALKED), most)
    if len(found) > most:
        return _page(found, most)
    walked = _walked(site_id, walk, WALKED)
    found = _list(db, site_id, walk, walked, most)
    if len(found) > most:
        return _page(found, most)
    seen = db.execute(select(func.count().label("many"), func.min(walked.c.id).label("last"))).one()
    onward = Place(comment_id=CommentId(seen.last)) if seen.many == WALKED else None
    return Found(ids=[place.comment_id for place in found], onward=onward)


def list_free(db: Connection, site_id: SiteId, walk: Walk, *, now: Any, most: int) -> list[CommentId]:
    """List the first items of a queue that nobody has, and lock them until commit."""
    query = dialect.lock_rows(db, _items(site_id, walk).where(is_free(now)).limit(most))
    return [CommentId(row.id) for row in db.execute(query)]


def count(db: Connection, site_id: SiteId, queue: Queue, *, sections: Sequence[str] | None, most: int) -> int:
    """Count what is in a queue, up to `most`; within sections the unread among the newest."""
    walk = Walk(queue=queue, filters=Filters(), span=(0, 1 << 62), sections=sections)
    if queue in OF_ITEMS:
        # Without an order: whichever they are, they are as many.
        some = select(item.c.comment_id).where(*_is_wanted(site_id, walk)).limit(most).subquery()
    else:
        walked = _walked(site_id, walk, WALKED if _is_narrowed(walk) else most)
        some = _comments(site_id, walk, walked).limit(most).subquery()
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def _list(db: Connection, site_id: SiteId, walk: Walk, walked: Subquery, most: int) -> list[Place]:
    query = _comments(site_id, walk, walked).limit(most + 1)
    return [Place(comment_id=CommentId(row.id)) for row in db.execute(query)]


def _page(found: list[Place], most: int) -> Found:
    shown = found[:most]
    return Found(
        ids=[place.comment_id for place in shown], onward=shown[-1] if len(found) > most and shown else None
    )


def _items(site_id: SiteId, walk: Walk) -> Select[Any]:
    """Walk what waits: held the oldest first, flagged the heaviest and newest first."""
    query = select(item.c.comment_id.label("id"), item.c.flag_weight.label("weight")).where(
        *_is_wanted(site_id, walk)
    )
    if walk.queue is Queue.HELD:
        behind = query if walk.after is None else query.where(item.c.comment_id > walk.after.comment_id)
        return behind.order_by(item.c.comment_id)
    if walk.after is not None:
        # As one comparison of rows, so that the index is entered at the place.
        last = tuple_(walk.after.weight, walk.after.comment_id)
        query = query.where(tuple_(item.c.flag_weight, item.c.comment_id) < last)
    return query.order_by(item.c.flag_weight.desc(), item.c.comment_id.desc())


def _is_wanted(site_id: SiteId, walk: Walk) -> list[ColumnElement[bool]]:
    wanted = walk.filters
    first, end = walk.span
    conditions = [
        item.c.site_id == site_id,
        item.c.is_held == true() if walk.queue is Queue.HELD else item.c.flag_count > 0,
    ]
    if wanted.age is not None:
        conditions += [item.c.comment_id >= first, item.c.comment_id < end]
    if walk.sections is not None:
        conditions.append(item.c.section.in_(walk.sections))
    if wanted.author is not None:
        conditions.append(item.c.author_id == wanted.author)
    if wanted.finding:
        conditions.append(item.c.codes.contains(f"|{wanted.finding}|", autoescape=True))
    if wanted.least is not None:
        conditions.append(item.c.score >= wanted.least / 100)
    if wanted.most is not None:
        conditions.append(item.c.score <= wanted.most / 100)
    if wanted.language:
        conditions.append(_is_in_language(item.c.language, wanted.language))
    return conditions


def _is_narrowed(walk: Walk) -> bool:
    """Whether more is asked of comments than an index answers."""
    return walk.sections is not None or bool(walk.filters.language)


def _walked(site_id: SiteId, walk: Walk, most: int) -> Subquery:
    """Walk comments the newest first, so many at most."""
    first, end = walk.span
    query = select(comment.c.id, comment.c.story_id, comment.c.language).where(comment.c.site_id == site_id)
    if walk.queue is Queue.UNREAD:
        query = query.where(comment.c.is_unread == true())
    if walk.filters.author is not None:
        query = query.where(comment.c.author_id == walk.filters.author)
    if walk.filters.age is not None:
        query = query.where(comment.c.id >= first)
    below = min(end, walk.after.comment_id) if walk.after is not None else end
    if walk.after is not None or walk.filters.age is not None:
        query = query.where(comment.c.id < below)
    return query.order_by(comment.c.id.desc()).limit(most).subquery()


def _comments(site_id: SiteId, walk: Walk, walked: Subquery) -> Select[Any]:
    query = select(walked.c.id).order_by(walked.c.id.desc())
    if walk.sections is not None:
        of_comment = (story.c.site_id == site_id) & (story.c.id == walked.c.story_id)
        query = query.where(select(story.c.id).where(of_comment, story.c.section.in_(walk.sections)).exists())
    if walk.filters.language:
        query = query.where(_is_in_language(walked.c.language, walk.filters.language))
    return query


def _is_in_language(column: ColumnElement[str], wanted: str) -> ColumnElement[bool]:
    """Say that words are in a language, in whichever country's spelling."""
    return or_(column == wanted, column.startswith(f"{wanted}-", autoescape=True))
