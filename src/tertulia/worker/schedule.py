"""Periodic work: which task how often, and its jobs under one key per slot of time, whoever inserts them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain.permissions import SYSTEM
from tertulia.domain.sites import Site
from tertulia.services import jobs, markup, sites
from tertulia.services.unit import Units


@dataclass(frozen=True, kw_only=True, slots=True)
class Periodic:
    """A task that runs once in every slot of time: once in all, or once for every site."""

    task: str
    every: timedelta
    is_per_site: bool = False
    edition: int = 0
    """A new edition runs in a slot that the old one had already."""

    def slot(self, now: datetime) -> int:
        """Give the number of the slot that a moment lies in."""
        return int(now.timestamp() // self.every.total_seconds())

    def key(self, slot: int) -> str:
        """Give the key that only one job of the slot can have."""
        edition = f".{self.edition}" if self.edition else ""
        return f"{self.task}{edition}@{slot}"


PERIODICS: Final = (
    Periodic(task="forget_submissions", every=timedelta(hours=1)),
    Periodic(task="forget_sessions", every=timedelta(hours=1)),
    Periodic(task="forget_takeouts", every=timedelta(hours=1)),
    Periodic(task="forget_traces", every=timedelta(hours=1)),
    Periodic(task="forget_jobs", every=timedelta(hours=1)),
    Periodic(task="forget_networks", every=timedelta(days=1), is_per_site=True),
    Periodic(task="forget_notifiers", every=timedelta(days=1), is_per_site=True),
    Periodic(task="render_again", every=timedelta(days=1), is_per_site=True, edition=markup.RENDERER),
)


class Schedule:
    """Inserts what is due. Remembers what this process has inserted, so that most looks cost nothing."""

    def __init__(self, units: Units, periodics: Sequence[Periodic] = PERIODICS) -> None:
        self._units = units
        self._periodics = periodics
        self._inserted: dict[Periodic, int] = {}

    def insert_due(self) -> int:
        """Insert the jobs of the present slots; give how many nobody had inserted before."""
        now = self._units.clock()
        due = [each for each in self._periodics if self._inserted.get(each) != each.slot(now)]
        if not due:
            return 0
        known = sites.list_all(self._units)
        if not known:
            return 0
        # What is done once in all belongs to the oldest site, because every row belongs to one.
        oldest = min(known, key=lambda site: site.id)
        number = sum(
            self._insert(site, [each for each in due if each.is_per_site or site == oldest], now)
            for site in known
        )
        self._inserted.update((each, each.slot(now)) for each in due)
        return number

    def _insert(self, site: Site, due: Sequence[Periodic], now: datetime) -> int:
        if not due:
            return 0
        with self._units.write(site.key, SYSTEM) as unit:
            return sum(
                jobs.defer(unit, each.task, {"slot": each.slot(now)}, unique_key=each.key(each.slot(now)))
                for each in due
            )
