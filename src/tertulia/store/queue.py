"""The queue: comments that wait for a moderator, each an item in one narrow table, and who has which of them.

How a queue is walked stands in `queue_pages.py`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, false, insert, or_, select, update

from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.moderation import Finding
from tertulia.store import dialect
from tertulia.store.schema import comment, item, story

_KEY = ("site_id", "comment_id")
_NEW = ("is_held", "codes", "score", "since", "taken_by", "taken_name", "taken_until")


def put(
    db: Connection,
    site_id: SiteId,
    held: Comment,
    findings: Sequence[Finding],
    *,
    section: str,
    now: datetime,
) -> None:
    """Let a held comment wait; one that waits already waits anew, and nobody has it."""
    row = {
        "site_id": site_id,
        "comment_id": held.id,
        "is_held": True,
        "flag_count": 0,
        "flag_weight": 0.0,
        "story_id": held.story_id,
        "section": section,
        "author_id": held.author.id,
        "language": held.language,
        "codes": codes_of(findings),
        "score": max((finding.strength for finding in findings), default=0.0),
        "since": now,
        "taken_by": None,
        "taken_name": "",
        "taken_until": None,
    }
    dialect.insert_or_update(db, item, row, key=_KEY, values=_NEW)


def put_imported(
    db: Connection, site_id: SiteId, held: Iterable[tuple[Comment, str]], *, now: datetime
) -> None:
    """Let comments wait that waited where an import found them; each comes with its section."""
    rows = [
        {
            "site_id": site_id,
            "comment_id": each.id,
            "is_held": True,
            "story_id": each.story_id,
            "section": section,
            "author_id": each.author.id,
            "language": each.language,
            "codes": "",
            "score": 0.0,
            "since": now,
        }
        for each, section in held
    ]
    if rows:
        db.execute(insert(item), rows)


def codes_of(findings: Iterable[Finding]) -> str:
    """Give the codes of findings as an item keeps them: each between two bars, so that one is found by its bars."""
    codes = sorted({finding.code for finding in findings})
    return f"|{'|'.join(codes)}|" if codes else ""


def leave(db: Connection, site_id: SiteId, comment_id: CommentId) -> None:
    """Let a comment wait no more, unless flags on it are open; nobody has it any more."""
    here = (item.c.site_id == site_id) & (item.c.comment_id == comment_id)
    db.execute(delete(item).where(here, item.c.flag_count == 0))
    db.execute(update(item).where(here).values(is_held=False, taken_by=None, taken_name="", taken_until=None))


def put_flags(
    db: Connection,
    site_id: SiteId,
    flagged: Comment,
    *,
    section: str,
    count: int,
    weight: float,
    now: datetime,
) -> None:
    """Keep how many open flags are on a comment and what they weigh. One that nothing is open on waits no more."""
    row = {
        "site_id": site_id,
        "comment_id": flagged.id,
        "is_held": False,
        "flag_count": count,
        "flag_weight": weight,
        "story_id": flagged.story_id,
        "section": section,
        "author_id": flagged.author.id,
        "language": flagged.language,
        "codes": "",
        "score": 0.0,
        "since": now,
        "taken_by": None,
        "taken_name": "",
        "taken_until": None,
    }
    if count:
        dialect.insert_or_update(db, item, row, key=_KEY, values=("flag_count", "flag_weight"))
        return
    save_flags(db, site_id, flagged.id, count=0, weight=0.0)
    here = (item.c.site_id == site_id) & (item.c.comment_id == flagged.id)
    db.execute(delete(item).where(here, item.c.is_held == false()))


def save_flags(db: Connection, site_id: SiteId, comment_id: CommentId, *, count: int, weight: float) -> None:
    """Keep how many open flags are on a comment that waits, and what they weigh."""
    here = (item.c.site_id == site_id) & (item.c.comment_id == comment_id)
    db.execute(update(item).where(here).values(flag_count=count, flag_weight=weight))


def in_sections(sections: Sequence[str]) -> ColumnElement[bool]:
    """Say that a comment's story is in one of these sections, written just so.

    One comment after the other: stories are many, and what is listed has its own order.
    """
    of_comment = (story.c.site_id == comment.c.site_id) & (story.c.id == comment.c.story_id)
    return select(story.c.id).where(of_comment, story.c.section.in_(sections)).exists()


def list_within(
    db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId], sections: Sequence[str]
) -> list[CommentId]:
    """List those of these comments whose story is in one of these sections, the newest first."""
    query = select(comment.c.id).where(
        comment.c.site_id == site_id, comment.c.id.in_(comment_ids), in_sections(sections)
    )
    return [CommentId(row.id) for row in db.execute(query.order_by(comment.c.id.desc()))]


@dataclass(frozen=True, kw_only=True, slots=True)
class Hand:
    """Whose hand an item may be in: an account, or with 0 the name of somebody who came by a link."""

    account_id: int
    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Held:
    """An item as far as taking it is concerned."""

    is_flagged: bool
    hand: Hand | None
    until: datetime | None


def find(db: Connection, site_id: SiteId, comment_id: CommentId) -> Held | None:
    """Give an item; None for a comment that does not wait."""
    return list_found(db, site_id, [comment_id]).get(comment_id)


def list_found(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]) -> dict[CommentId, Held]:
    """Give those of some comments that wait, each with who took it, whenever that was."""
    query = select(
        item.c.comment_id, item.c.flag_count, item.c.taken_by, item.c.taken_name, item.c.taken_until
    ).where(item.c.site_id == site_id, item.c.comment_id.in_(comment_ids))
    return {
        CommentId(row.comment_id): Held(
            is_flagged=row.flag_count > 0,
            hand=None if row.taken_by is None else Hand(account_id=row.taken_by, name=row.taken_name),
            until=row.taken_until,
        )
        for row in db.execute(query)
    }


def take(
    db: Connection,
    site_id: SiteId,
    comment_ids: Sequence[CommentId],
    hand: Hand,
    *,
    now: datetime,
    until: datetime,
) -> int:
    """Take items that nobody else has, or keep them longer; give how many."""
    return _take(db, site_id, comment_ids, hand, until, is_free(now) | _is_in(hand))


def take_over(
    db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId], hand: Hand, *, until: datetime
) -> int:
    """Take items, whoever has them; give how many."""
    return _take(db, site_id, comment_ids, hand, until)


def release(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId], hand: Hand) -> None:
    """Let go of items that are in this hand."""
    _release(db, site_id, item.c.comment_id.in_(comment_ids), _is_in(hand))


def release_all(db: Connection, site_id: SiteId, hand: Hand) -> None:
    """Let go of all that is in this hand."""
    _release(db, site_id, item.c.taken_by.is_not(None), _is_in(hand))


def is_free(now: datetime) -> ColumnElement[bool]:
    """Say that nobody has an item: nobody took it, or that was too long ago."""
    return or_(item.c.taken_by.is_(None), item.c.taken_until <= now)


def _is_in(hand: Hand) -> ColumnElement[bool]:
    is_theirs = item.c.taken_by == hand.account_id
    # Two who came by links differ in their names only.
    return is_theirs if hand.account_id else and_(is_theirs, item.c.taken_name == hand.name)


def _take(
    db: Connection,
    site_id: SiteId,
    comment_ids: Sequence[CommentId],
    hand: Hand,
    until: datetime,
    *which: ColumnElement[bool],
) -> int:
    return db.execute(
        update(item)
        .where(item.c.site_id == site_id, item.c.comment_id.in_(comment_ids), *which)
        .values(taken_by=hand.account_id, taken_name=hand.name, taken_until=until)
    ).rowcount


def _release(db: Connection, site_id: SiteId, *which: ColumnElement[bool]) -> None:
    db.execute(
        update(item)
        .where(item.c.site_id == site_id, *which)
        .values(taken_by=None, taken_name="", taken_until=None)
    )
