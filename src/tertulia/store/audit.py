"""The audit trail as rows: each entry's digest covers the digest of the entry before."""

import hashlib
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from msgspec import json
from sqlalchemy import Connection, Row, insert, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.audit import FIRST_DIGEST, Audited, AuditEntry
from tertulia.domain.ids import LARGEST, AuthorId, CommentId, SiteId
from tertulia.store import dialect
from tertulia.store.schema import account, appeal, audit, author, comment, decision, sanction, story


def append(
    db: Connection,
    site_id: SiteId,
    entries: Sequence[AuditEntry],
    *,
    account_id: AccountId | None,
    policy_version: int,
    now: datetime,
) -> None:
    """Append entries, behind the lock that orders the writers of one site: near the end of a Unit."""
    dialect.lock_site(db, site_id)
    last = db.execute(
        select(audit.c.number, audit.c.digest)
        .where(audit.c.site_id == site_id)
        .order_by(audit.c.number.desc())
        .limit(1)
    ).one_or_none()
    number, digest = (0, FIRST_DIGEST) if last is None else (last.number, last.digest)
    for entry in entries:
        number += 1
        row = {
            "site_id": site_id,
            "number": number,
            "act": entry.act,
            "comment_id": entry.comment_id,
            "author_id": entry.author_id,
            "account_id": account_id,
            "facts": dict(entry.facts),
            "policy_version": policy_version,
            "made_at": now,
        }
        digest = digest_of(row, before=digest)
        db.execute(insert(audit).values(**row, digest=digest))


def digest_of(row: dict[str, Any], *, before: str) -> str:
    """Give the digest of an entry: SHA-256 of its columns in one fixed spelling, and of the digest before."""
    # Microseconds, as both databases keep them.
    told = {**row, "made_at": row["made_at"].isoformat(timespec="microseconds"), "before": before}
    return hashlib.sha256(json.encode(told, order="sorted")).hexdigest()


def list_after(db: Connection, site_id: SiteId, *, after: int, most: int) -> list[Audited]:
    """List a site's entries behind a number, oldest first."""
    query = (
        select(audit)
        .where(audit.c.site_id == site_id, audit.c.number > after)
        .order_by(audit.c.number)
        .limit(most)
    )
    return [_audited(row) for row in db.execute(query)]


def list_back(
    db: Connection,
    site_id: SiteId,
    *,
    acts: Collection[str],
    span: tuple[datetime, datetime] | None,
    before: int | None,
    most: int,
) -> list[Audited]:
    """List entries of some acts, the newest first, before a number, within a span of time."""
    query = (
        select(audit)
        .where(audit.c.site_id == site_id, audit.c.act.in_(sorted(acts)))
        .order_by(audit.c.number.desc())
        .limit(most)
    )
    if before is not None:
        query = query.where(audit.c.number < before)
    if span is not None:
        # Numbers and times grow together. An old month is found by its bounds, not by walking back to it.
        first, last = (_number_from(db, site_id, moment) for moment in span)
        query = query.where(audit.c.number >= first, audit.c.number < last)
    return [_audited(row) for row in db.execute(query)]


def list_of(
    db: Connection,
    site_id: SiteId,
    *,
    comment_id: CommentId | None = None,
    author_ids: Collection[AuthorId] = (),
    before: int | None,
    most: int,
) -> list[Audited]:
    """List what was done to a comment, or to some authors, the newest first, before a number."""
    query = select(audit).where(audit.c.site_id == site_id).order_by(audit.c.number.desc()).limit(most)
    if comment_id is not None:
        query = query.where(audit.c.comment_id == comment_id)
    else:
        query = query.where(audit.c.author_id.in_(sorted(author_ids)))
    if before is not None:
        query = query.where(audit.c.number < before)
    return [_audited(row) for row in db.execute(query)]


def find_number(db: Connection, site_id: SiteId, digest: str) -> int | None:
    """Give the number of the entry with a digest. Walks through the whole trail: for commands."""
    query = select(audit.c.number).where(audit.c.site_id == site_id, audit.c.digest == digest).limit(1)
    return db.execute(query).scalar_one_or_none()


def sections_of(db: Connection, site_id: SiteId, comment_ids: Collection[CommentId]) -> dict[CommentId, str]:
    """Give the sections of the stories under which comments stand."""
    query = (
        select(comment.c.id, story.c.section)
        .join(story, (story.c.site_id == comment.c.site_id) & (story.c.id == comment.c.story_id))
        .where(comment.c.site_id == site_id, comment.c.id.in_(sorted(set(comment_ids))))
    )
    return {CommentId(row.id): row.section for row in db.execute(query)}


def names_of(db: Connection, site_id: SiteId, account_ids: Collection[AccountId]) -> dict[AccountId, str]:
    """Give the public names of those who did something, as far as they have one and are still there."""
    query = (
        select(account.c.id, author.c.name)
        .join(author, (author.c.site_id == account.c.site_id) & (author.c.id == account.c.author_id))
        .where(account.c.site_id == site_id, account.c.id.in_(sorted(set(account_ids))))
    )
    return {AccountId(row.id): row.name for row in db.execute(query)}


def makers_of(db: Connection, site_id: SiteId, found: Sequence[Audited]) -> dict[int, str]:
    """Give, by the ids of decisions, sanctions and appeals, the names under which they were made."""
    made: dict[int, str] = {}
    for fact, table, name in (
        ("decision", decision, decision.c.made_by),
        ("sanction", sanction, sanction.c.made_name),
        ("appeal", appeal, appeal.c.decided_name),
    ):
        told = (each.entry.facts.get(fact) for each in found)
        ids = {each for each in told if isinstance(each, int)}
        if ids:
            query = select(table.c.id, name.label("name")).where(
                table.c.site_id == site_id, table.c.id.in_(sorted(ids))
            )
            made |= {row.id: row.name for row in db.execute(query)}
    return made


def _number_from(db: Connection, site_id: SiteId, moment: datetime) -> int:
    """Give the number of the first entry from a moment on, or one behind the last."""
    query = (
        select(audit.c.number)
        .where(audit.c.site_id == site_id, audit.c.made_at >= moment)
        .order_by(audit.c.made_at, audit.c.number)
        .limit(1)
    )
    found = db.execute(query).scalar_one_or_none()
    return LARGEST if found is None else found


def first_broken(
    db: Connection, site_id: SiteId, *, after: int, before: str, most: int
) -> tuple[int, int, str]:
    """Check a piece of the chain behind an entry: give the first number that does not fit (0 for none), the last
    number that was read (`after` at the end), and its digest.
    """
    query = (
        select(audit)
        .where(audit.c.site_id == site_id, audit.c.number > after)
        .order_by(audit.c.number)
        .limit(most)
    )
    for row in db.execute(query).mappings():
        told = {name: row[name] for name in row if name != "digest"}
        if row["number"] != after + 1 or digest_of(told, before=before) != row["digest"]:
            return int(row["number"]), after, before
        after, before = int(row["number"]), row["digest"]
    return 0, after, before


def _audited(row: Row[Any]) -> Audited:
    return Audited(
        number=row.number,
        entry=AuditEntry(
            act=row.act,
            comment_id=None if row.comment_id is None else CommentId(row.comment_id),
            author_id=None if row.author_id is None else AuthorId(row.author_id),
            facts=row.facts,
        ),
        account_id=None if row.account_id is None else AccountId(row.account_id),
        policy_version=row.policy_version,
        made_at=row.made_at,
        digest=row.digest,
    )
