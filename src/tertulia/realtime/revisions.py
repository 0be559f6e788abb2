"""What this process knows of the revisions of stories and sites, so that a cached page needs no database.

Two kinds of knowledge are kept apart. *Raised*: a nudge or one's own commit says that a story is at least there.
*Known*: somebody read it, and everything since would have reached us. Only what is known is given; a page that
was read before an outage of the bus must not become known after it, hence the generation.
"""

import threading
from collections.abc import Sequence
from typing import Final

from tertulia.domain.events import Event, PolicyChanged, SiteChanged
from tertulia.realtime.nudges import SITE_CHANGED, Nudge

MOST_KEPT: Final = 100_000
"""Stories remembered; beyond it everything is forgotten and read anew."""

_SITE: Final = 0
"""Stands in the place of a story: the site itself, whose revision is the id of its newest event."""


class Revisions:
    """Revisions by (site key, story). All methods may be called from any thread; `get` takes no lock."""

    def __init__(self) -> None:
        self._known: dict[tuple[str, int], int] = {}
        self._raised: dict[tuple[str, int], int] = {}
        self._looks: dict[str, int] = {}
        self._looks_made = self._look_of_all = 0
        self._lock = threading.Lock()
        self._is_fed = True
        self.generation = 0
        """Ask for it before a read and hand it to `learn` after it."""

    def get(self, site: str, story_id: int) -> int | None:
        """Give a story's revision; None when only the database knows."""
        return self._known.get((site, story_id))

    def get_site(self, site: str) -> int | None:
        """Give the id of a site's newest event; None when only the database knows."""
        return self._known.get((site, _SITE))

    def look(self, site: str) -> int:
        """Give a number that stands for a site's name, language and policy: it differs after they changed.

        Ask for it before a read; what was made before a change is no good after it.
        """
        return self._looks.get(site, self._look_of_all)

    def learn(self, site: str, story_id: int, revision: int, *, generation: int) -> None:
        """Remember what was read, unless the bus was lost since `generation` was asked."""
        with self._lock:
            if not self._is_fed or generation != self.generation:
                return
            key = (site, story_id)
            self._known[key] = max(revision, self._raised.get(key, 0), self._known.get(key, 0))
            self._bound()

    def learn_site(self, site: str, newest_event: int, *, generation: int) -> None:
        """Remember the id of a site's newest event, as it was read."""
        self.learn(site, _SITE, newest_event, generation=generation)

    def raise_to(self, site: str, story_id: int, revision: int) -> None:
        """A story is at least at this revision now."""
        key = (site, story_id)
        with self._lock:
            if revision <= self._raised.get(key, -1):
                return
            self._raised[key] = revision
            if key in self._known:
                self._known[key] = max(revision, self._known[key])
            self._bound()

    def follow_commit(self, site: str, happened: Sequence[Event]) -> None:
        """See one's own write at once, before its nudge comes around."""
        for each in happened:
            revision: int | None = getattr(each, "revision", None)
            story_id: int | None = getattr(each, "story_id", None)
            if revision is not None and story_id is not None:
                self.raise_to(site, story_id, revision)
        with self._lock:
            # The ids of these events are not known here; the next reader of the site's pages asks.
            self._known.pop((site, _SITE), None)
        if any(isinstance(each, PolicyChanged | SiteChanged) for each in happened):
            self._change_look(site)

    def forget_all(self) -> None:
        """The bus is lost: nothing is known, every read asks the database until `trust`."""
        with self._lock:
            self._is_fed = False
            self._forget()

    def trust(self) -> None:
        """The bus is back: what is read from now on is known."""
        with self._lock:
            self._forget()
            self._is_fed = True

    # What a bus asks of those who follow it.

    def hear(self, nudge: Nudge) -> None:
        """Follow a nudge."""
        revision = nudge.data.get("revision")
        if isinstance(revision, int):
            self.raise_to(nudge.site, nudge.story_id, revision)
        self.raise_to(nudge.site, _SITE, nudge.event_id)
        if nudge.name == SITE_CHANGED:
            self._change_look(nudge.site)

    def lost(self) -> None:
        """The bus lost its connection."""
        self.forget_all()

    def back(self) -> None:
        """The bus hears again."""
        self.trust()

    def _bound(self) -> None:
        if len(self._known) > MOST_KEPT or len(self._raised) > MOST_KEPT:
            self._forget()

    def _forget(self) -> None:
        self._known.clear()
        self._raised.clear()
        self.generation += 1
        self._looks.clear()
        self._looks_made += 1
        self._look_of_all = self._looks_made

    def _change_look(self, site: str) -> None:
        with self._lock:
            self._looks_made += 1
            self._looks[site] = self._looks_made
