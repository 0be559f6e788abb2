"""Traces: keyed hashes that bans keep for a time, and who else has the same."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, func, select

from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.domain.sanctions import SanctionId, SanctionKind
from tertulia.domain.traces import HINTS, Trace, TraceKind
from tertulia.store import dialect
from tertulia.store.schema import account, author, comment, sanction, session, site, trace

_of_sanction = (sanction.c.site_id == trace.c.site_id) & (sanction.c.id == trace.c.sanction_id)


@dataclass(frozen=True, kw_only=True, slots=True)
class Met:
    """A trace of a ban that holds, with whom it bans."""

    hash: str
    kind: TraceKind
    sanction_id: SanctionId
    author_id: AuthorId
    name: str
    banned_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A ban that holds for somebody with the same address, perhaps on another site."""

    site_key: str
    sanction_id: SanctionId
    author_id: AuthorId
    reason: str
    is_everywhere: bool
    ends_at: datetime | None


def insert_traces(
    db: Connection, site_id: SiteId, sanction_id: SanctionId, traces: Collection[Trace]
) -> None:
    rows = [
        {
            "site_id": site_id,
            "sanction_id": sanction_id,
            "kind": each.kind.value,
            "hash": each.hash,
            "forget_at": each.forget_at,
        }
        for each in traces
    ]
    dialect.insert_new(db, trace, rows)


def delete_of(db: Connection, site_id: SiteId, sanction_id: SanctionId) -> None:
    """Forget what a ban kept."""
    db.execute(delete(trace).where(trace.c.site_id == site_id, trace.c.sanction_id == sanction_id))


def forget_over(db: Connection, *, now: datetime) -> int:
    """Delete traces whose time is over, of all sites."""
    return db.execute(delete(trace).where(trace.c.forget_at <= now)).rowcount


def networks_of(
    db: Connection, site_id: SiteId, author_ids: Collection[AuthorId], *, since: CommentId, most: int
) -> dict[AuthorId, set[str]]:
    """Give from which networks authors wrote since an id, as far as that is still known."""
    query = (
        select(comment.c.author_id, comment.c.network)
        .where(
            comment.c.site_id == site_id,
            comment.c.author_id.in_(author_ids),
            comment.c.id >= since,
            comment.c.network != "",
        )
        .group_by(comment.c.author_id, comment.c.network)
        .order_by(func.max(comment.c.id).desc())
        .limit(most)
    )
    found: dict[AuthorId, set[str]] = {}
    for row in db.execute(query):
        found.setdefault(AuthorId(row.author_id), set()).add(row.network)
    return found


def networks_of_account(db: Connection, site_id: SiteId, account_id: int, *, most: int) -> set[str]:
    """Give from which networks an account signed in, as far as that is still known."""
    query = (
        select(session.c.network)
        .where(session.c.site_id == site_id, session.c.account_id == account_id)
        .distinct()
        .order_by(session.c.network)
        .limit(most)
    )
    return {row.network for row in db.execute(query) if row.network}


def addresses_of(db: Connection, site_id: SiteId, author_ids: Collection[AuthorId]) -> Mapping[AuthorId, str]:
    """Give the addresses of the accounts whose faces these are."""
    rows = db.execute(
        select(account.c.author_id, account.c.email).where(
            account.c.site_id == site_id, account.c.author_id.in_(author_ids), account.c.email.is_not(None)
        )
    )
    return {AuthorId(row.author_id): row.email for row in rows}


def list_met(
    db: Connection, site_id: SiteId, hashes: Collection[str], *, now: datetime, most: int
) -> list[Met]:
    """List the bans of a site that hold and share a hint with one of these hashes, the latest first."""
    by_author = (author.c.site_id == sanction.c.site_id) & (author.c.id == sanction.c.author_id)
    query = (
        select(
            trace.c.hash,
            trace.c.kind,
            sanction.c.id,
            sanction.c.author_id,
            sanction.c.made_at,
            author.c.name,
        )
        .select_from(trace.join(sanction, _of_sanction).join(author, by_author))
        .where(
            trace.c.site_id == site_id,
            trace.c.hash.in_(sorted(hashes)),
            trace.c.kind.in_([kind.value for kind in HINTS]),
            trace.c.forget_at > now,
            _holds(now),
        )
        .order_by(sanction.c.id.desc(), trace.c.kind)
        .limit(most)
    )
    return [
        Met(
            hash=row.hash,
            kind=TraceKind(row.kind),
            sanction_id=SanctionId(row.id),
            author_id=AuthorId(row.author_id),
            name=row.name,
            banned_at=row.made_at,
        )
        for row in db.execute(query)
    ]


def list_exact(db: Connection, hashes: Mapping[TraceKind, str], *, now: datetime, most: int) -> list[Found]:
    """List the bans that hold on any site for who has exactly this address or number, the latest first.

    One of the few queries that look beyond a site: whoever asks must not tell one site of another.
    """
    same = [(trace.c.kind == kind.value) & (trace.c.hash == each) for kind, each in hashes.items()]
    if not same:
        return []
    known = same[0] if len(same) == 1 else same[0] | same[1]
    query = (
        select(
            site.c.key,
            sanction.c.id,
            sanction.c.author_id,
            sanction.c.reason,
            sanction.c.is_everywhere,
            sanction.c.ends_at,
        )
        .select_from(trace.join(sanction, _of_sanction).join(site, site.c.id == trace.c.site_id))
        # Sites are few, and the index begins with them.
        .where(trace.c.site_id.in_(select(site.c.id)), known, trace.c.forget_at > now, _holds(now))
        .order_by(sanction.c.id.desc())
        .limit(most)
    )
    return [
        Found(
            site_key=row.key,
            sanction_id=SanctionId(row.id),
            author_id=AuthorId(row.author_id),
            reason=row.reason,
            is_everywhere=row.is_everywhere,
            ends_at=row.ends_at,
        )
        for row in db.execute(query)
    ]


def _holds(now: datetime) -> ColumnElement[bool]:
    is_over = sanction.c.ends_at.is_not(None) & (sanction.c.ends_at <= now)
    return (sanction.c.kind == SanctionKind.BAN.value) & sanction.c.lifted_at.is_(None) & ~is_over
