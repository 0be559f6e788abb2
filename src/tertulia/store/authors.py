"""Authors: guests by the hash of their secret, imported ones by their source."""

from datetime import datetime
from functools import partial

from sqlalchemy import Connection, bindparam, select, update

from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author

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
    }
    return _INSERT_NEW.run(db, row) == 1


def find_guest(db: Connection, site_id: SiteId, secret_hash: str) -> Author | None:
    """Give the author behind a guest's secret."""
    row = _GUEST.one_or_none(db, {"site_id": site_id, "secret_hash": secret_hash})
    if row is None:
        return None
    return Author(id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges))


def rename(db: Connection, site_id: SiteId, author_id: AuthorId, name: str) -> None:
    db.execute(update(author).where(author.c.site_id == site_id, author.c.id == author_id).values(name=name))
