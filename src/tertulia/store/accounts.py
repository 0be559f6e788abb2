"""Accounts: by e-mail, by the hash of a session's token, with the face they write with."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, delete, select, update

from tertulia.domain.accounts import Account, AccountId, Ending, Role
from tertulia.domain.authors import Author, AuthorKind, Restriction
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import account, author, identity, session, sign_in

_COLUMNS = (
    account.c.id,
    account.c.email,
    account.c.proved_at,
    account.c.role,
    account.c.language,
    account.c.created_at,
    account.c.ending,
    account.c.ends_at,
    account.c.totp_at,
    account.c.sections,
    author.c.id.label("author_id"),
    author.c.name.label("author_name"),
    author.c.kind.label("author_kind"),
    author.c.badges.label("author_badges"),
    author.c.restriction,
    author.c.restricted_until,
    author.c.approved_count,
    author.c.removed_count,
)
_by_author = (author.c.site_id == account.c.site_id) & (author.c.id == account.c.author_id)
WITH_AUTHOR = select(*_COLUMNS).select_from(account.outerjoin(author, _by_author))
_by_session = (session.c.site_id == account.c.site_id) & (session.c.account_id == account.c.id)
_OF_SESSION = Prepared(
    select(*_COLUMNS, session.c.second_at.label("session_second_at"))
    .select_from(session.join(account, _by_session).outerjoin(author, _by_author))
    .where(
        session.c.site_id == bindparam("b_site"),
        session.c.token_hash == bindparam("b_hash"),
        session.c.kind == bindparam("b_kind"),
        session.c.expires_at > bindparam("b_now"),
    )
)
_INSERT_NEW = Prepared(partial(dialect.insert_unless_there, account))


def insert_new(
    db: Connection,
    site_id: SiteId,
    account_id: AccountId,
    *,
    email: str = "",
    subject: str = "",
    language: str,
    now: datetime,
) -> bool:
    """Insert an account; False when this address or this subject has one already."""
    row = {
        "site_id": site_id,
        "id": account_id,
        "email": email or None,
        "subject": subject or None,
        "proved_at": None,
        "role": Role.READER.value,
        "author_id": None,
        "language": language,
        "created_at": now,
        "seen_at": None,
        "feed_hash": None,
        "ending": None,
        "ends_at": None,
        "password_hash": None,
        "totp_salt": None,
        "totp_at": None,
        "totp_period": None,
        "sections": None,
        "notices": None,
    }
    return _INSERT_NEW.run(db, row) == 1


def find_by_email(db: Connection, site_id: SiteId, email: str) -> Account | None:
    row = db.execute(WITH_AUTHOR.where(account.c.site_id == site_id, account.c.email == email)).one_or_none()
    return None if row is None else of_row(row)


def find_by_subject(db: Connection, site_id: SiteId, subject: str) -> Account | None:
    """Give the account of a subscriber, by the id that the publication gave them."""
    row = db.execute(
        WITH_AUTHOR.where(account.c.site_id == site_id, account.c.subject == subject)
    ).one_or_none()
    return None if row is None else of_row(row)


def set_subject(db: Connection, site_id: SiteId, account_id: AccountId, subject: str) -> bool:
    """Remember whose account it is at the publication; False when it is somebody's already."""
    mine = (account.c.site_id == site_id) & (account.c.id == account_id) & account.c.subject.is_(None)
    return db.execute(update(account).where(mine).values(subject=subject)).rowcount == 1


def find(db: Connection, site_id: SiteId, account_id: AccountId) -> Account | None:
    row = db.execute(
        WITH_AUTHOR.where(account.c.site_id == site_id, account.c.id == account_id)
    ).one_or_none()
    return None if row is None else of_row(row)


def find_by_author(db: Connection, site_id: SiteId, author_id: AuthorId) -> Account | None:
    """Give the account whose face an author is."""
    row = db.execute(
        WITH_AUTHOR.where(account.c.site_id == site_id, account.c.author_id == author_id)
    ).one_or_none()
    return None if row is None else of_row(row)


def find_by_session(
    db: Connection, site_id: SiteId, token_hash: str, *, kind: str, now: datetime
) -> Account | None:
    """Give the account behind a session of a kind that is not over, and whether that has a second factor."""
    given = {"b_site": site_id, "b_hash": token_hash, "b_kind": kind, "b_now": now}
    row = _OF_SESSION.one_or_none(db, given)
    return None if row is None else replace(of_row(row), second_at=row.session_second_at)


def list_ways(db: Connection, site_id: SiteId, account_id: AccountId) -> list[str]:
    """Name the ways in that an account has: by mail, by password, by providers elsewhere."""
    found = db.execute(
        select(account.c.email, account.c.password_hash).where(
            account.c.site_id == site_id, account.c.id == account_id
        )
    ).one_or_none()
    own = () if found is None else (("email", found.email), ("password", found.password_hash))
    mine = (identity.c.site_id == site_id) & (identity.c.account_id == account_id)
    return [name for name, has in own if has] + list(db.scalars(select(identity.c.provider).where(mine)))


def list_after(db: Connection, site_id: SiteId, *, after: int | None, most: int) -> list[Account]:
    """List accounts in the order of their making."""
    query = WITH_AUTHOR.where(account.c.site_id == site_id)
    if after is not None:
        query = query.where(account.c.id > after)
    return [of_row(row) for row in db.execute(query.order_by(account.c.id).limit(most))]


def find_password(db: Connection, site_id: SiteId, account_id: AccountId) -> str:
    """Give the hash of an account's password; empty where it has none."""
    query = select(account.c.password_hash).where(account.c.site_id == site_id, account.c.id == account_id)
    return db.execute(query).scalar_one_or_none() or ""


def save_password(db: Connection, site_id: SiteId, account_id: AccountId, kept: str, *, before: str) -> bool:
    """Store the hash of a password, or none where it is empty; False where another was stored since `before`."""
    known = account.c.password_hash == before if before else account.c.password_hash.is_(None)
    mine = (account.c.site_id == site_id) & (account.c.id == account_id) & known
    return db.execute(update(account).where(mine).values(password_hash=kept or None)).rowcount == 1


def clear_password(db: Connection, site_id: SiteId, account_id: AccountId) -> None:
    mine = (account.c.site_id == site_id) & (account.c.id == account_id)
    db.execute(update(account).where(mine).values(password_hash=None))


def lock(db: Connection, site_id: SiteId, account_id: AccountId) -> None:
    """Keep others from giving this account a face until commit."""
    query = select(account.c.id).where(
        account.c.site_id == bindparam("b_site"), account.c.id == bindparam("b_id")
    )
    dialect.lock(db, query, {"b_site": site_id, "b_id": account_id})


def save_role(
    db: Connection, site_id: SiteId, account_id: AccountId, role: Role, *, sections: Sequence[str]
) -> None:
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(role=role.value, sections=list(sections) or None)
    )


def save_proven(db: Connection, site_id: SiteId, account_id: AccountId, *, now: datetime) -> None:
    """Remember that the address of an account was proven; the first time counts."""
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id, account.c.proved_at.is_(None))
        .values(proved_at=now)
    )


def save_language(db: Connection, site_id: SiteId, account_id: AccountId, language: str) -> None:
    """Store a language; empty for the site's."""
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(language=language)
    )


def notices_of(db: Connection, site_id: SiteId, account_id: AccountId) -> dict[str, list[str]] | None:
    """Give which notices an account chose, as they are kept; None where it never did."""
    kept: dict[str, list[str]] | None = db.execute(
        select(account.c.notices).where(account.c.site_id == site_id, account.c.id == account_id)
    ).scalar_one_or_none()
    return kept


def save_notices(
    db: Connection, site_id: SiteId, account_id: AccountId, kept: Mapping[str, Sequence[str]]
) -> None:
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(notices=dict(kept))
    )


def lock_owners(db: Connection, site_id: SiteId) -> None:
    """Let those who change who owns a site go one after the other until commit."""
    dialect.lock_word(db, site_id, "owners")


def has_owner_besides(db: Connection, site_id: SiteId, account_id: AccountId) -> bool:
    """Whether somebody else owns the site, whose account is not about to end."""
    others = (
        select(account.c.id)
        .where(
            account.c.site_id == site_id,
            account.c.role == Role.OWNER.value,
            account.c.id != account_id,
            account.c.ends_at.is_(None),
        )
        .limit(1)
    )
    return db.execute(others).one_or_none() is not None


def save_ending(
    db: Connection,
    site_id: SiteId,
    account_id: AccountId,
    *,
    ending: Ending | None,
    ends_at: datetime | None,
) -> None:
    """Store how and when an account shall end; None for not at all."""
    db.execute(
        update(account)
        .where(account.c.site_id == site_id, account.c.id == account_id)
        .values(ending=None if ending is None else ending.value, ends_at=ends_at)
    )


def delete_account(db: Connection, site_id: SiteId, account_id: AccountId, *, email: str) -> None:
    """Delete an account, its sessions and what it asked to come in by; its face stays with the comments."""
    db.execute(delete(session).where(session.c.site_id == site_id, session.c.account_id == account_id))
    if email:
        db.execute(delete(sign_in).where(sign_in.c.site_id == site_id, sign_in.c.email == email))
    db.execute(delete(account).where(account.c.site_id == site_id, account.c.id == account_id))


def set_author(db: Connection, site_id: SiteId, account_id: AccountId, author_id: AuthorId) -> bool:
    """Give an account its face; False when it has one by now."""
    return (
        db.execute(
            update(account)
            .where(account.c.site_id == site_id, account.c.id == account_id, account.c.author_id.is_(None))
            .values(author_id=author_id)
        ).rowcount
        == 1
    )


def of_row(row: Any) -> Account:
    """Make an account of a row of `WITH_AUTHOR`."""
    face = (
        None
        if row.author_id is None
        else Author(
            id=AuthorId(row.author_id),
            name=row.author_name,
            kind=AuthorKind(row.author_kind),
            badges=tuple(row.author_badges),
            restriction=None if row.restriction is None else Restriction(row.restriction),
            restricted_until=row.restricted_until,
            approved_count=row.approved_count,
            removed_count=row.removed_count,
        )
    )
    return Account(
        id=AccountId(row.id),
        email=row.email or "",
        role=Role(row.role),
        author=face,
        language=row.language,
        created_at=row.created_at,
        ending=None if row.ending is None else Ending(row.ending),
        ends_at=row.ends_at,
        is_proven=row.proved_at is not None,
        has_totp=row.totp_at is not None,
        sections=tuple(row.sections or ()),
    )
