"""Second factors: the salt that an app's secret follows from, the last period used, recovery codes, wrong tries.

Wrong tries are rows of `session` (kind `try`), as whatever else counts for a while: they open nothing.
"""

import secrets
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import SiteId
from tertulia.store.schema import account, recovery_code, session


def find_salt(db: Connection, site_id: SiteId, account_id: AccountId) -> str | None:
    """Give the salt of an account's secret, confirmed or not; None where nothing was begun."""
    return db.execute(
        select(account.c.totp_salt).where(account.c.site_id == site_id, account.c.id == account_id)
    ).scalar_one_or_none()


def save_salt(db: Connection, site_id: SiteId, account_id: AccountId, salt: str | None) -> None:
    """Begin anew, with nothing confirmed; None for no second factor at all."""
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(totp_salt=salt, totp_at=None, totp_period=None)
    )


def confirm(db: Connection, site_id: SiteId, account_id: AccountId, *, now: datetime) -> None:
    db.execute(
        update(account).where(account.c.site_id == site_id, account.c.id == account_id).values(totp_at=now)
    )


def use_period(db: Connection, site_id: SiteId, account_id: AccountId, period: int) -> bool:
    """Use the code of a period; False where that, or a later one, was used before."""
    is_new = or_(account.c.totp_period.is_(None), account.c.totp_period < period)
    mine = (account.c.site_id == site_id) & (account.c.id == account_id)
    return db.execute(update(account).where(mine, is_new).values(totp_period=period)).rowcount == 1


def replace_codes(db: Connection, site_id: SiteId, account_id: AccountId, hashes: Sequence[str]) -> None:
    """Keep these recovery codes and no others."""
    mine = (recovery_code.c.site_id == site_id) & (recovery_code.c.account_id == account_id)
    db.execute(delete(recovery_code).where(mine))
    rows = [{"site_id": site_id, "account_id": account_id, "code_hash": each} for each in hashes]
    if rows:
        db.execute(insert(recovery_code), rows)


def use_code(
    db: Connection, site_id: SiteId, account_id: AccountId, code_hash: str, *, now: datetime
) -> bool:
    """Use a recovery code; False where it is used or unknown."""
    mine = (recovery_code.c.site_id == site_id) & (recovery_code.c.account_id == account_id)
    this = mine & (recovery_code.c.code_hash == code_hash) & recovery_code.c.used_at.is_(None)
    return db.execute(update(recovery_code).where(this).values(used_at=now)).rowcount == 1


def count_codes(db: Connection, site_id: SiteId, account_id: AccountId) -> int:
    """Count the recovery codes that were not used yet."""
    mine = (recovery_code.c.site_id == site_id) & (recovery_code.c.account_id == account_id)
    query = select(func.count()).select_from(recovery_code).where(mine, recovery_code.c.used_at.is_(None))
    return int(db.execute(query).scalar_one())


def insert_try(
    db: Connection,
    site_id: SiteId,
    account_id: AccountId,
    *,
    holder: str,
    now: datetime,
    expires_at: datetime,
) -> None:
    """Remember that a wrong code was tried by the session of a hash."""
    db.execute(
        insert(session).values(
            site_id=site_id,
            kind="try",
            # No token has this hash, so that the row opens nothing.
            token_hash=f"try {secrets.token_hex(16)}",
            name=holder,
            account_id=account_id,
            created_at=now,
            expires_at=expires_at,
            used_at=now,
        )
    )


def count_tries(
    db: Connection, site_id: SiteId, account_id: AccountId, *, since: datetime, holder: str | None = None
) -> int:
    """Count the wrong codes since a moment, of all sessions or of one."""
    tried = select(func.count()).where(
        session.c.site_id == site_id,
        session.c.account_id == account_id,
        session.c.kind == "try",
        session.c.created_at > since,
    )
    if holder is not None:
        tried = tried.where(session.c.name == holder)
    return int(db.execute(tried).scalar_one())
