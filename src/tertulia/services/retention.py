"""What is kept for a time only: keys of submits, sessions, takeouts, finished jobs, networks of comments."""

from datetime import timedelta

from tertulia.domain import ids
from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import SYSTEM
from tertulia.services.unit import Units
from tertulia.store import (
    attempts,
    comment_upkeep,
    flags,
    jobs,
    reports,
    sessions,
    sign_ins,
    submissions,
    takeouts,
    traces,
)

SUBMISSIONS_KEPT = timedelta(hours=24)
SIGN_INS_KEPT = timedelta(hours=24)
"""Longer than the hour within which they are counted."""
JOBS_KEPT = timedelta(days=7)
STEP = 1000
"""Rows one transaction looks at, so that nobody waits long for it."""


def forget_submissions(units: Units) -> int:
    """Delete the keys of submits that no browser repeats any more."""
    with units.bare(write=True) as (db, now):
        return submissions.forget_old(db, before=now - SUBMISSIONS_KEPT)


def forget_sessions(units: Units) -> None:
    """Delete sessions, one-time links and attempts to sign in elsewhere whose time is over."""
    with units.bare(write=True) as (db, now):
        sessions.forget_over(db, now=now)
        attempts.forget_over(db, now=now)
        sign_ins.forget_over(db, before=now - SIGN_INS_KEPT)


def forget_takeouts(units: Units) -> None:
    """Delete what somebody asked to take along, and can fetch no more."""
    with units.bare(write=True) as (db, now):
        takeouts.forget_over(db, now=now)


def forget_jobs(units: Units) -> bool:
    """Delete old finished jobs; give whether there are more. Parked ones stay."""
    with units.bare(write=True) as (db, now):
        return jobs.forget_finished(db, before=now - JOBS_KEPT, most=STEP) == STEP


def forget_traces(units: Units) -> None:
    """Delete the hashes that bans kept for a time."""
    with units.bare(write=True) as (db, now):
        traces.forget_over(db, now=now)


def forget_networks_of_sessions(units: Units, site_key: str) -> None:
    """Clear the hashes of networks from sessions that were opened longer ago than the site's policy says."""
    with units.write(site_key, SYSTEM) as unit:
        old = unit.now - timedelta(days=unit.policy.networks_kept_days)
        sessions.forget_networks(unit.db, unit.site.id, before=old)


def forget_notifiers(units: Units, site_key: str) -> None:
    """Clear names and addresses from reports that were decided longer ago than the site's policy says."""
    with units.write(site_key, SYSTEM) as unit:
        old = unit.now - timedelta(days=unit.policy.reports_kept_days)
        reports.forget_notifiers(unit.db, unit.site.id, before=old)


def forget_networks_of_reports(units: Units, site_key: str) -> None:
    """Clear the hashes of networks from reports that came longer ago than the site's policy says."""
    with units.write(site_key, SYSTEM) as unit:
        old = ids.at(unit.now - timedelta(days=unit.policy.networks_kept_days), 0)
        reports.clear_networks(unit.db, unit.site.id, before=old)


def forget_networks_of_flags(units: Units, site_key: str) -> None:
    """Clear the hashes of networks from flags that were made longer ago than the site's policy says."""
    is_done = False
    while not is_done:
        with units.write(site_key, SYSTEM) as unit:
            old = ids.at(unit.now - timedelta(days=unit.policy.networks_kept_days), 0)
            is_done = flags.clear_networks(unit.db, unit.site.id, before=old, most=STEP) < STEP


def forget_networks(units: Units, site_key: str, *, after: CommentId) -> CommentId | None:
    """Clear the hashes of networks from old comments behind an id; give where to go on, None at the end."""
    with units.read(site_key, SYSTEM) as unit:
        old = unit.now - timedelta(days=unit.policy.networks_kept_days)
        before = CommentId(ids.at(old, 0))
        walked = comment_upkeep.walk(unit.db, unit.site.id, after=after, before=before, most=STEP)
    marked = [each.id for each in walked if each.has_network]
    if marked:
        with units.write(site_key, SYSTEM) as unit:
            comment_upkeep.clear_networks(unit.db, unit.site.id, marked)
    return walked[-1].id if len(walked) == STEP else None
