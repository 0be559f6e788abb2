"""The queue: comments that wait for a moderator, each an item in one narrow table."""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, false, func, insert, select, true, update

from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.moderation import Finding
from tertulia.store import dialect
from tertulia.store.comments import listing, of_row
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


def list_held(
    db: Connection,
    site_id: SiteId,
    *,
    after: CommentId | None,
    most: int,
    sections: Sequence[str] | None = None,
) -> list[Comment]:
    """List what is held, oldest first; None is for all sections."""
    waits = select(item.c.comment_id).where(item.c.site_id == site_id, item.c.is_held == true())
    if sections is not None:
        waits = waits.where(item.c.section.in_(sections))
    if after is not None:
        waits = waits.where(item.c.comment_id > after)
    # The narrow table is walked first, and only what is shown is looked up.
    ids = waits.order_by(item.c.comment_id).limit(most).subquery()
    query = listing().where(comment.c.site_id == site_id, comment.c.id.in_(select(ids.c.comment_id)))
    return [of_row(row) for row in db.execute(query.order_by(comment.c.id))]


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


def count_held(db: Connection, site_id: SiteId, *, most: int = 1000) -> int:
    """Count what is held, up to `most`."""
    some = (
        select(item.c.comment_id)
        .where(item.c.site_id == site_id, item.c.is_held == true())
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())
