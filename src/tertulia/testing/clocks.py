"""A clock that stands still until a test moves it."""

from datetime import UTC, datetime, timedelta
from typing import Final

NOON: Final = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)


class Clock:
    """Gives the same instant until it is moved; hand it to `Units` in place of the real one."""

    def __init__(self, now: datetime = NOON) -> None:
        self._now = now

    def __call__(self) -> datetime:
        """Give the instant at which this clock stands."""
        return self._now

    def set(self, now: datetime) -> None:
        """Put the clock to an instant, which may lie in its past."""
        if now.tzinfo is None:
            message = "times are aware"
            raise ValueError(message)
        self._now = now

    def advance(self, by: timedelta) -> datetime:
        """Move the clock on and give where it stands now."""
        self._now += by
        return self._now


__all__ = ["NOON", "Clock"]
