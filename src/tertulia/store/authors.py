"""Authors: guests by the hash of their secret, imported ones by their source."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, insert, select, update

from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.ids import AuthorId, SiteId, StoryId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author, comment

_GUEST = Prepared(
    select(author.c.id, author.c.name, author.c.kind, author.c.badges).where(
        author.c.site_id == bindparam("site_id"), author.c.secret_hash == bindparam("secret_hash")
    )
)
_INSERT_NEW = Prepared(partial(dialect.insert_unless_there, author))


def insert_guest(db: Connection, site_id: SiteId, new: Author, *, secret_hash: str, now: datetime) -> bool:
    """Insert a guest's face; False when another transaction gave this secret one first."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "name": new.name,
        "kind": new.kind.value,
        "badges": list(new.badges),
        "created_at": now,
        # Without a secret nobody can come back: such faces are as many as they like.
        "secret_hash": secret_hash or None,
        "claim_hash": None,
        "source": "",
        "source_id": "",
        "skeleton": None,
    }
    return _INSERT_NEW.run(db, row) == 1


def find_guest(db: Connection, site_id: SiteId, secret_hash: str) -> Author | None:
    """Give the author behind a guest's secret."""
    row = _GUEST.one_or_none(db, {"site_id": site_id, "secret_hash": secret_hash})
    if row is None:
        return None
    return Author(id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges))


def insert_of_account(db: Connection, site_id: SiteId, new: Author, *, now: datetime) -> None:
    """Insert the face of an account."""
    row = {"site_id": site_id, "id": new.id, "name": new.name, "kind": new.kind.value, "created_at": now}
    db.execute(insert(author).values(**row, badges=list(new.badges)))


def adopt(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Make a guest's face that of an account: the guest's secret opens nothing any more."""
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(kind=AuthorKind.ACCOUNT.value, secret_hash=None)
    )


def save_badges(db: Connection, site_id: SiteId, author_id: AuthorId, badges: Sequence[str]) -> None:
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(badges=list(badges))
    )


def list_stories(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[StoryId]:
    """List the stories an author wrote under."""
    query = (
        select(comment.c.story_id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .distinct()
        .order_by(comment.c.story_id)
        .limit(most)
    )
    return [StoryId(row.story_id) for row in db.execute(query)]


def rename(db: Connection, site_id: SiteId, author_id: AuthorId, name: str) -> None:
    db.execute(update(author).where(author.c.site_id == site_id, author.c.id == author_id).values(name=name))
