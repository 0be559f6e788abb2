"""Sites and their policies as of a few seconds ago: for origins, languages and the frame of error pages.

Use cases read both anew in their own transaction; only what surrounds them may be a moment old.
"""

import threading
import time
from dataclasses import dataclass
from typing import Final

from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import NOBODY
from tertulia.domain.policy import Policy
from tertulia.domain.sites import BadSiteKey, Site, check_key
from tertulia.services.unit import Units

FRESH_SECONDS: Final = 5.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Known:
    """A site as it was when last looked at."""

    site: Site
    policy: Policy
    until: float


class KnownSites:
    """Remembers sites for a few seconds. Called from worker threads."""

    def __init__(self, units: Units) -> None:
        self._units = units
        self._known: dict[str, Known] = {}
        self._lock = threading.Lock()

    def get(self, key: str) -> Known:
        """Give a site; raise `NotFound`. Keys that cannot be one never reach the database."""
        found = self._known.get(key)
        if found is not None and time.monotonic() < found.until:
            return found
        try:
            check_key(key)
        except BadSiteKey:
            raise NotFound("site", key[:60]) from None
        with self._units.read(key, NOBODY) as unit:
            fresh = Known(site=unit.site, policy=unit.policy, until=time.monotonic() + FRESH_SECONDS)
        with self._lock:
            self._known[key] = fresh
        return fresh
