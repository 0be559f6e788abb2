"""From HTTP to a view and back: the body within limits, one thread hop, refusals mapped, bugs logged.

A view is a blocking function from a `Call` to a response. A *public* view gives text for everybody instead, which
the page cache keeps.
"""

from collections.abc import Awaitable, Callable
from functools import partial
from typing import Final
from urllib.parse import urlencode

import structlog
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from tertulia.domain.errors import TertuliaError
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import BadUrl, canonical_url
from tertulia.render import environment
from tertulia.web import errors, guard
from tertulia.web.cache import send_form
from tertulia.web.call import LONGEST_VALUE, Call, TooLarge
from tertulia.web.entry import Entry, Form, Key, Public, encoding_of, make_entry, make_form
from tertulia.web.parts import Parts
from tertulia.web.trail import REQUEST_ID
from tertulia.web.workers import RETRY_AFTER, Busy

log = structlog.get_logger()

LARGEST_BODY: Final = 64 * 1024
View = Callable[[Call], Response]
PublicView = Callable[[Call], Public]
Endpoint = Callable[[Request], Awaitable[Response]]
Do = Callable[[Callable[[View, Call], Response], View, Call], Awaitable[Response]]


def personal(
    parts: Parts, view: View, *, largest_body: int = LARGEST_BODY, is_write: bool = False
) -> Endpoint:
    """Serve a view whose answer depends on who asks, or changes something. Never kept by anybody.

    A view that writes shares its commit with others, and is answered after that. It must not take long for
    anything else: where the database has one writer, other writers wait behind it.
    """
    return _serve(parts, view, parts.workers.write if is_write else parts.workers.run, largest_body)


def crowded(parts: Parts, view: View) -> Endpoint:
    """Serve a view that writes and is asked for by crowds, for less than `personal` does.

    It may be done twice for one request (ADR 0012). All that it does outside of the database must bear that.
    """
    return _serve(parts, view, parts.workers.write_repeatably, LARGEST_BODY)


def _serve(parts: Parts, view: View, do: Do, largest_body: int) -> Endpoint:
    async def answer(request: Request) -> Response:
        try:
            body = await _body(request, largest_body)
        except ClientDisconnect:
            return errors.plain(400)
        call = Call(parts=parts, request=request, body=body or b"")
        work = partial(_too_large, largest_body) if body is None else view
        try:
            return await do(_answered, work, call)
        except Busy:
            return _busy()
        except Exception as failure:  # noqa: BLE001 - as below: here it is a commit that failed for all who shared it
            return await parts.workers.run(_bug, call, failure)

    return answer


def public(
    parts: Parts,
    view: PublicView,
    *,
    known: tuple[str, ...] = ("lang",),
    spell: Callable[[Request], Key] | None = None,
) -> Endpoint:
    """Serve a view whose answer is the same for everybody, through the page cache.

    `known` are the parameters that make a difference; all others leave the answer as it is. `spell` gives the
    key where that is not so.
    """

    async def answer(request: Request) -> Response:
        key = spell(request) if spell else key_of(request, known)
        encoding = encoding_of(request.headers.get("accept-encoding", "").encode())
        call = Call(parts=parts, request=request)

        async def make() -> Entry | Response:
            return await parts.workers.run(_entry, view, call, key, encoding)

        try:
            found = await parts.cache.obtain(key, wanted=_wanted(request), make=make)
            if isinstance(found, Response):
                return found
            return Page(found, await _form(parts, found, encoding), request)
        except Busy:
            return _busy()
        finally:
            if "v" not in request.query_params:
                parts.cache.alias(str(request.scope["path"]), request.scope["query_string"], key)

    return answer


class Page(Response):
    """A page of the cache, as a response."""

    def __init__(self, entry: Entry, form: Form, request: Request) -> None:
        super().__init__()
        self._entry, self._form = entry, form
        self._known = request.headers.get("if-none-match", "").encode("latin-1")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # noqa: ARG002 - ASGI's signature
        await send_form(self._entry, self._form, self._known, scope["method"], send)


def key_of(request: Request, known: tuple[str, ...]) -> Key:
    """Give the one spelling of an address that all its spellings share."""
    told = request.query_params
    asked = [(name, _spelled(name, told[name])) for name in known if name in told]
    # An empty `after` is a question of its own: for replies from the first on.
    spelled = urlencode([(name, value) for name, value in asked if value or name == "after"])
    return str(request.scope["path"]), spelled


def _spelled(name: str, value: str) -> str:
    """Give a parameter in the one spelling that counts; empty where it makes no difference."""
    value = value[:LONGEST_VALUE]
    if name == "lang":
        # A language that we do not speak counts as none: then the site's is spoken, whichever that is.
        spoken = environment.supported(value)
        return spoken if spoken == environment.supported(value, "ar") else ""
    if name == "sort":
        return value if value in set(Sort) else ""
    if name == "url":
        try:
            return canonical_url(value)
        except BadUrl:
            return value
    return value


def _wanted(request: Request) -> int:
    """Read which revision the asker knows of: they are never given an older one."""
    told = request.headers.get("tertulia-revision") or request.query_params.get("v", "")
    return int(told) if told.isascii() and told.isdigit() and len(told) < 16 else 0


async def _form(parts: Parts, entry: Entry, encoding: str) -> Form:
    form = entry.forms.get(encoding)
    if form is None:
        try:
            form = await parts.workers.run(make_form, entry, encoding)
        except Busy:
            return entry.forms[""]
        parts.cache.add_form(entry, form)
    return form


async def _body(request: Request, largest: int) -> bytes | None:
    """Read a body; None when it is larger than allowed."""
    if request.method in guard.SAFE:
        return b""
    told = request.headers.get("content-length", "0")
    if not (told.isascii() and told.isdigit()) or int(told) > largest:
        return None
    body = bytearray()
    async for piece in request.stream():
        body += piece
        if len(body) > largest:
            return None
    return bytes(body)


def _too_large(largest: int, _: Call) -> Response:
    raise TooLarge(limit=largest)


def _busy() -> Response:
    return errors.plain(503, headers={"Retry-After": str(RETRY_AFTER)})


def _answered(view: View, call: Call) -> Response:
    try:
        return guard.share(call, _tried(view, call))
    except Exception as failure:  # noqa: BLE001 - the top of `web`: a bug is logged and said, and nothing else stops
        return _bug(call, failure)


def _tried(view: View, call: Call) -> Response:
    try:
        guard.admit(call)
        return view(call)
    except TertuliaError as refusal:
        return errors.answer(call, refusal)


def _entry(view: PublicView, call: Call, key: Key, encoding: str) -> Entry | Response:
    try:
        return _rendered(view, call, key, encoding)
    except Exception as failure:  # noqa: BLE001 - as above
        return _for_everybody(_bug(call, failure))


def _rendered(view: PublicView, call: Call, key: Key, encoding: str) -> Entry | Response:
    revisions = call.parts.revisions
    generation, look = revisions.generation, revisions.look(call.site)
    try:
        given = view(call)
    except TertuliaError as refusal:
        return _for_everybody(errors.answer(call, refusal))
    if given.story is not None:
        revisions.learn(call.site, given.story, given.revision, generation=generation)
    elif given.stamp is not None:
        revisions.learn_site(call.site, given.stamp, generation=generation)
    return make_entry(key, call.site, given, encoding, look=look, always=call.parts.always)


def _for_everybody(response: Response) -> Response:
    response.headers["Access-Control-Allow-Origin"] = "*"
    return response


def _bug(call: Call, failure: Exception) -> Response:
    about = {"request": call.request.scope.get(REQUEST_ID), "method": call.request.method}
    log.error("request.failed", exc_info=failure, **about)
    return errors.bug(call)
