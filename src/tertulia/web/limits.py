"""How much one network address may send. What one author may write is policy, and the rules' affair."""

import time
from typing import Final

import structlog
from limits import RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from tertulia.domain.errors import TooMany
from tertulia.settings import Settings

log = structlog.get_logger()

_LONGEST_WAIT: Final = 60


class Throttle:
    """Counts posts and previews by site and network, in memory or, for several processes, in Valkey."""

    def __init__(self, settings: Settings) -> None:
        storage = storage_from_string(_storage(settings.valkey), wrap_exceptions=True)
        self._counter = SlidingWindowCounterRateLimiter(storage)
        self._post = RateLimitItemPerMinute(settings.posts_per_minute_per_network, namespace="post")
        self._preview = RateLimitItemPerMinute(settings.previews_per_minute_per_network, namespace="preview")

    def count_post(self, site: str, network: str) -> None:
        """Count a text that is sent to be kept; raise `TooMany`."""
        self._count(self._post, site, network)

    def count_preview(self, site: str, network: str) -> None:
        """Count a text that is sent to be shown only; raise `TooMany`."""
        self._count(self._preview, site, network)

    def _count(self, item: RateLimitItemPerMinute, site: str, network: str) -> None:
        try:
            if self._counter.hit(item, site, network):
                return
            reset = self._counter.get_window_stats(item, site, network).reset_time
        except StorageError:
            # Readers keep writing while Valkey is away: the rules still hold each author back.
            log.warning("throttle.unreachable")
            return
        raise TooMany(retry_after=max(1, min(_LONGEST_WAIT, round(reset - time.time()))))


def _storage(valkey: str) -> str:
    if not valkey:
        return "memory://"
    scheme, _, rest = valkey.partition("://")
    known = {"unix": "valkey+unix", "redis": "valkey", "rediss": "valkeys"}
    return f"{known.get(scheme, scheme)}://{rest}"
