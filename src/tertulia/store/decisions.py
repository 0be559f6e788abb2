"""Decisions: appended, never changed."""

from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from sqlalchemy import Connection, Row, insert, literal_column, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import CommentId, SiteId
from tertulia.domain.moderation import Decision, Finding, Outcome, Source, Status
from tertulia.store.prepared import Prepared
from tertulia.store.queue import in_sections
from tertulia.store.schema import comment, decision

_INSERT = Prepared(insert(decision))
# Said as the index says it: a bound word would not tell the planner that the index holds these.
_BY_PEOPLE = decision.c.made_by != literal_column("'system'")


def append(db: Connection, site_id: SiteId, comment_id: CommentId, new: Decision) -> None:
    row = {
        "site_id": site_id,
        "id": new.id,
        "comment_id": comment_id,
        "outcome": new.outcome.value,
        "reason": new.reason,
        "findings": [asdict(finding) for finding in new.findings],
        "made_by": new.made_by,
        "made_at": new.made_at,
        "policy_version": new.policy_version,
        "account_id": new.account_id,
        "status_before": new.status_before,
        "status_after": new.status_after,
        "words": new.words or None,
        "law": new.law or None,
        "source": new.source.value,
        "undoes": new.undoes,
        "sanction_id": new.sanction_id,
    }
    _INSERT.run(db, row)


def for_comment(db: Connection, site_id: SiteId, comment_id: CommentId) -> list[Decision]:
    """List a comment's decisions, oldest first."""
    return for_comments(db, site_id, [comment_id]).get(comment_id, [])


def for_comments(
    db: Connection, site_id: SiteId, comment_ids: list[CommentId]
) -> dict[CommentId, list[Decision]]:
    """List the latest decisions of many comments in one query, oldest first."""
    query = (
        select(decision)
        .where(decision.c.site_id == site_id, decision.c.comment_id.in_(comment_ids))
        .order_by(decision.c.id.desc())
        .limit(50 * max(1, len(comment_ids)))
    )
    found: dict[CommentId, list[Decision]] = {}
    for row in db.execute(query):
        found.setdefault(CommentId(row.comment_id), []).append(_decision(row))
    return {comment_id: made[::-1] for comment_id, made in found.items()}


def list_latest(
    db: Connection, site_id: SiteId, *, most: int, since: int = 0, sections: Sequence[str] | None = None
) -> list[tuple[CommentId, Decision]]:
    """List the newest decisions that a person made, from an id on, newest first; None is for all sections."""
    query = (
        select(decision)
        .where(decision.c.site_id == site_id, _BY_PEOPLE, decision.c.id >= since)
        .order_by(decision.c.id.desc())
        .limit(most)
    )
    if sections is not None:
        of_decision = (comment.c.site_id == decision.c.site_id) & (comment.c.id == decision.c.comment_id)
        query = query.where(select(comment.c.id).where(of_decision, in_sections(sections)).exists())
    return [(CommentId(row.comment_id), _decision(row)) for row in db.execute(query)]


def _decision(row: Row[Any]) -> Decision:
    return Decision(
        id=row.id,
        outcome=Outcome(row.outcome),
        reason=row.reason,
        made_by=row.made_by,
        policy_version=row.policy_version,
        made_at=row.made_at,
        findings=tuple(Finding(**finding) for finding in row.findings),
        account_id=None if row.account_id is None else AccountId(row.account_id),
        status_before=Status(row.status_before) if row.status_before else None,
        status_after=Status(row.status_after) if row.status_after else None,
        words=row.words or "",
        law=row.law or "",
        source=Source(row.source),
        undoes=row.undoes,
        sanction_id=row.sanction_id,
    )
