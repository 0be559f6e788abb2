"""The live stream of a story: server-sent events with ids and counts, the same for everybody.

Written as a bare ASGI application: a stream that waits should cost one small task and one future, because there
are thousands. It resumes from the outbox: by `Last-Event-ID` after a break, by `?revision=` after a cached page.
"""

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send

from tertulia.domain import ids
from tertulia.domain.errors import TertuliaError
from tertulia.domain.ids import StoryId
from tertulia.domain.permissions import NOBODY
from tertulia.realtime import nudges
from tertulia.realtime.hub import Frame, HubFull, Listener, frame_of, refetch
from tertulia.services import outbox
from tertulia.services.outbox import Missed
from tertulia.web import errors
from tertulia.web.headers import FOR_EVERYBODY, Header
from tertulia.web.parts import Parts
from tertulia.web.workers import Busy

HEARTBEAT_SECONDS: Final = 25.0
"""Silence after which a comment line is sent: proxies cut what says nothing for a minute or half of one."""
REFUSED_SECONDS: Final = 30
EARLIEST_RETRY: Final = 2_000
LATEST_RETRY: Final = 10_000
"""Milliseconds after which a browser comes back; spread, so that a restart is not followed by a stampede."""

_HEARTBEAT: Final = b":\n\n"
_HEADERS: Final[tuple[Header, ...]] = (
    *FOR_EVERYBODY,
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store, no-transform"),
    # nginx would keep the stream back until its buffer is full.
    (b"x-accel-buffering", b"no"),
)


def routes(parts: Parts) -> Sequence[BaseRoute]:
    """Give the stream's route."""
    return [Route("/{site}/stream", Stream(parts), methods=["GET"], name="stream")]


@dataclass(frozen=True, kw_only=True, slots=True)
class Asked:
    """What a listener wants: a story, and what it has seen of it."""

    site: str
    story_id: StoryId
    after: int | None
    revision: int | None


class Stream:
    """The ASGI application behind `/{site}/stream`."""

    def __init__(self, parts: Parts) -> None:
        self._parts = parts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        hub = self._parts.hub
        try:
            asked = read(Request(scope))
            with hub.listen(asked.site, asked.story_id) as listener:
                # Listening comes first: what happens between the look into the outbox and now waits already.
                missed = await self._missed(asked)
                if scope["method"] != "HEAD":
                    await _serve(listener, asked, missed, receive, send)
                    return
            await errors.plain(200, headers=_plain_headers())(scope, receive, send)
        except (HubFull, Busy):
            headers = {**_plain_headers(), "Retry-After": str(REFUSED_SECONDS)}
            await errors.plain(503, headers=headers)(scope, receive, send)
        except TertuliaError as refusal:
            await errors.plain(errors.status_of(refusal), headers=_plain_headers())(scope, receive, send)

    async def _missed(self, asked: Asked) -> Missed | None:
        """Look into the outbox; None where this process knows that there is nothing to look for."""
        if asked.after is None and asked.revision is not None:
            known = self._parts.revisions.get(asked.site, asked.story_id)
            if known is not None and known <= asked.revision:
                return None
        return await self._parts.workers.run(self._find_missed, asked)

    def _find_missed(self, asked: Asked) -> Missed:
        self._parts.known.get(asked.site)
        with self._parts.units.read(asked.site, NOBODY) as unit:
            return outbox.find_missed(unit, asked.story_id, after=asked.after, revision=asked.revision)


def read(request: Request) -> Asked:
    """Read what a listener wants; raise `NotFound`."""
    query = request.query_params
    last = request.headers.get("last-event-id") or query.get("last", "")
    return Asked(
        site=str(request.path_params["site"]),
        story_id=StoryId(ids.decode(query.get("story", ""))),
        after=_number(last),
        revision=_number(query.get("revision", "")),
    )


async def _serve(
    listener: Listener, asked: Asked, missed: Missed | None, receive: Receive, send: Send
) -> None:
    await send({"type": "http.response.start", "status": 200, "headers": list(_HEADERS)})
    await _say(send, greeting(asked, missed))
    told = 0 if missed is None or (asked.after is None and asked.revision is None) else missed.newest
    watch = asyncio.create_task(_watch(receive, listener))
    try:
        while (frames := await listener.take(within=HEARTBEAT_SECONDS)) is not None:
            # What the outbox gave already comes once more from the relay.
            news = [frame.data for frame in frames if not frame.event_id or frame.event_id > told]
            if news or not frames:
                await _say(send, b"".join(news) or _HEARTBEAT)
        await send({"type": "http.response.body", "body": b"", "more_body": False})
    finally:
        watch.cancel()


def greeting(asked: Asked, missed: Missed | None) -> bytes:
    """Give the first bytes: when to come back, from which event on, and what was missed."""
    retry = EARLIEST_RETRY + secrets.randbelow(LATEST_RETRY - EARLIEST_RETRY)
    if missed is None:
        return f"retry: {retry}\n\n".encode()
    # An id without data is remembered by the browser and shown to nobody.
    opening = f"retry: {retry}\nid: {missed.newest}\n\n".encode()
    return opening + b"".join(frame.data for frame in _frames(asked, missed))


def _frames(asked: Asked, missed: Missed) -> list[Frame]:
    if not missed.is_complete:
        return [refetch(missed.newest)]
    told = (
        nudges.of_event(asked.site, asked.story_id, each.id, each.name, each.facts) for each in missed.events
    )
    return [frame_of(nudge) for nudge in told if nudge is not None]


async def _say(send: Send, body: bytes) -> None:
    await send({"type": "http.response.body", "body": body, "more_body": True})


async def _watch(receive: Receive, listener: Listener) -> None:
    """End the stream when its reader goes away."""
    while (await receive())["type"] != "http.disconnect":
        pass
    listener.end()


def _number(text: str) -> int | None:
    """Read a number that fits into the database; None for anything else."""
    return int(text) if text.isascii() and text.isdigit() and len(text) <= 18 else None


def _plain_headers() -> dict[str, str]:
    return {name.decode(): value.decode() for name, value in FOR_EVERYBODY}
