"""Saved views: a queue and its filters under a name, each moderator's own."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import Connection, delete, select

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import SiteId
from tertulia.domain.queues import Queue, View, read_filters
from tertulia.store import dialect
from tertulia.store.schema import saved_view

_KEY = ("site_id", "account_id", "name")


def list_own(db: Connection, site_id: SiteId, account_id: AccountId, *, most: int) -> list[View]:
    """List an account's views by name."""
    query = (
        select(saved_view)
        .where(saved_view.c.site_id == site_id, saved_view.c.account_id == account_id)
        .order_by(saved_view.c.name, saved_view.c.id)
        .limit(most)
    )
    return [
        View(id=row.id, name=row.name, queue=Queue(row.queue), filters=read_filters(row.filters))
        for row in db.execute(query)
    ]


def put(
    db: Connection,
    site_id: SiteId,
    account_id: AccountId,
    view: View,
    *,
    words: Mapping[str, str],
    now: datetime,
) -> None:
    """Keep a view; one of the same name becomes this."""
    row = {
        "site_id": site_id,
        "id": view.id,
        "account_id": account_id,
        "name": view.name,
        "queue": view.queue.value,
        "filters": dict(words),
        "created_at": now,
    }
    dialect.insert_or_update(db, saved_view, row, key=_KEY, values=("queue", "filters"))


def remove(db: Connection, site_id: SiteId, account_id: AccountId, view_id: int) -> None:
    """Forget one of an account's views."""
    db.execute(
        delete(saved_view).where(
            saved_view.c.site_id == site_id, saved_view.c.account_id == account_id, saved_view.c.id == view_id
        )
    )
