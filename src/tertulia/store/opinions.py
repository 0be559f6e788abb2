"""Opinions: what moderators asked each other about comments."""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, Row, insert, or_, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.moderation import Outcome
from tertulia.domain.opinions import Opinion, OpinionId
from tertulia.store.queue import in_sections
from tertulia.store.schema import comment, opinion


def insert_opinion(db: Connection, site_id: SiteId, new: Opinion) -> None:
    db.execute(
        insert(opinion).values(
            site_id=site_id,
            id=new.id,
            comment_id=new.comment_id,
            asked_by=new.asked_by,
            asked_name=new.asked_name,
            asked_of=new.asked_of,
            question=new.question,
            asked_at=new.asked_at,
        )
    )


def find(db: Connection, site_id: SiteId, opinion_id: OpinionId) -> Opinion | None:
    row = db.execute(
        select(opinion).where(opinion.c.site_id == site_id, opinion.c.id == opinion_id)
    ).one_or_none()
    return None if row is None else _opinion(row)


def list_open(
    db: Connection,
    site_id: SiteId,
    *,
    asked_of: AccountId | None,
    sections: Sequence[str] | None,
    most: int,
) -> list[Opinion]:
    """List questions without an answer that this account or anybody is asked, oldest first; None is all sections."""
    of_me = opinion.c.asked_of.is_(None)
    query = select(opinion).where(
        opinion.c.site_id == site_id,
        opinion.c.answered_at.is_(None),
        of_me if asked_of is None else or_(of_me, opinion.c.asked_of == asked_of),
    )
    if sections is not None:
        asked_about = (comment.c.site_id == opinion.c.site_id) & (comment.c.id == opinion.c.comment_id)
        query = query.where(select(comment.c.id).where(asked_about, in_sections(sections)).exists())
    return [_opinion(row) for row in db.execute(query.order_by(opinion.c.id).limit(most))]


def list_of_comments(
    db: Connection, site_id: SiteId, comment_ids: Collection[CommentId], *, most: int
) -> list[Opinion]:
    """List what was asked about these comments, oldest first."""
    query = select(opinion).where(opinion.c.site_id == site_id, opinion.c.comment_id.in_(comment_ids))
    return [_opinion(row) for row in db.execute(query.order_by(opinion.c.id).limit(most))]


def save_answer(db: Connection, site_id: SiteId, answered: Opinion) -> bool:
    """Store an answer; False when somebody was first."""
    still_open = (opinion.c.id == answered.id) & opinion.c.answered_at.is_(None)
    given = {
        "outcome": answered.outcome.value if answered.outcome else "",
        "answer": answered.answer,
        "answered_by": answered.answered_by,
        "answered_name": answered.answered_name,
        "answered_at": answered.answered_at,
    }
    return (
        db.execute(update(opinion).where(opinion.c.site_id == site_id, still_open).values(**given)).rowcount
        == 1
    )


def _opinion(row: Row[Any]) -> Opinion:
    return Opinion(
        id=OpinionId(row.id),
        comment_id=CommentId(row.comment_id),
        asked_by=None if row.asked_by is None else AccountId(row.asked_by),
        asked_name=row.asked_name,
        asked_of=None if row.asked_of is None else AccountId(row.asked_of),
        question=row.question,
        asked_at=row.asked_at,
        outcome=Outcome(row.outcome) if row.outcome else None,
        answer=row.answer,
        answered_by=None if row.answered_by is None else AccountId(row.answered_by),
        answered_name=row.answered_name,
        answered_at=row.answered_at,
    )
