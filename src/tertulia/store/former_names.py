"""Names that faces of accounts had before."""

from datetime import datetime

from sqlalchemy import Connection, insert, select

from tertulia.domain.authors import FormerName
from tertulia.domain.ids import AuthorId, SiteId
from tertulia.store.schema import former_name


def insert_former(
    db: Connection, site_id: SiteId, author_id: AuthorId, name: str, *, name_id: int, now: datetime
) -> None:
    row = {"site_id": site_id, "id": name_id, "author_id": author_id, "name": name, "replaced_at": now}
    db.execute(insert(former_name).values(row))


def list_former(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[FormerName]:
    """List the names a face had, the last first."""
    query = (
        select(former_name.c.name, former_name.c.replaced_at)
        .where(former_name.c.site_id == site_id, former_name.c.author_id == author_id)
        .order_by(former_name.c.id.desc())
        .limit(most)
    )
    return [FormerName(name=row.name, replaced_at=row.replaced_at) for row in db.execute(query)]
