"""Jobs: defer, take, finish, retry, park; and leases, by which one process at a time does a thing."""

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from tertulia.services.unit import Unit, Units
from tertulia.store import jobs as store
from tertulia.store import sites

MOST_ATTEMPTS = 8
"""A task that failed this often is parked: it waits for a person."""
FIRST_PAUSE = timedelta(seconds=10)
LONGEST_PAUSE = timedelta(hours=1)


class End(StrEnum):
    """What became of a job that was taken."""

    FINISHED = "finished"
    RETRIED = "retried"
    PARKED = "parked"


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A job that is ours until its time is over."""

    site: str
    """Key of the site it belongs to."""
    task: str
    arguments: Mapping[str, Any]
    attempts: int
    job: store.Job

    @property
    def is_worn_out(self) -> bool:
        """Whether it was tried more often than is sensible: its takers died."""
        return self.attempts > MOST_ATTEMPTS


@dataclass(frozen=True, kw_only=True, slots=True)
class Lease:
    """The right to do something alone, for a while."""

    name: str
    holder: str
    lasts: timedelta


def defer(
    unit: Unit,
    task: str,
    arguments: Mapping[str, Any],
    *,
    run_at: datetime | None = None,
    unique_key: str | None = None,
) -> bool:
    """Add a job to this transaction; give False when one with this unique key is there already."""
    return store.defer(
        unit.db,
        unit.site.id,
        job_id=unit.new_id(),
        task=task,
        arguments=arguments,
        run_at=run_at or unit.now,
        unique_key=unique_key,
    )


def take(units: Units, *, lasting: timedelta) -> Taken | None:
    """Take the job that has waited longest; nobody else gets it for this long."""
    with units.bare(write=True) as (db, now):
        job = store.take(db, now=now, until=now + lasting)
        if job is None:
            return None
        key = sites.keys_of(db, [job.site_id])[job.site_id]
    return Taken(site=key, task=job.task, arguments=job.arguments, attempts=job.attempts, job=job)


def is_due(units: Units) -> bool:
    """Say whether a job waits whose time has come; cheaper than trying to take one."""
    with units.bare() as (db, now):
        moment = store.next_run_at(db)
    return moment is not None and moment <= now


def finish(units: Units, done: Taken) -> None:
    """Mark a job as done."""
    with units.bare(write=True) as (db, now):
        store.finish(db, done.job, now=now)


def fail(units: Units, failed: Taken, *, error: str) -> End:
    """Put a job back to be tried later, or park it after too many attempts.

    `error` names what went wrong and holds no words of people.
    """
    with units.bare(write=True) as (db, now):
        if failed.attempts >= MOST_ATTEMPTS:
            store.park(db, failed.job, error=error, now=now)
            return End.PARKED
        store.retry(db, failed.job, run_at=now + pause_after(failed.attempts), error=error)
    return End.RETRIED


def pause_after(attempts: int) -> timedelta:
    """Give the time before another attempt: doubling, bounded, and not the same for all."""
    pause = min(LONGEST_PAUSE, FIRST_PAUSE * 2.0 ** min(attempts - 1, 30))
    return pause * random.uniform(0.75, 1.25)  # noqa: S311  # spreads load, keeps no secret  # nosec B311


def count_by_state(units: Units) -> dict[str, int]:
    """Count jobs by state, for health and metrics."""
    with units.bare() as (db, _):
        return store.count_by_state(db)


def hold(units: Units, lease: Lease) -> bool:
    """Get a lease or prolong it; False while somebody else holds it."""
    with units.bare(write=True) as (db, now):
        return store.hold_lease(db, lease.name, holder=lease.holder, now=now, until=now + lease.lasts)


def renew(unit: Unit, lease: Lease) -> bool:
    """Prolong a lease in the transaction that needs it; False when somebody else holds it by now."""
    return store.hold_lease(
        unit.db, lease.name, holder=lease.holder, now=unit.now, until=unit.now + lease.lasts
    )


def let_go(units: Units, lease: Lease) -> None:
    """Give a lease back, so that the next holder need not wait for its end."""
    with units.bare(write=True) as (db, now):
        store.hold_lease(db, lease.name, holder=lease.holder, now=now, until=now - lease.lasts)
