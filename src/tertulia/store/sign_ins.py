"""Asked-for ways in: an address, the browser that asked, and how often a code was tried. No token is kept."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, delete, func, insert, select, update

from tertulia.domain.accounts import Purpose, SignInId
from tertulia.domain.ids import SiteId
from tertulia.store import dialect
from tertulia.store.schema import sign_in


@dataclass(frozen=True, kw_only=True, slots=True)
class SignIn:
    """One asked-for way in that is neither used nor over."""

    id: SignInId
    email: str
    language: str
    browser_hash: str
    tries: int
    expires_at: datetime
    purpose: Purpose = Purpose.SIGN_IN


def insert_sign_in(db: Connection, site_id: SiteId, new: SignIn, *, now: datetime) -> None:
    db.execute(
        insert(sign_in).values(
            site_id=site_id,
            id=new.id,
            email=new.email,
            language=new.language,
            browser_hash=new.browser_hash,
            tries=new.tries,
            created_at=now,
            expires_at=new.expires_at,
            purpose=new.purpose.value,
        )
    )


def find_open(db: Connection, site_id: SiteId, sign_in_id: SignInId, *, now: datetime) -> SignIn | None:
    """Give a way in that may still be used; None for others."""
    row = db.execute(
        select(sign_in).where(
            sign_in.c.site_id == site_id,
            sign_in.c.id == sign_in_id,
            sign_in.c.used_at.is_(None),
            sign_in.c.expires_at > now,
        )
    ).one_or_none()
    if row is None:
        return None
    return SignIn(
        id=SignInId(row.id),
        email=row.email,
        language=row.language,
        browser_hash=row.browser_hash,
        tries=row.tries,
        expires_at=row.expires_at,
        purpose=Purpose(row.purpose),
    )


def lock(db: Connection, site_id: SiteId, sign_in_id: SignInId) -> None:
    """Let tries of one way in go one after the other until commit."""
    query = select(sign_in.c.id).where(sign_in.c.site_id == site_id, sign_in.c.id == sign_in_id)
    dialect.lock(db, query, {})


def count_since(db: Connection, site_id: SiteId, email: str, *, since: datetime) -> int:
    """Count how often an address was asked for."""
    return int(
        db.execute(
            select(func.count()).where(
                sign_in.c.site_id == site_id, sign_in.c.email == email, sign_in.c.created_at > since
            )
        ).scalar_one()
    )


def count_try(db: Connection, site_id: SiteId, sign_in_id: SignInId) -> None:
    db.execute(
        update(sign_in)
        .where(sign_in.c.site_id == site_id, sign_in.c.id == sign_in_id)
        .values(tries=sign_in.c.tries + 1)
    )


def use(db: Connection, site_id: SiteId, sign_in_id: SignInId, *, now: datetime) -> bool:
    """Use a way in; False when somebody did already."""
    return (
        db.execute(
            update(sign_in)
            .where(sign_in.c.site_id == site_id, sign_in.c.id == sign_in_id, sign_in.c.used_at.is_(None))
            .values(used_at=now)
        ).rowcount
        == 1
    )


def forget_over(db: Connection, *, before: datetime) -> None:
    """Delete what was over before a moment."""
    db.execute(delete(sign_in).where(sign_in.c.expires_at < before))
