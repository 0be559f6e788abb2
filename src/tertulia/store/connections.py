"""Connected sign-ins: the table `identity`. Each person of a provider is one account of a site."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection as Db
from sqlalchemy import Row, delete, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.connections import MOST, Connection, ConnectionId
from tertulia.domain.ids import SiteId
from tertulia.store import dialect
from tertulia.store.schema import identity


def lock(db: Db, site_id: SiteId, provider: str, subject: str) -> None:
    """Let those who come as one person of a provider go one after the other until commit."""
    dialect.lock_word(db, site_id, f"{provider} {subject}")


def insert_new(db: Db, site_id: SiteId, new: Connection) -> bool:
    """Insert a connected sign-in; False when this person of the provider is an account already."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "account_id": new.account_id,
        "provider": new.provider,
        "subject": new.subject,
        "label": new.label,
        "created_at": new.created_at,
        "used_at": new.used_at,
    }
    return dialect.insert_new(db, identity, [row]) == 1


def find(db: Db, site_id: SiteId, provider: str, subject: str) -> Connection | None:
    row = db.execute(
        select(identity).where(
            identity.c.site_id == site_id, identity.c.provider == provider, identity.c.subject == subject
        )
    ).one_or_none()
    return None if row is None else _connection(row)


def list_of_account(db: Db, site_id: SiteId, account_id: AccountId) -> list[Connection]:
    """List an account's connected sign-ins in the order of their making."""
    rows = db.execute(
        select(identity)
        .where(identity.c.site_id == site_id, identity.c.account_id == account_id)
        .order_by(identity.c.id)
        .limit(MOST)
    )
    return [_connection(row) for row in rows]


def save_use(db: Db, site_id: SiteId, connection_id: ConnectionId, *, label: str, now: datetime) -> None:
    """Remember a use, and what its owner knows it by now."""
    db.execute(
        update(identity)
        .where(identity.c.site_id == site_id, identity.c.id == connection_id)
        .values(label=label, used_at=now)
    )


def delete_one(db: Db, site_id: SiteId, account_id: AccountId, connection_id: ConnectionId) -> None:
    """Delete a connected sign-in of an account; nothing happens when it is not there, or not this account's."""
    db.execute(
        delete(identity).where(
            identity.c.site_id == site_id,
            identity.c.account_id == account_id,
            identity.c.id == connection_id,
        )
    )


def delete_of_account(db: Db, site_id: SiteId, account_id: AccountId) -> None:
    db.execute(delete(identity).where(identity.c.site_id == site_id, identity.c.account_id == account_id))


def _connection(row: Row[Any]) -> Connection:
    return Connection(
        id=ConnectionId(row.id),
        account_id=AccountId(row.account_id),
        provider=row.provider,
        subject=row.subject,
        label=row.label,
        created_at=row.created_at,
        used_at=row.used_at,
    )
