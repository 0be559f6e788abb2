"""Staff sessions and the one-time links that open them. Only hashes of tokens are kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from tertulia.domain.ids import SiteId
from tertulia.store.schema import session


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """An open session of a moderator."""

    site_id: SiteId
    name: str
    expires_at: datetime


def insert_session(
    db: Connection,
    site_id: SiteId,
    *,
    kind: str,
    token_hash: str,
    name: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    db.execute(
        insert(session).values(
            site_id=site_id,
            kind=kind,
            token_hash=token_hash,
            name=name,
            created_at=now,
            expires_at=expires_at,
        )
    )


def use_link(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime) -> str | None:
    """Use a one-time link; give the name it was made for, or None when it is used, over or unknown."""
    return db.execute(
        update(session)
        .where(
            session.c.site_id == site_id,
            session.c.token_hash == token_hash,
            session.c.kind == "link",
            session.c.used_at.is_(None),
            session.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(session.c.name)
    ).scalar_one_or_none()


def find(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime) -> Session | None:
    """Find an open session that is not over."""
    row = db.execute(
        select(session.c.name, session.c.expires_at).where(
            session.c.site_id == site_id,
            session.c.token_hash == token_hash,
            session.c.kind == "session",
            session.c.expires_at > now,
        )
    ).one_or_none()
    return None if row is None else Session(site_id=site_id, name=row.name, expires_at=row.expires_at)


def end(db: Connection, site_id: SiteId, token_hash: str) -> None:
    """End one session."""
    db.execute(delete(session).where(session.c.site_id == site_id, session.c.token_hash == token_hash))


def forget_over(db: Connection, *, now: datetime) -> None:
    """Delete sessions and links whose time is over."""
    db.execute(delete(session).where(session.c.expires_at < now))
