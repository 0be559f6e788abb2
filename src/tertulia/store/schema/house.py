"""Tables of what keeps the house going: events, jobs, leases, and what an import remembers."""

from sqlalchemy import Column, ForeignKeyConstraint, Index, Integer, Table, Text, UniqueConstraint

from tertulia.store.schema.frame import metadata, of_site
from tertulia.store.types import BigInt, Json, UtcTime

event = Table(
    "event",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("name", Text, nullable=False),
    Column("story_id", BigInt),
    Column("facts", Json, nullable=False),
    Column("actor", Text, nullable=False),
    Column("happened_at", UtcTime, nullable=False),
    Column("relayed_at", UtcTime),
)
_unrelayed = event.c.relayed_at.is_(None)
Index("ix_event_unrelayed", event.c.site_id, event.c.id, sqlite_where=_unrelayed, postgresql_where=_unrelayed)
Index("ix_event_story", event.c.site_id, event.c.story_id, event.c.id)

job = Table(
    "job",
    metadata,
    of_site(),
    Column("id", BigInt, primary_key=True, autoincrement=False),
    Column("task", Text, nullable=False),
    Column("arguments", Json, nullable=False),
    Column("state", Text, nullable=False),
    Column("run_at", UtcTime, nullable=False),
    Column("attempts", Integer, nullable=False, default=0),
    Column("taken_until", UtcTime),
    Column("unique_key", Text),
    Column("error", Text, nullable=False, default=""),
    Column("finished_at", UtcTime),
    UniqueConstraint("site_id", "unique_key"),
)
_waiting = job.c.state == "waiting"
Index("ix_job_waiting", job.c.run_at, sqlite_where=_waiting, postgresql_where=_waiting)
_taken = job.c.state == "taken"
Index("ix_job_taken", job.c.taken_until, sqlite_where=_taken, postgresql_where=_taken)

lease = Table(
    "lease",
    metadata,
    Column("name", Text, primary_key=True),
    Column("holder", Text, nullable=False),
    Column("until", UtcTime, nullable=False),
)

imported = Table(
    "imported",
    metadata,
    of_site(),
    Column("source", Text, primary_key=True),
    Column("kind", Text, primary_key=True),
    Column("source_id", Text, primary_key=True),
    Column("our_id", BigInt, nullable=False),
    Index("ix_imported_ours", "site_id", "our_id"),
)

# A reply whose stated parent has not come yet: linked when a later file brings it.
orphan = Table(
    "orphan",
    metadata,
    of_site(),
    Column("source", Text, primary_key=True),
    Column("comment_id", BigInt, primary_key=True, autoincrement=False),
    Column("parent_source_id", Text, nullable=False),
    ForeignKeyConstraint(["site_id", "comment_id"], ["comment.site_id", "comment.id"], ondelete="CASCADE"),
    Index("ix_orphan_parent", "site_id", "source", "parent_source_id"),
)
