"""How much one network address may send. What one author may write is policy, and the rules' affair."""

import time
from contextlib import suppress
from math import floor
from threading import Lock
from typing import Final

import structlog
from limits import RateLimitItem, RateLimitItemPerHour, RateLimitItemPerMinute
from limits.errors import StorageError
from limits.storage import MemoryStorage, storage_from_string
from limits.strategies import SlidingWindowCounterRateLimiter

from tertulia.domain.errors import TooMany
from tertulia.domain.passwords import TooManyGuesses
from tertulia.settings import Settings

log = structlog.get_logger()

GUESSES_AN_HOUR: Final = 10
"""Passwords that may be tried for one address; one that is right begins anew."""
REPORTS_AN_HOUR: Final = 20
"""Reports of one network: each brings a mail to an address that nobody proved."""
REPORTS_AN_HOUR_FOR_ADDRESS: Final = 5
_AWAY_SECONDS: Final = 10
_FORGET_SECONDS: Final = 60.0


class CannotCount(TooMany):
    """Tries cannot be counted at present, so none is let through: guessing would have no limit."""

    code = "cannot-count"


class Throttle:
    """Counts by site and network, in memory or, for several processes, in Valkey.

    While Valkey is away, what could be guessed is refused, and what only makes work goes on.
    """

    def __init__(self, settings: Settings) -> None:
        storage = (
            Memory()
            if not settings.valkey
            else storage_from_string(_storage(settings.valkey), wrap_exceptions=True)
        )
        self._counter = SlidingWindowCounterRateLimiter(storage)
        # Passwords are counted in any case: where Valkey is away, by each process.
        self._spare = SlidingWindowCounterRateLimiter(Memory())
        self._post = RateLimitItemPerMinute(settings.posts_per_minute_per_network, namespace="post")
        sign_ins = settings.sign_ins_per_minute_per_network
        self._sign_in = RateLimitItemPerMinute(sign_ins, namespace="sign-in")
        self._name = RateLimitItemPerMinute(sign_ins, namespace="name")
        self._choice = RateLimitItemPerMinute(6 * sign_ins, namespace="choice")
        self._proof = RateLimitItemPerMinute(2 * sign_ins, namespace="proof")
        self._password = RateLimitItemPerMinute(sign_ins, namespace="password")
        self._guess = RateLimitItemPerHour(GUESSES_AN_HOUR, namespace="guess")
        self._report = RateLimitItemPerHour(REPORTS_AN_HOUR, namespace="report")
        self._confirmed = RateLimitItemPerHour(REPORTS_AN_HOUR_FOR_ADDRESS, namespace="confirmed")
        self._token = RateLimitItemPerMinute(20 * sign_ins, namespace="token")
        self._return = RateLimitItemPerMinute(20 * sign_ins, namespace="return")
        self._preview = RateLimitItemPerMinute(settings.previews_per_minute_per_network, namespace="preview")

    def count_post(self, site: str, network: str) -> None:
        """Count a text that is sent to be kept; raise `TooMany`."""
        self._count_if_possible(self._post, site, network)

    def count_preview(self, site: str, network: str) -> None:
        """Count a text that is sent to be shown only; raise `TooMany`."""
        self._count_if_possible(self._preview, site, network)

    def count_sign_in(self, site: str, network: str) -> None:
        """Count a mail that is asked for; raise `TooMany`."""
        self._count(self._sign_in, site, network)

    def count_name(self, site: str, network: str) -> None:
        """Count a name that is changed, which makes many pages anew; raise `TooMany`."""
        self._count(self._name, site, network)

    def count_choice(self, site: str, network: str) -> None:
        """Count what somebody chooses for themselves, or whom they mute; raise `TooMany`."""
        self._count(self._choice, site, network)

    def count_proof(self, site: str, network: str) -> None:
        """Count a link or code that is tried; raise `TooMany`."""
        self._count(self._proof, site, network)

    def count_password(self, site: str, network: str, whom: str) -> None:
        """Count a password that is tried for whoever `whom` stands for; raise `TooMany` or `TooManyGuesses`."""
        self._count(self._password, site, network, spare=self._spare)
        try:
            self._count(self._guess, site, whom, spare=self._spare)
        except TooMany as refusal:
            raise TooManyGuesses(retry_after=refusal.retry_after) from None

    def count_report(self, site: str, network: str, whom: str) -> None:
        """Count a report, and the mail that confirms it to whoever `whom` stands for, if anybody; raise `TooMany`."""
        self._count(self._report, site, network, spare=self._spare)
        if whom:
            self._count(self._confirmed, site, whom, spare=self._spare)

    def forget_passwords(self, site: str, whom: str) -> None:
        """Forget the passwords that were tried, now that one was right."""
        for counter in (self._counter, self._spare):
            try:
                counter.clear(self._guess, site, whom)
            except StorageError:
                log.warning("throttle.unreachable")

    def count_token(self, site: str, network: str) -> None:
        """Count a publication's token: every page that a subscriber opens brings one; raise `TooMany`."""
        self._count_if_possible(self._token, site, network)

    def count_return(self, site: str, network: str) -> None:
        """Count an embed that comes back: every page that somebody opens who is signed in; raise `TooMany`."""
        self._count_if_possible(self._return, site, network)

    def _count(
        self,
        item: RateLimitItem,
        site: str,
        whom: str,
        *,
        spare: SlidingWindowCounterRateLimiter | None = None,
    ) -> None:
        try:
            wait = _hit(self._counter, item, site, whom)
        except StorageError:
            log.warning("throttle.unreachable")
            if spare is None:
                raise CannotCount(retry_after=_AWAY_SECONDS) from None
            wait = _hit(spare, item, site, whom)
        if wait:
            raise TooMany(retry_after=wait)

    def _count_if_possible(self, item: RateLimitItem, site: str, network: str) -> None:
        # Readers keep writing while Valkey is away: the rules still hold each author back.
        with suppress(CannotCount):
            self._count(item, site, network)


def _hit(counter: SlidingWindowCounterRateLimiter, item: RateLimitItem, site: str, whom: str) -> int:
    """Count once; give the seconds to wait where that is too much, and 0 where it is not."""
    if counter.hit(item, site, whom):
        return 0
    reset = counter.get_window_stats(item, site, whom).reset_time
    return max(1, min(item.get_expiry(), round(reset - time.time())))


class Memory(MemoryStorage):
    """The library's memory, which forgets what is over once a minute.

    Its own looks at every counter a hundred times a second, in a new thread each time: with the networks of a busy
    evening that is all that a core can do.
    """

    STORAGE_SCHEME = ["tertulia+memory"]  # noqa: RUF012 - as the base class has it

    def __init__(self) -> None:
        super().__init__(wrap_exceptions=True)
        self._counting = Lock()
        self._forgot_at = 0.0

    def acquire_sliding_window_entry(self, key: str, limit: int, expiry: int, amount: int = 1) -> bool:
        """Count something, unless it is too much; give whether it was counted.

        As the library counts. It does so in a dozen steps, each ready for the errors of a network.
        """
        now = time.time()
        before, here = self.sliding_window_keys(key, expiry, now)
        with self._counting:
            if now - self._forgot_at > _FORGET_SECONDS:
                self._forget(now)
            counted = self._standing(here, now)
            # As much of the window before counts as lies within one window's length from now.
            weighted = self._standing(before, now) * (1 - now / expiry % 1) + counted
            if floor(weighted) + amount > limit:
                return False
            if not counted:
                self.expirations[here] = now + 2 * expiry
            self.storage[here] = counted + amount
            return True

    def _standing(self, key: str, now: float) -> int:
        return self.storage.get(key, 0) if self.expirations.get(key, 0) > now else 0

    def _forget(self, now: float) -> None:
        self._forgot_at = now
        for key in [key for key, until in self.expirations.items() if until <= now]:
            del self.expirations[key]
            self.storage.pop(key, None)


def _storage(valkey: str) -> str:
    scheme, _, rest = valkey.partition("://")
    known = {"unix": "valkey+unix", "redis": "valkey", "rediss": "valkeys"}
    return f"{known.get(scheme, scheme)}://{rest}"
