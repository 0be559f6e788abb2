"""Accounts as staff look for them: by the beginning of an address or a name, and by role."""

from collections.abc import Collection, Sequence

from sqlalchemy import ColumnElement, Connection, false, func, or_, select

from tertulia.domain.accounts import Account, AccountId, Role
from tertulia.domain.authors import History
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.store import dialect
from tertulia.store.accounts import WITH_AUTHOR, of_row
from tertulia.store.schema import account, author, comment


def list_found(
    db: Connection,
    site_id: SiteId,
    *,
    address: str,
    looks: Sequence[str],
    role: Role | None,
    before: AccountId | None,
    most: int,
) -> list[Account]:
    """List accounts, the newest first, whose address or name begins so; an empty address is for all."""
    query = WITH_AUTHOR.where(account.c.site_id == site_id)
    if address:
        query = query.where(_begins(db, site_id, address, looks))
    if role is not None:
        query = query.where(account.c.role == role.value)
    if before is not None:
        query = query.where(account.c.id < before)
    return [of_row(row) for row in db.execute(query.order_by(account.c.id.desc()).limit(most))]


def accounts_of(
    db: Connection, site_id: SiteId, author_ids: Collection[AuthorId]
) -> dict[AuthorId, AccountId]:
    """Give the accounts of faces in one query."""
    rows = db.execute(
        select(account.c.id, account.c.author_id).where(
            account.c.site_id == site_id, account.c.author_id.in_(author_ids)
        )
    )
    return {AuthorId(row.author_id): AccountId(row.id) for row in rows}


def count_comments(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> int:
    """Count what an author wrote, whatever became of it, up to `most`."""
    some = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def histories(
    db: Connection, site_id: SiteId, author_ids: Collection[AuthorId], *, most: int
) -> dict[AuthorId, History]:
    """Give what authors did here, in one query; of each one's comments `most` are counted."""
    some = (
        select(comment.c.id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author.c.id)
        .correlate(author)
        .limit(most)
        .subquery()
    )
    counted = select(func.count()).select_from(some).scalar_subquery()
    # Of an imported author the row is as old as the import, and the comments are older.
    first = (
        select(comment.c.created_at)
        .where(comment.c.site_id == site_id, comment.c.author_id == author.c.id)
        .correlate(author)
        .order_by(comment.c.id)
        .limit(1)
        .scalar_subquery()
    )
    query = select(
        author.c.id,
        first.label("since"),
        author.c.approved_count,
        author.c.removed_count,
        counted.label("comments"),
    ).where(author.c.site_id == site_id, author.c.id.in_(author_ids))
    return {
        AuthorId(row.id): History(
            comments=row.comments,
            since=row.since,
            approved=row.approved_count,
            removed=row.removed_count,
        )
        for row in db.execute(query)
    }


def _begins(db: Connection, site_id: SiteId, address: str, looks: Sequence[str]) -> ColumnElement[bool]:
    named = [dialect.begins_with(db, author.c.skeleton, look) for look in looks]
    faces = select(author.c.id).where(author.c.site_id == site_id, or_(false(), *named))
    return or_(dialect.begins_with(db, account.c.email, address), account.c.author_id.in_(faces))
