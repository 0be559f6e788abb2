"""Appeals as rows."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, case, delete, func, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.appeals import Appeal, AppealId, Ended, Result
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.statements import StatementId
from tertulia.store import dialect
from tertulia.store.queue import in_sections
from tertulia.store.schema import appeal, comment


def insert_new(db: Connection, site_id: SiteId, new: Appeal) -> bool:
    """Insert an appeal; False where there is one against this statement."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "statement_id": new.statement_id,
        "comment_id": new.comment_id,
        "author_id": new.author_id,
        "words": new.words,
        "made_at": new.made_at,
        "due_at": new.due_at,
        "first_by": new.first_by,
        "first_name": new.first_name,
    }
    return dialect.insert_new(db, appeal, [row]) == 1


def find(db: Connection, site_id: SiteId, appeal_id: AppealId) -> Appeal | None:
    query = select(appeal).where(appeal.c.site_id == site_id, appeal.c.id == appeal_id)
    row = db.execute(query).one_or_none()
    return None if row is None else _appeal(row)


def for_statements(
    db: Connection, site_id: SiteId, statement_ids: Collection[StatementId]
) -> dict[StatementId, Appeal]:
    """Give the appeals against statements, by statement."""
    if not statement_ids:
        return {}
    query = select(appeal).where(
        appeal.c.site_id == site_id, appeal.c.statement_id.in_(sorted(statement_ids))
    )
    return {StatementId(row.statement_id): _appeal(row) for row in db.execute(query)}


def list_open(
    db: Connection,
    site_id: SiteId,
    *,
    most: int,
    sections: Sequence[str] | None,
) -> list[Appeal]:
    """List open appeals, the first due first; within sections only those about comments there."""
    query = select(appeal).where(appeal.c.site_id == site_id, appeal.c.decided_at.is_(None))
    if sections is not None:
        about = (comment.c.site_id == appeal.c.site_id) & (comment.c.id == appeal.c.comment_id)
        query = query.where(select(comment.c.id).where(about, in_sections(sections)).exists())
    rows = db.execute(query.order_by(appeal.c.due_at, appeal.c.id).limit(most))
    return [_appeal(row) for row in rows]


def take(
    db: Connection,
    site_id: SiteId,
    appeal_id: AppealId,
    *,
    by: AccountId | None,
    name: str,
    until: datetime | None,
) -> None:
    """Let a moderator have an appeal until a time; without one it is free."""
    db.execute(
        update(appeal)
        .where(appeal.c.site_id == site_id, appeal.c.id == appeal_id)
        .values(taken_by=by, taken_name=name, taken_until=until)
    )


def decide(
    db: Connection, site_id: SiteId, statement_ids: Collection[StatementId], ended: Ended
) -> list[Appeal]:
    """Decide open appeals against statements; give those that were open."""
    mine = (appeal.c.site_id == site_id) & appeal.c.statement_id.in_(sorted(statement_ids))
    rows = db.execute(
        update(appeal)
        .where(mine, appeal.c.decided_at.is_(None))
        .values(
            result=ended.result.value,
            answer=ended.answer,
            decided_by=ended.by,
            decided_name=ended.name,
            decided_at=ended.at,
            taken_by=None,
            taken_name="",
            taken_until=None,
        )
        .returning(*appeal.c)
    )
    return [_appeal(row) for row in rows]


def count_results(db: Connection, site_id: SiteId, *, since: datetime, now: datetime) -> dict[str, int]:
    """Count the appeals made since a time by what became of them; `open` and, of these, `overdue`."""
    is_open = appeal.c.decided_at.is_(None)
    overdue = func.sum(case((is_open & (appeal.c.due_at < now), 1), else_=0))
    rows = db.execute(
        select(appeal.c.result, func.count().label("number"), overdue.label("overdue"))
        .where(appeal.c.site_id == site_id, appeal.c.made_at >= since)
        .group_by(appeal.c.result)
    )
    counted = {each.value: 0 for each in Result} | {"open": 0, "overdue": 0}
    for row in rows:
        counted[row.result or "open"] = row.number
        counted["overdue"] += row.overdue
    return counted


def move(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> None:
    """Let what one author appealed be the other's they became."""
    mine = (appeal.c.site_id == site_id) & (appeal.c.author_id == author_id)
    db.execute(update(appeal).where(mine).values(author_id=into))


def erase_words(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Take away what an author said and was answered; what is open goes with its author."""
    mine = (appeal.c.site_id == site_id) & (appeal.c.author_id == author_id)
    db.execute(delete(appeal).where(mine, appeal.c.decided_at.is_(None)))
    db.execute(update(appeal).where(mine).values(words="", answer=""))


def _appeal(row: Row[Any]) -> Appeal:
    return Appeal(
        id=AppealId(row.id),
        statement_id=StatementId(row.statement_id),
        comment_id=None if row.comment_id is None else CommentId(row.comment_id),
        author_id=AuthorId(row.author_id),
        words=row.words,
        made_at=row.made_at,
        due_at=row.due_at,
        first_by=None if row.first_by is None else AccountId(row.first_by),
        first_name=row.first_name,
        taken_by=None if row.taken_by is None else AccountId(row.taken_by),
        taken_name=row.taken_name,
        taken_until=row.taken_until,
        result=Result(row.result) if row.result else None,
        answer=row.answer,
        decided_by=None if row.decided_by is None else AccountId(row.decided_by),
        decided_name=row.decided_name,
        decided_at=row.decided_at,
    )
