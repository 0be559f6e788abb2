"""Sessions of staff and of accounts, and the one-time links and codes that open them. Only hashes are kept."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, delete, func, insert, or_, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import SiteId
from tertulia.domain.second_factor import PASSKEY
from tertulia.store import dialect
from tertulia.store.schema import session


@dataclass(frozen=True, kw_only=True, slots=True)
class Session:
    """An open session of a moderator."""

    site_id: SiteId
    name: str
    expires_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Opened:
    """A session of an account: `account` (a cookie), `bearer` (an embed), `embed` (what that comes back with),
    `handover` (a one-time code) or `token` (a program).

    `pending` is a cookie whose owner has yet to show a second factor: it opens nothing.

    `parent_hash` names the cookie's session it came from, `origin` whom a code is for and where an embed stands.
    """

    token_hash: str
    kind: str
    account_id: AccountId
    created_at: datetime
    seen_at: datetime
    expires_at: datetime
    parent_hash: str | None = None
    origin: str = ""
    device: str = ""
    network: str = ""
    """Keyed hash of the network that it was opened from; empty where that was long ago."""
    way: str = ""
    """By which way in its owner came; empty for what came of another session."""
    proved_at: datetime | None = None
    """When its owner last proved who they are."""
    second_at: datetime | None = None
    """When they last did so by a second factor."""


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


def use_link(
    db: Connection, site_id: SiteId, token_hash: str, *, now: datetime, kind: str = "link"
) -> str | None:
    """Use a one-time link; give the name it was made for, or None when it is used, over or unknown."""
    return db.execute(
        update(session)
        .where(_is_open_link(site_id, token_hash, kind=kind, now=now))
        .values(used_at=now)
        .returning(session.c.name)
    ).scalar_one_or_none()


def find_link(db: Connection, site_id: SiteId, token_hash: str, *, kind: str, now: datetime) -> str | None:
    """Give the name a one-time link was made for, and leave it; None when it is used, over or unknown."""
    query = select(session.c.name).where(_is_open_link(site_id, token_hash, kind=kind, now=now))
    return db.execute(query).scalar_one_or_none()


def _is_open_link(site_id: SiteId, token_hash: str, *, kind: str, now: datetime) -> ColumnElement[bool]:
    return and_(
        session.c.site_id == site_id,
        session.c.token_hash == token_hash,
        session.c.kind == kind,
        session.c.used_at.is_(None),
        session.c.expires_at > now,
    )


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
    """End one session and what came of it."""
    db.execute(
        delete(session).where(
            session.c.site_id == site_id,
            or_(session.c.token_hash == token_hash, session.c.parent_hash == token_hash),
        )
    )


def take_once(
    db: Connection, site_id: SiteId, token_hash: str, *, now: datetime, expires_at: datetime
) -> bool:
    """Remember until a moment that something was shown that counts once; False when it was shown before."""
    row = {"site_id": site_id, "token_hash": token_hash, "kind": "proof", "name": "", "created_at": now}
    insert = dialect.insert_unless_there(session, db.dialect)
    return db.execute(insert.values(**row, used_at=now, expires_at=expires_at)).rowcount == 1


def insert_of_account(db: Connection, site_id: SiteId, new: Opened) -> None:
    db.execute(
        insert(session).values(
            site_id=site_id,
            kind=new.kind,
            token_hash=new.token_hash,
            name=new.origin,
            created_at=new.created_at,
            expires_at=new.expires_at,
            account_id=new.account_id,
            parent_hash=new.parent_hash,
            device=new.device,
            network=new.network or None,
            seen_at=new.seen_at,
            way=new.way,
            proved_at=new.proved_at,
            second_at=new.second_at,
        )
    )


def find_of_account(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime) -> Opened | None:
    """Find a session of an account that is not over."""
    row = db.execute(
        select(session).where(
            session.c.site_id == site_id,
            session.c.token_hash == token_hash,
            session.c.account_id.is_not(None),
            session.c.used_at.is_(None),
            session.c.expires_at > now,
        )
    ).one_or_none()
    return None if row is None else _opened(row)


def save_second(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime) -> None:
    """Remember that a second factor was shown in a session."""
    db.execute(
        update(session)
        .where(session.c.site_id == site_id, session.c.token_hash == token_hash)
        .values(second_at=now)
    )


def forget_second(db: Connection, site_id: SiteId, account_id: AccountId) -> None:
    """Forget the second factors shown in an account's sessions, except where the way in was one by itself."""
    of_account = (session.c.site_id == site_id) & (session.c.account_id == account_id)
    by_itself = session.c.way == PASSKEY
    db.execute(update(session).where(of_account, ~by_itself).values(second_at=None))


def list_of_account(
    db: Connection, site_id: SiteId, account_id: AccountId, *, now: datetime, kind: str = "account"
) -> list[Opened]:
    """List the sessions of an account, those of cookies or of another kind, the last used first, at most a hundred."""
    rows = db.execute(
        select(session)
        .where(
            session.c.site_id == site_id,
            session.c.account_id == account_id,
            session.c.kind == kind,
            session.c.expires_at > now,
        )
        .order_by(session.c.seen_at.desc())
        .limit(100)
    )
    return [_opened(row) for row in rows]


def end_of_account(db: Connection, site_id: SiteId, account_id: AccountId) -> int:
    """End all sessions of an account; give how many browsers that were."""
    of_account = (session.c.site_id == site_id) & (session.c.account_id == account_id)
    number = db.execute(select(func.count()).where(of_account, session.c.kind == "account")).scalar_one()
    db.execute(delete(session).where(of_account))
    return int(number)


def end_others(db: Connection, site_id: SiteId, account_id: AccountId, *, but: str) -> None:
    """End all sessions of an account but one and what came of it."""
    kept = (session.c.token_hash == but) | (func.coalesce(session.c.parent_hash, "") == but)
    db.execute(delete(session).where(session.c.site_id == site_id, session.c.account_id == account_id, ~kept))


def use_handover(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime) -> Opened | None:
    """Use a one-time code; None when it is used, over or unknown."""
    row = db.execute(
        update(session)
        .where(
            session.c.site_id == site_id,
            session.c.token_hash == token_hash,
            session.c.kind == "handover",
            session.c.used_at.is_(None),
            session.c.expires_at > now,
        )
        .values(used_at=now)
        .returning(session)
    ).one_or_none()
    return None if row is None else _opened(row)


def touch(db: Connection, site_id: SiteId, token_hash: str, *, now: datetime, expires_at: datetime) -> None:
    """Remember that a session was used, and until when it may stay unused."""
    db.execute(
        update(session)
        .where(session.c.site_id == site_id, session.c.token_hash == token_hash)
        .values(seen_at=now, expires_at=expires_at)
    )


def _opened(row: Row[Any]) -> Opened:
    return Opened(
        token_hash=row.token_hash,
        kind=row.kind,
        account_id=AccountId(row.account_id),
        parent_hash=row.parent_hash,
        origin=row.name,
        device=row.device or "",
        network=row.network or "",
        way=row.way or "",
        proved_at=row.proved_at,
        second_at=row.second_at,
        created_at=row.created_at,
        seen_at=row.seen_at,
        expires_at=row.expires_at,
    )


def forget_over(db: Connection, *, now: datetime) -> None:
    """Delete sessions and links whose time is over."""
    db.execute(delete(session).where(session.c.expires_at < now))


def forget_networks(db: Connection, site_id: SiteId, *, before: datetime) -> None:
    """Clear the hashes of networks from sessions that were opened before a moment."""
    old = session.c.network.is_not(None) & (session.c.created_at < before)
    db.execute(update(session).where(session.c.site_id == site_id, old).values(network=None))
