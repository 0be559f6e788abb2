"""Public pages and fragments as finished bytes. The outermost layer: a hit needs no route, no thread, no database.

A page is kept under its address (known parameters only) and is fresh while its story's revision is the one it was
made from. Everything here runs on the event loop, except the making of bytes (`entry.py`).
"""

import time
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from typing import Final

from anyio import Event
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from tertulia.realtime.revisions import Revisions
from tertulia.web.entry import Entry, Form, Key, encoding_of
from tertulia.web.workers import Busy

CALM_SECONDS: Final = 0.25
"""A page is rendered anew four times a second at most; in between others get the bytes before."""
OLDEST_SECONDS: Final = 60.0
"""What changes and tells nobody is seen after this time at the latest."""
MOST_ALIASES: Final = 20_000
LONGEST_ALIAS: Final = 2_500

Make = Callable[[], Awaitable[Entry | Response]]


class _Flight:
    """A rendering that is under way, for everybody who wants the same page."""

    __slots__ = ("failure", "landed", "result")

    def __init__(self) -> None:
        self.landed = Event()
        self.result: Entry | Response | None = None
        self.failure: Exception | None = None


class PageCache:
    """Rendered pages of one process, bounded by bytes; the least recently asked go first."""

    def __init__(self, revisions: Revisions, *, most_bytes: int) -> None:
        self.size = 0
        self.hits = self.waits = self.renders = self.calm = 0
        self._revisions = revisions
        self._most_bytes = most_bytes
        self._entries: OrderedDict[Key, Entry] = OrderedDict()
        self._aliases: dict[tuple[str, bytes], Key] = {}
        self._flights: dict[Key, _Flight] = {}

    def outcomes(self) -> dict[str, int]:
        """Say how often pages were found fresh, waited for, rendered, or given as they were a moment before."""
        return {"hit": self.hits, "wait": self.waits, "render": self.renders, "calm": self.calm}

    def at(self, path: str, query: bytes) -> Entry | None:
        """Give the page at an address exactly as it was asked before, if it will do; None for everything else.

        Also one that just changed: while many write nearly every read meets such a page, and the way through the
        routes costs several times as much.
        """
        key = self._aliases.get((path, query))
        if key is None:
            return None
        entry = self._entries.get(key)
        # What `_is_fresh` and `_is_calm` say, with one look at the revision and one at the clock.
        if entry is None or (stamp := self._stamp(entry)) is None:
            return None
        age = time.monotonic() - entry.made_at
        if age >= CALM_SECONDS and key not in self._flights and not self._is_kept_up(entry, stamp, age):
            return None
        self._entries.move_to_end(key)
        return entry

    def alias(self, path: str, query: bytes, key: Key) -> None:
        """Remember which page an address leads to, in its many spellings; cheap to lose."""
        if len(query) > LONGEST_ALIAS:
            return
        if len(self._aliases) >= MOST_ALIASES:
            self._aliases.clear()
        self._aliases[path, query] = key

    async def obtain(self, key: Key, *, wanted: int, make: Make) -> Entry | Response:
        """Give a page of at least revision `wanted`; render it where needed, once for everybody who waits.

        A refusal comes back as the response that says it, and is not kept.
        """
        has_waited = False
        while True:
            entry = self._entries.get(key)
            if entry is not None and self._will_do(entry, key, wanted=wanted):
                self._entries.move_to_end(key)
                return entry
            flight = self._flights.get(key)
            if flight is None:
                return await self._fly(key, make)
            self.waits += 1
            await flight.landed.wait()
            if flight.failure is not None:
                raise flight.failure
            # What was under way when we came may be older than what we were told of; what began later is not.
            if flight.result is not None and (has_waited or _is_enough(flight.result, wanted)):
                return flight.result
            has_waited = True

    def add_form(self, entry: Entry, form: Form) -> None:
        """Keep a page's bytes in a further encoding."""
        if form.encoding not in entry.forms:
            entry.forms[form.encoding] = form
            if self._entries.get(entry.key) is entry:
                self.size += form.size

    def _will_do(self, entry: Entry, key: Key, *, wanted: int) -> bool:
        if entry.revision < wanted:
            return False
        if self._is_fresh(entry):
            self.hits += 1
            return True
        if self._is_calm(entry, key):
            self.calm += 1
            return True
        return False

    def _is_calm(self, entry: Entry, key: Key) -> bool:
        """Whether a page is being made anew or was a moment ago: it will do for who knows of no newer one."""
        return key in self._flights or time.monotonic() - entry.made_at < CALM_SECONDS

    def _is_fresh(self, entry: Entry) -> bool:
        return self._is_kept_up(entry, self._stamp(entry), time.monotonic() - entry.made_at)

    def _is_kept_up(self, entry: Entry, stamp: int | None, age: float) -> bool:
        is_same = stamp == entry.stamp and self._revisions.look(entry.site) == entry.look
        return is_same and age < OLDEST_SECONDS

    def _stamp(self, entry: Entry) -> int | None:
        """Give the revision that a page should be of; None when only the database knows, as while the bus is lost."""
        if entry.story is None:
            return self._revisions.get_site(entry.site)
        return self._revisions.get(entry.site, entry.story)

    async def _fly(self, key: Key, make: Make) -> Entry | Response:
        flight = self._flights[key] = _Flight()
        self.renders += 1
        try:
            flight.result = await make()
        except Busy as failure:
            before = self._entries.get(key)
            if before is None:
                flight.failure = failure
                raise
            flight.result = before
        except Exception as failure:
            # Who waits fails the same way. A cancelled rendering leaves neither result nor failure: they try again.
            flight.failure = failure
            raise
        finally:
            del self._flights[key]
            flight.landed.set()
        if isinstance(flight.result, Entry):
            self._keep(flight.result)
        return flight.result

    def _keep(self, entry: Entry) -> None:
        before = self._entries.pop(entry.key, None)
        if before is not None:
            self.size -= before.size
        if not entry.is_kept or entry.size > self._most_bytes:
            return
        self._entries[entry.key] = entry
        self.size += entry.size
        while self.size > self._most_bytes:
            _, oldest = self._entries.popitem(last=False)
            self.size -= oldest.size


def _is_enough(result: Entry | Response, wanted: int) -> bool:
    return result.revision >= wanted if isinstance(result, Entry) else not wanted


class CachedPages:
    """Answers from the cache what it can, and hands everything else on."""

    def __init__(self, app: ASGIApp, cache: PageCache) -> None:
        self._app = app
        self._cache = cache

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in ("GET", "HEAD"):
            entry = self._cache.at(scope["path"], scope["query_string"])
            if entry is not None:
                accepted = known = wanted = b""
                for name, value in scope["headers"]:
                    if name == b"accept-encoding":
                        accepted = value
                    elif name == b"if-none-match":
                        known = value
                    elif name == b"tertulia-revision":
                        wanted = value
                form = entry.forms.get(encoding_of(accepted))
                if form is not None and not wanted:
                    self._cache.hits += 1
                    await send_form(entry, form, known, scope["method"], send)
                    return
        await self._app(scope, receive, send)


async def send_form(entry: Entry, form: Form, known: bytes, method: str, send: Send) -> None:
    """Send a page, or say that the reader has it already."""
    if known and (entry.etag in known or known == b"*"):
        await send(entry.unchanged)
        await send(_NOTHING)
        return
    await send(form.start)
    await send(form.content if method == "GET" else _NOTHING)


_NOTHING: Final = {"type": "http.response.body", "body": b"", "more_body": False}
