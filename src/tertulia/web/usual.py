"""What is usual on a site, as of the last hour: asking the database each time would read thousands of comments."""

import threading
import time
from dataclasses import dataclass
from typing import Final

from tertulia.domain.trust import Usual
from tertulia.services import standing
from tertulia.services.unit import Unit

FRESH_SECONDS: Final = 3600.0


@dataclass(frozen=True, kw_only=True, slots=True)
class _Kept:
    usual: Usual | None
    until: float


class UsualRanges:
    """Remembers each site's usual ranges for an hour. Called from worker threads."""

    def __init__(self) -> None:
        self._kept: dict[str, _Kept] = {}
        self._lock = threading.Lock()

    def get(self, unit: Unit) -> Usual | None:
        """Give what is usual on the Unit's site; None where too few write."""
        kept = self._kept.get(unit.site.key)
        if kept is not None and time.monotonic() < kept.until:
            return kept.usual
        fresh = _Kept(usual=standing.usual(unit), until=time.monotonic() + FRESH_SECONDS)
        with self._lock:
            self._kept[unit.site.key] = fresh
        return fresh.usual
