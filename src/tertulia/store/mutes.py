"""Mutes: whom an account mutes, by the ids of accounts and faces."""

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, bindparam, delete, func, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.domain.mutes import MOST, Muted
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author, mute

# Every reader who is signed in and opens a story asks it.
_IDS = Prepared(
    select(mute.c.author_id)
    .where(mute.c.site_id == bindparam("b_site"), mute.c.account_id == bindparam("b_account"))
    .order_by(mute.c.author_id)
    .limit(MOST)
)


def insert_mute(
    db: Connection, site_id: SiteId, account_id: AccountId, author_id: AuthorId, *, now: datetime
) -> None:
    """Insert a mute; nothing happens when it is there."""
    row = {"site_id": site_id, "account_id": account_id, "author_id": author_id, "created_at": now}
    dialect.insert_new(db, mute, [row])


def delete_mute(db: Connection, site_id: SiteId, account_id: AccountId, author_id: AuthorId) -> None:
    db.execute(
        delete(mute).where(
            mute.c.site_id == site_id, mute.c.account_id == account_id, mute.c.author_id == author_id
        )
    )


def delete_of_author(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Let nobody mute an author any more."""
    db.execute(delete(mute).where(mute.c.site_id == site_id, mute.c.author_id == author_id))


def count(db: Connection, site_id: SiteId, account_id: AccountId) -> int:
    """Count whom an account mutes."""
    query = select(func.count()).where(mute.c.site_id == site_id, mute.c.account_id == account_id)
    return int(db.execute(query).scalar_one())


def list_ids(db: Connection, site_id: SiteId, account_id: AccountId) -> list[AuthorId]:
    """List the ids of whom an account mutes."""
    return [AuthorId(row.author_id) for row in _IDS.all(db, {"b_site": site_id, "b_account": account_id})]


def find_among(
    db: Connection, site_id: SiteId, account_id: AccountId, author_ids: Collection[AuthorId]
) -> frozenset[AuthorId]:
    """Say which of these authors an account mutes."""
    if not author_ids:
        return frozenset()
    query = select(mute.c.author_id).where(
        mute.c.site_id == site_id, mute.c.account_id == account_id, mute.c.author_id.in_(sorted(author_ids))
    )
    return frozenset(AuthorId(row.author_id) for row in db.execute(query))


def list_of_account(db: Connection, site_id: SiteId, account_id: AccountId) -> list[Muted]:
    """List whom an account mutes, the last muted first."""
    by_author = (author.c.site_id == mute.c.site_id) & (author.c.id == mute.c.author_id)
    rows = db.execute(
        select(author.c.id, author.c.name, author.c.kind, author.c.badges, mute.c.created_at)
        .select_from(mute.join(author, by_author))
        .where(mute.c.site_id == site_id, mute.c.account_id == account_id)
        .order_by(mute.c.created_at.desc(), mute.c.author_id)
        .limit(MOST)
    )
    return [
        Muted(
            author=Author(
                id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges)
            ),
            muted_at=row.created_at,
        )
        for row in rows
    ]
