"""What moderators' links from the command line stand for: rows of `session`, unused links and what others opened."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, and_, delete, select

from tertulia.domain.ids import SiteId
from tertulia.store.schema import session


@dataclass(frozen=True, kw_only=True, slots=True)
class Link:
    """A moderator's link that nobody used yet, or the session that one opened."""

    name: str
    is_used: bool
    created_at: datetime
    expires_at: datetime


def list_open(db: Connection, site_id: SiteId, *, now: datetime) -> list[Link]:
    """List moderators' unused links and open sessions, the latest first, at most a hundred."""
    rows = db.execute(
        select(session.c.name, session.c.kind, session.c.created_at, session.c.expires_at)
        .where(_is_open(site_id, now=now))
        .order_by(session.c.created_at.desc(), session.c.token_hash)
        .limit(100)
    )
    return [
        Link(
            name=row.name,
            is_used=row.kind == "session",
            created_at=row.created_at,
            expires_at=row.expires_at,
        )
        for row in rows
    ]


def end_all(db: Connection, site_id: SiteId, *, now: datetime) -> int:
    """End moderators' unused links and open sessions; give how many those were."""
    return db.execute(delete(session).where(_is_open(site_id, now=now))).rowcount


def _is_open(site_id: SiteId, *, now: datetime) -> ColumnElement[bool]:
    return and_(
        session.c.site_id == site_id,
        session.c.kind.in_(("link", "session")),
        session.c.used_at.is_(None),
        session.c.expires_at > now,
    )
