"""Attempts to sign in elsewhere. Nothing of them is secret."""

from datetime import datetime

from sqlalchemy import Connection, delete, insert, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.attempts import Attempt, AttemptId
from tertulia.domain.ids import SiteId
from tertulia.store.schema import attempt


def insert_attempt(db: Connection, site_id: SiteId, new: Attempt) -> None:
    db.execute(
        insert(attempt).values(
            site_id=site_id,
            id=new.id,
            way=new.way,
            account_id=new.account_id,
            browser_hash=new.browser_hash,
            onward=dict(new.onward),
            created_at=new.created_at,
            expires_at=new.expires_at,
        )
    )


def find_open(db: Connection, site_id: SiteId, attempt_id: AttemptId, *, now: datetime) -> Attempt | None:
    """Give an attempt that may still be finished; None for others."""
    row = db.execute(
        select(attempt).where(
            attempt.c.site_id == site_id,
            attempt.c.id == attempt_id,
            attempt.c.used_at.is_(None),
            attempt.c.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        return None
    return Attempt(
        id=AttemptId(row.id),
        way=row.way,
        account_id=None if row.account_id is None else AccountId(row.account_id),
        browser_hash=row.browser_hash,
        onward=row.onward,
        created_at=row.created_at,
        expires_at=row.expires_at,
    )


def use(db: Connection, site_id: SiteId, attempt_id: AttemptId, *, now: datetime) -> bool:
    """Use an attempt; False when somebody did already, or it is over."""
    return (
        db.execute(
            update(attempt)
            .where(
                attempt.c.site_id == site_id,
                attempt.c.id == attempt_id,
                attempt.c.used_at.is_(None),
                attempt.c.expires_at > now,
            )
            .values(used_at=now)
        ).rowcount
        == 1
    )


def forget_over(db: Connection, *, now: datetime) -> None:
    """Delete attempts whose time is over."""
    db.execute(delete(attempt).where(attempt.c.expires_at < now))
