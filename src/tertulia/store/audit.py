"""The audit trail as rows: each entry's digest covers the digest of the entry before."""

import hashlib
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from msgspec import json
from sqlalchemy import Connection, Row, insert, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.audit import FIRST_DIGEST, Audited, AuditEntry
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.store import dialect
from tertulia.store.schema import audit


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
