"""Statements of reasons as rows. They are never changed but for what became of them."""

from collections.abc import Collection
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, insert, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.moderation import Finding, Source
from tertulia.domain.statements import Cause, Effect, Ground, Statement, StatementId
from tertulia.store.prepared import Prepared
from tertulia.store.schema import decision, sanction, statement


@dataclass(frozen=True, kw_only=True, slots=True)
class First:
    """Who decided what a statement is about."""

    account_id: AccountId | None
    name: str


# Every comment that is held brings one.
_INSERT = Prepared(insert(statement))


def append(db: Connection, site_id: SiteId, new: Statement) -> None:
    cause = new.cause
    row = {
        "site_id": site_id,
        "id": new.id,
        "decision_id": new.decision_id,
        "sanction_id": new.sanction_id,
        "comment_id": new.comment_id,
        "author_id": new.author_id,
        "restriction": new.effect.value,
        "ground": cause.ground.value,
        "reason": cause.reason,
        "law": cause.law,
        "facts": cause.facts,
        "findings": [asdict(finding) for finding in cause.findings],
        "is_detected_by_machine": cause.is_detected_by_machine,
        "is_decided_by_machine": cause.is_decided_by_machine,
        "source": cause.source.value,
        "language": new.language,
        "content_at": new.content_at,
        "starts_at": new.starts_at,
        "ends_at": new.ends_at,
        "is_told": new.is_told,
        "mailed_at": None,
        "lifted_at": None,
        "pushed_at": None,
        "policy_version": new.policy_version,
    }
    _INSERT.run(db, row)


def find(db: Connection, site_id: SiteId, statement_id: StatementId) -> Statement | None:
    query = select(statement).where(statement.c.site_id == site_id, statement.c.id == statement_id)
    row = db.execute(query).one_or_none()
    return None if row is None else of_row(row)


def find_first(db: Connection, site_id: SiteId, of: Statement) -> First:
    """Say who made the decision that a statement is about; nobody where that is not kept any more."""
    if of.decision_id is not None:
        query = select(decision.c.account_id.label("by"), decision.c.made_by.label("name")).where(
            decision.c.site_id == site_id, decision.c.id == of.decision_id
        )
    else:
        query = select(sanction.c.made_by.label("by"), sanction.c.made_name.label("name")).where(
            sanction.c.site_id == site_id, sanction.c.id == of.sanction_id
        )
    row = db.execute(query).one_or_none()
    if row is None:
        return First(account_id=None, name="")
    return First(account_id=None if row.by is None else AccountId(row.by), name=row.name)


def list_standing(
    db: Connection,
    site_id: SiteId,
    *,
    comment_id: CommentId | None = None,
    sanction_id: int | None = None,
) -> list[Statement]:
    """List what still restricts a comment, or follows from a sanction, oldest first."""
    query = select(statement).where(statement.c.site_id == site_id, statement.c.lifted_at.is_(None))
    if comment_id is not None:
        query = query.where(statement.c.comment_id == comment_id)
    else:
        query = query.where(statement.c.sanction_id == sanction_id)
    return [of_row(row) for row in db.execute(query.order_by(statement.c.id))]


def list_standing_of(
    db: Connection, site_id: SiteId, author_id: AuthorId, comment_ids: Collection[CommentId]
) -> list[Statement]:
    """List what still restricts some comments of an author, oldest first."""
    query = (
        select(statement)
        .where(
            statement.c.site_id == site_id,
            statement.c.comment_id.in_(sorted(comment_ids)),
            statement.c.author_id == author_id,
            statement.c.lifted_at.is_(None),
        )
        .order_by(statement.c.id)
    )
    return [of_row(row) for row in db.execute(query)]


def list_of_comment(db: Connection, site_id: SiteId, comment_id: CommentId, *, most: int) -> list[Statement]:
    """List a comment's statements, the newest first."""
    query = (
        select(statement)
        .where(statement.c.site_id == site_id, statement.c.comment_id == comment_id)
        .order_by(statement.c.id.desc())
        .limit(most)
    )
    return [of_row(row) for row in db.execute(query)]


def list_between(
    db: Connection, site_id: SiteId, *, after: StatementId, before: StatementId, most: int
) -> list[Statement]:
    """List a site's statements behind an id and before another, oldest first."""
    query = (
        select(statement)
        .where(statement.c.site_id == site_id, statement.c.id > after, statement.c.id < before)
        .order_by(statement.c.id)
        .limit(most)
    )
    return [of_row(row) for row in db.execute(query)]


def list_of_author(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int, before: StatementId | None = None
) -> list[Statement]:
    """List an author's statements, the newest first, those before one."""
    query = (
        select(statement)
        .where(statement.c.site_id == site_id, statement.c.author_id == author_id)
        .order_by(statement.c.id.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(statement.c.id < before)
    return [of_row(row) for row in db.execute(query)]


def lift(db: Connection, site_id: SiteId, found: Collection[StatementId], *, now: datetime) -> None:
    """Mark statements whose restriction was taken back."""
    db.execute(
        update(statement)
        .where(statement.c.site_id == site_id, statement.c.id.in_(sorted(found)))
        .values(lifted_at=now)
    )


def move(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> None:
    """Let what one author was told be told to the other they became."""
    mine = (statement.c.site_id == site_id) & (statement.c.author_id == author_id)
    db.execute(update(statement).where(mine).values(author_id=into))


def erase_facts(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Take away what was said about somebody. That a comment was restricted, and why in codes, stays on record."""
    mine = (statement.c.site_id == site_id) & (statement.c.author_id == author_id)
    told = select(statement.c.decision_id).where(mine, statement.c.decision_id.is_not(None))
    of_them = (decision.c.site_id == site_id) & decision.c.id.in_(told)
    db.execute(update(decision).where(of_them).values(words=None))
    db.execute(update(statement).where(mine).values(facts="", findings=[]))


def mark_mailed(db: Connection, site_id: SiteId, statement_id: StatementId, *, now: datetime) -> None:
    """Remember when somebody was told by mail."""
    db.execute(
        update(statement)
        .where(statement.c.site_id == site_id, statement.c.id == statement_id)
        .values(mailed_at=now)
    )


def of_row(row: Row[Any]) -> Statement:
    return Statement(
        id=StatementId(row.id),
        author_id=AuthorId(row.author_id),
        effect=Effect(row.restriction),
        cause=Cause(
            ground=Ground(row.ground),
            reason=row.reason,
            law=row.law,
            facts=row.facts,
            findings=tuple(Finding(**finding) for finding in row.findings),
            is_detected_by_machine=row.is_detected_by_machine,
            is_decided_by_machine=row.is_decided_by_machine,
            source=Source(row.source),
        ),
        language=row.language,
        starts_at=row.starts_at,
        policy_version=row.policy_version,
        decision_id=row.decision_id,
        sanction_id=row.sanction_id,
        comment_id=None if row.comment_id is None else CommentId(row.comment_id),
        content_at=row.content_at,
        ends_at=row.ends_at,
        is_told=row.is_told,
        mailed_at=row.mailed_at,
        lifted_at=row.lifted_at,
    )
