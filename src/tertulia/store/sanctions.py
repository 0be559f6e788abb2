"""Sanctions: what moderators did to authors; and the strongest one, which stands with the author's face."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, bindparam, insert, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.domain.sanctions import RESTRICTIONS, Sanction, SanctionId, SanctionKind
from tertulia.store import dialect
from tertulia.store.schema import author, sanction

_LASTING = [kind.value for kind in RESTRICTIONS]
_TOLD = [kind.value for kind in SanctionKind if kind not in RESTRICTIONS]


def insert_sanction(db: Connection, site_id: SiteId, new: Sanction, *, account_id: AccountId | None) -> None:
    """Store what was done to an author, and whose face that was then."""
    db.execute(
        insert(sanction).values(
            site_id=site_id,
            id=new.id,
            author_id=new.author_id,
            account_id=account_id,
            kind=new.kind.value,
            reason=new.reason,
            words=new.words,
            is_everywhere=new.is_everywhere,
            removes_comments=new.removes_comments,
            origin_id=new.origin_id,
            made_by=new.account_id,
            made_name=new.made_by,
            made_at=new.made_at,
            ends_at=new.ends_at,
            lifted_at=None,
            lifted_name="",
            seen_at=None,
            policy_version=new.policy_version,
        )
    )


def find(db: Connection, site_id: SiteId, sanction_id: SanctionId) -> Sanction | None:
    row = db.execute(
        select(sanction).where(sanction.c.site_id == site_id, sanction.c.id == sanction_id)
    ).one_or_none()
    return None if row is None else _sanction(row)


def list_of_author(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[Sanction]:
    """List what was done to an author, newest first."""
    query = select(sanction).where(sanction.c.site_id == site_id, sanction.c.author_id == author_id)
    return [_sanction(row) for row in db.execute(query.order_by(sanction.c.id.desc()).limit(most))]


def list_holding(db: Connection, site_id: SiteId, author_id: AuthorId, *, now: datetime) -> list[Sanction]:
    """List what restricts an author now."""
    query = select(sanction).where(
        sanction.c.site_id == site_id,
        sanction.c.author_id == author_id,
        sanction.c.kind.in_(_LASTING),
        sanction.c.lifted_at.is_(None),
        sanction.c.ends_at.is_(None) | (sanction.c.ends_at > now),
    )
    return [_sanction(row) for row in db.execute(query.order_by(sanction.c.id))]


def list_unread(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[Sanction]:
    """List the messages and warnings that an author did not say they had read, oldest first."""
    query = select(sanction).where(
        sanction.c.site_id == site_id,
        sanction.c.author_id == author_id,
        sanction.c.kind.in_(_TOLD),
        sanction.c.seen_at.is_(None),
    )
    return [_sanction(row) for row in db.execute(query.order_by(sanction.c.id).limit(most))]


def list_followers(
    db: Connection, site_id: SiteId, origin_id: SanctionId, *, now: datetime
) -> list[Sanction]:
    """List what holds on a site because a ban followed its person."""
    query = select(sanction).where(
        sanction.c.site_id == site_id,
        sanction.c.origin_id == origin_id,
        sanction.c.lifted_at.is_(None),
        sanction.c.ends_at.is_(None) | (sanction.c.ends_at > now),
    )
    return [_sanction(row) for row in db.execute(query.order_by(sanction.c.id))]


def has_followed(db: Connection, site_id: SiteId, author_id: AuthorId, origin_id: SanctionId) -> bool:
    """Whether a ban followed its person to this author before, lifted or not."""
    query = select(sanction.c.id).where(
        sanction.c.site_id == site_id,
        sanction.c.origin_id == origin_id,
        sanction.c.author_id == author_id,
    )
    return db.execute(query.limit(1)).one_or_none() is not None


def mark_seen(
    db: Connection, site_id: SiteId, author_id: AuthorId, sanction_id: SanctionId, *, now: datetime
) -> bool:
    """Remember that an author read something; False when it is not theirs, or was read before."""
    own = (sanction.c.site_id == site_id) & (sanction.c.author_id == author_id)
    unread = (sanction.c.id == sanction_id) & sanction.c.seen_at.is_(None)
    return db.execute(update(sanction).where(own, unread).values(seen_at=now)).rowcount == 1


def save_lifted(db: Connection, site_id: SiteId, sanction_id: SanctionId, *, by: str, now: datetime) -> bool:
    """Remember that a sanction was lifted; False when it was already."""
    standing = (sanction.c.id == sanction_id) & sanction.c.lifted_at.is_(None)
    lifted = {"lifted_at": now, "lifted_name": by}
    return (
        db.execute(update(sanction).where(sanction.c.site_id == site_id, standing).values(**lifted)).rowcount
        == 1
    )


def lock_author(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Let those who restrict an author go one after the other until commit."""
    query = select(author.c.id).where(
        author.c.site_id == bindparam("b_site"), author.c.id == bindparam("b_id")
    )
    dialect.lock(db, query, {"b_site": site_id, "b_id": author_id})


def save_strongest(db: Connection, site_id: SiteId, author_id: AuthorId, strongest: Sanction | None) -> None:
    """Keep with an author's face what restricts it most."""
    kept = None if strongest is None else RESTRICTIONS[strongest.kind].value
    until = None if strongest is None else strongest.ends_at
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(restriction=kept, restricted_until=until)
    )


def forget_words(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Forget what moderators said to an author; what they did stays."""
    mine = (sanction.c.site_id == site_id) & (sanction.c.author_id == author_id)
    db.execute(update(sanction).where(mine).values(words=""))


def _sanction(row: Row[Any]) -> Sanction:
    return Sanction(
        id=SanctionId(row.id),
        author_id=AuthorId(row.author_id),
        kind=SanctionKind(row.kind),
        reason=row.reason,
        words=row.words,
        is_everywhere=row.is_everywhere,
        removes_comments=row.removes_comments,
        origin_id=None if row.origin_id is None else SanctionId(row.origin_id),
        account_id=None if row.made_by is None else AccountId(row.made_by),
        made_by=row.made_name,
        made_at=row.made_at,
        policy_version=row.policy_version,
        ends_at=row.ends_at,
        lifted_at=row.lifted_at,
        lifted_by=row.lifted_name,
        seen_at=row.seen_at,
    )
