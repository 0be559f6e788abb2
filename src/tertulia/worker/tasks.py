"""The tasks that jobs name. Each may run twice for one job, and stops soon when it is asked to."""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from tertulia.domain.ids import CommentId
from tertulia.domain.permissions import SYSTEM
from tertulia.services import jobs, rendering, retention
from tertulia.services.jobs import Taken
from tertulia.services.unit import Units

WALK_SECONDS: Final = 30.0
"""A walk over all comments gives way to other jobs after this long and goes on in a job of its own."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Work:
    """What a task receives: the job and the means to do it."""

    units: Units
    job: Taken
    is_stopping: Callable[[], bool] = lambda: False


Task = Callable[[Work], None]
Step = Callable[[CommentId], CommentId | None]
"""Does a piece of a walk behind an id; gives where to go on, None at the end."""


def render_again(work: Work) -> None:
    """Render comments that older rules rendered."""
    _walk(work, lambda after: rendering.renew(work.units, work.job.site, after=after))


def forget_networks(work: Work) -> None:
    """Clear the hashes of networks from old comments."""
    _walk(work, lambda after: retention.forget_networks(work.units, work.job.site, after=after))


def forget_submissions(work: Work) -> None:
    """Delete old keys of submits."""
    retention.forget_submissions(work.units)


def forget_sessions(work: Work) -> None:
    """Delete sessions that are over."""
    retention.forget_sessions(work.units)


def forget_jobs(work: Work) -> None:
    """Delete old finished jobs."""
    while retention.forget_jobs(work.units):
        if work.is_stopping():
            return


def _walk(work: Work, step: Step) -> None:
    """Go on from where the job says until the end, the time limit or a shutdown; the rest is another job."""
    until = time.monotonic() + WALK_SECONDS
    after: CommentId | None = CommentId(work.job.arguments.get("after", 0))
    while after is not None:
        after = step(after)
        if after is not None and (work.is_stopping() or time.monotonic() > until):
            _go_on(work, after)
            return


def _go_on(work: Work, after: CommentId) -> None:
    slot = work.job.arguments.get("slot", 0)
    with work.units.write(work.job.site, SYSTEM) as unit:
        jobs.defer(
            unit,
            work.job.task,
            {**work.job.arguments, "after": after},
            unique_key=f"{work.job.task}@{slot}>{after}",
        )


TASKS: Final[Mapping[str, Task]] = {
    "render_again": render_again,
    "forget_networks": forget_networks,
    "forget_submissions": forget_submissions,
    "forget_sessions": forget_sessions,
    "forget_jobs": forget_jobs,
}
