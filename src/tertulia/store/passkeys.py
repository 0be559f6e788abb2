"""Passkeys: public keys of readers' devices, each known once on a site."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, delete, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import SiteId
from tertulia.domain.passkeys import MOST, Passkey, PasskeyId
from tertulia.store import dialect
from tertulia.store.schema import passkey


def insert_new(db: Connection, site_id: SiteId, new: Passkey) -> bool:
    """Insert a passkey; False when this credential is known on the site already."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "account_id": new.account_id,
        "credential_id": new.credential_id,
        "public_key": new.public_key,
        "handle": new.handle,
        "sign_count": new.sign_count,
        "name": new.name,
        "transports": list(new.transports),
        "created_at": new.created_at,
        "used_at": new.used_at,
    }
    return dialect.insert_new(db, passkey, [row]) == 1


def list_of_account(db: Connection, site_id: SiteId, account_id: AccountId) -> list[Passkey]:
    """List an account's passkeys in the order of their making."""
    rows = db.execute(
        select(passkey)
        .where(passkey.c.site_id == site_id, passkey.c.account_id == account_id)
        .order_by(passkey.c.id)
        .limit(MOST)
    )
    return [_passkey(row) for row in rows]


def find_by_credential(db: Connection, site_id: SiteId, credential_id: str) -> Passkey | None:
    row = db.execute(
        select(passkey).where(passkey.c.site_id == site_id, passkey.c.credential_id == credential_id)
    ).one_or_none()
    return None if row is None else _passkey(row)


def save_use(db: Connection, site_id: SiteId, used: Passkey, *, sign_count: int, now: datetime) -> bool:
    """Remember a use; False when the passkey is gone or was used by somebody else meanwhile."""
    same = (
        (passkey.c.site_id == site_id) & (passkey.c.id == used.id) & (passkey.c.sign_count == used.sign_count)
    )
    return db.execute(update(passkey).where(same).values(sign_count=sign_count, used_at=now)).rowcount == 1


def delete_one(db: Connection, site_id: SiteId, account_id: AccountId, passkey_id: PasskeyId) -> None:
    """Delete a passkey of an account; nothing happens when it is not there, or not this account's."""
    db.execute(
        delete(passkey).where(
            passkey.c.site_id == site_id, passkey.c.account_id == account_id, passkey.c.id == passkey_id
        )
    )


def delete_of_account(db: Connection, site_id: SiteId, account_id: AccountId) -> None:
    db.execute(delete(passkey).where(passkey.c.site_id == site_id, passkey.c.account_id == account_id))


def _passkey(row: Row[Any]) -> Passkey:
    return Passkey(
        id=PasskeyId(row.id),
        account_id=AccountId(row.account_id),
        credential_id=row.credential_id,
        public_key=row.public_key,
        handle=row.handle,
        sign_count=row.sign_count,
        name=row.name,
        transports=tuple(row.transports),
        created_at=row.created_at,
        used_at=row.used_at,
    )
