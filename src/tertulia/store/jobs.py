"""Jobs: durable work. Deferred inside a Unit, taken by one worker, finished, retried or parked."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, bindparam, delete, func, or_, select, tuple_, update

from tertulia.domain.ids import SiteId
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import job, lease

# The relay prolongs its lease in each pass.
_HOLD = Prepared(
    update(lease)
    .where(
        lease.c.name == bindparam("b_name"),
        or_(lease.c.holder == bindparam("b_holder"), lease.c.until < bindparam("b_now")),
    )
    .values(holder=bindparam("b_holder"), until=bindparam("b_until"))
)


@dataclass(frozen=True, kw_only=True, slots=True)
class Job:
    """A piece of durable work that somebody has taken."""

    site_id: SiteId
    id: int
    task: str
    arguments: dict[str, Any]
    attempts: int


def defer(
    db: Connection,
    site_id: SiteId,
    *,
    job_id: int,
    task: str,
    arguments: Mapping[str, Any],
    run_at: datetime,
    unique_key: str | None = None,
) -> bool:
    """Add a job; give False when one with this unique key is there already."""
    row = {
        "site_id": site_id,
        "id": job_id,
        "task": task,
        "arguments": dict(arguments),
        "state": "waiting",
        "run_at": run_at,
        "unique_key": unique_key,
    }
    return dialect.insert_new(db, job, [row]) == 1


def take(db: Connection, *, now: datetime, until: datetime) -> Job | None:
    """Take the job that has waited longest, or one whose taker died; nobody else gets it before `until`."""
    due = (
        select(job.c.site_id, job.c.id)
        .where(
            or_(
                (job.c.state == "waiting") & (job.c.run_at <= now),
                (job.c.state == "taken") & (job.c.taken_until < now),
            )
        )
        .order_by(job.c.run_at, job.c.site_id, job.c.id)
        .limit(1)
    )
    key = db.execute(dialect.lock_rows(db, due)).one_or_none()
    if key is None:
        return None
    row = db.execute(
        update(job)
        .where(job.c.site_id == key.site_id, job.c.id == key.id)
        .values(state="taken", taken_until=until, attempts=job.c.attempts + 1)
        .returning(job.c.site_id, job.c.id, job.c.task, job.c.arguments, job.c.attempts)
    ).one()
    return Job(
        site_id=SiteId(row.site_id),
        id=row.id,
        task=row.task,
        arguments=row.arguments,
        attempts=row.attempts,
    )


def finish(db: Connection, done: Job, *, now: datetime) -> None:
    """Mark a job as done."""
    _leave(db, done, state="finished", finished_at=now, error="")


def retry(db: Connection, failed: Job, *, run_at: datetime, error: str) -> None:
    """Put a job back to be tried again later."""
    _leave(db, failed, state="waiting", run_at=run_at, error=error)


def park(db: Connection, failed: Job, *, error: str, now: datetime) -> None:
    """Stop trying; the desk shows it."""
    _leave(db, failed, state="parked", error=error, finished_at=now)


def _leave(db: Connection, held: Job, **values: Any) -> None:
    db.execute(
        update(job)
        .where(job.c.site_id == held.site_id, job.c.id == held.id, job.c.attempts == held.attempts)
        .values(taken_until=None, **values)
    )


def next_run_at(db: Connection) -> datetime | None:
    """Give when the next waiting job is due."""
    moment: datetime | None = db.execute(
        select(func.min(job.c.run_at)).where(job.c.state == "waiting")
    ).scalar_one_or_none()
    return moment


def count_by_state(db: Connection) -> dict[str, int]:
    """Count jobs by state, for health and metrics."""
    query = select(job.c.state, func.count().label("number")).group_by(job.c.state)
    return {row.state: row.number for row in db.execute(query)}


def forget_finished(db: Connection, *, before: datetime, most: int = 1000) -> int:
    """Delete old finished jobs, at most `most`; parked ones stay."""
    old = [
        (row.site_id, row.id)
        for row in db.execute(
            select(job.c.site_id, job.c.id)
            .where(job.c.state == "finished", job.c.finished_at < before)
            .limit(most)
        )
    ]
    if old:
        db.execute(delete(job).where(tuple_(job.c.site_id, job.c.id).in_(old)))
    return len(old)


def hold_lease(db: Connection, name: str, *, holder: str, now: datetime, until: datetime) -> bool:
    """Get or renew a lease: only one holder at a time; give whether it is ours now."""
    given = {"b_name": name, "b_holder": holder, "b_now": now, "b_until": until}
    if _HOLD.run(db, given):
        return True
    # Nobody ever held it, or somebody else does.
    return dialect.insert_new(db, lease, [{"name": name, "holder": holder, "until": until}]) == 1
