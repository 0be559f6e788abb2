"""What an address answers: asked once, straight away, within limits, and kept for as long as the process lives.

It is fetched when it is first needed, when what is looked for is not in it, and once an hour; and whatever is looked
for, not more often than once a minute.
"""

import ssl
import threading
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cache
from typing import Any, Final, Generic, TypeVar

import httpx2
import msgspec

PATIENCE_SECONDS: Final = 5.0
"""How long a server may take for its whole answer."""
MOST_BYTES: Final = 256 * 1024
FETCH_AFTER: Final = timedelta(minutes=1)
OLD_AFTER: Final = timedelta(hours=1)
"""After this it is asked for again, so that a key that was taken out of a set counts no more."""
# What a stranger's server may make of a question: nothing of it is a bug of ours.
FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError, RecursionError)
# Nothing that unpacks: the limit counts what comes.
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}

Kept = TypeVar("Kept")


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one question."""

    status_code: int
    content: bytes = field(repr=False)

    def json(self) -> Any:
        """Read it; raise `ValueError`."""
        return msgspec.json.decode(self.content)

    def raise_for_status(self) -> None:
        """Raise `ValueError` where the server did not do what it was asked."""
        if self.status_code != httpx2.codes.OK:
            message = f"answered {self.status_code}"
            raise ValueError(message)


def fetch(url: str) -> bytes:
    """Fetch a few bytes from an address; raise one of `FAILURES`."""
    answer = ask("GET", url)
    answer.raise_for_status()
    return answer.content


def ask(method: str, url: str, *, body: str = "", headers: Mapping[str, str] | None = None) -> Answer:
    """Ask a server once, follow it nowhere, and take no more than fits; raise one of `FAILURES`."""
    until = time.monotonic() + PATIENCE_SECONDS
    content = bytearray()
    with (
        httpx2.Client(follow_redirects=False, timeout=PATIENCE_SECONDS, verify=_trusted()) as client,
        client.stream(
            method, url, headers={**(headers or {}), **_HEADERS}, content=body.encode()
        ) as response,
    ):
        for piece in response.iter_raw():
            content += piece
            if len(content) > MOST_BYTES or time.monotonic() > until:
                message = "too much, or too slow"
                raise ValueError(message)
    return Answer(status_code=response.status_code, content=bytes(content))


@cache
def _trusted() -> ssl.SSLContext:
    """Read whom this machine trusts, once: it takes longer than most answers do."""
    return httpx2.create_ssl_context()


class Fetched(Generic[Kept]):
    """What an address answers, read. One thread at a time fetches it."""

    def __init__(self, url: str, read: Callable[[bytes], Kept]) -> None:
        self.url: Final = url
        self._read = read
        self._kept: Kept | None = None
        self._tried_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._fetching = threading.Lock()

    def find(self, *, now: datetime, has: Callable[[Kept], bool] = lambda _: True) -> Kept | None:
        """Give what is there, newly fetched where it has not what is looked for; None where there is nothing."""
        if self._is_wanting(now, has):
            self._fetch_once(now, has)
        return self._kept

    def ask(self) -> bytes:
        """Fetch it and keep nothing; raise one of `FAILURES`."""
        return fetch(self.url)

    def check(self) -> None:
        """Fetch it, see that it can be read, and keep nothing; raise one of `FAILURES`."""
        self._read(self.ask())

    def _has(self, has: Callable[[Kept], bool]) -> bool:
        return self._kept is not None and has(self._kept)

    def _is_wanting(self, now: datetime, has: Callable[[Kept], bool]) -> bool:
        if self._tried_at is not None and now - self._tried_at < FETCH_AFTER:
            return False
        is_old = self._fetched_at is None or now - self._fetched_at >= OLD_AFTER
        return is_old or not self._has(has)

    def _fetch_once(self, now: datetime, has: Callable[[Kept], bool]) -> None:
        # Who has what they need goes on with it, and who has not waits for whoever is fetching already.
        patience = 0 if self._has(has) else PATIENCE_SECONDS
        if not self._fetching.acquire(timeout=patience):
            return
        try:
            if self._is_wanting(now, has):
                self._tried_at = now
                # An address that does not answer takes nothing away: what is known stays good.
                with suppress(*FAILURES):
                    self._kept = self._read(fetch(self.url))
                    self._fetched_at = now
        finally:
            self._fetching.release()
