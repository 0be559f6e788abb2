"""Jobs as a worker does them, one after the other, until none is due."""

from datetime import timedelta

from tertulia.services import jobs
from tertulia.testing.builders import Make
from tertulia.worker.tasks import TASKS, Work


def work(make: Make, *tasks: str) -> int:
    """Do the jobs that are due, or those of some tasks; give how many were done."""
    done = 0
    while (taken := jobs.take(make.units, lasting=timedelta(minutes=5))) is not None:
        if not tasks or taken.task in tasks:
            TASKS[taken.task](Work(units=make.units, job=taken))
            done += 1
        jobs.finish(make.units, taken)
    return done
