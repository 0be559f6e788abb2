"""From the table to routes: read what is asked and sent, open the Unit, run the operation, write JSON.

Public answers go through the page cache; personal ones are made anew and kept by nobody.
"""

from collections.abc import Callable
from typing import Any, Final
from urllib.parse import urlencode

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tertulia.domain.errors import TertuliaError
from tertulia.domain.permissions import NOBODY, Actor
from tertulia.domain.tokens import CredentialsMissing
from tertulia.render.look import Look
from tertulia.services import outbox, tokens
from tertulia.services.unit import Unit
from tertulia.web import endpoint, guard, sessions
from tertulia.web.api import asking
from tertulia.web.api.operation import PREFIX, Access, Answer, Operation, Table, Turn
from tertulia.web.call import Call
from tertulia.web.entry import Key, Public
from tertulia.web.parts import Parts

JSON: Final = "application/json"
LARGEST_BODY: Final = 512 * 1024
"""Bytes of a body: the longest text in the widest script, escaped."""

Row = Operation[Any, Any]


def routes(parts: Parts, table: Table) -> list[Route]:
    """Make one route for each address, so that a wrong method is told all right ones."""
    by_path: dict[str, dict[str, endpoint.Endpoint]] = {}
    for operation in table:
        serve = _public if operation.access is Access.PUBLIC else _personal
        by_path.setdefault(PREFIX + operation.path, {})[operation.method] = serve(parts, operation)
    made = [
        Route(path, _dispatch(methods), methods=list(methods), name=path) for path, methods in by_path.items()
    ]
    preflight = endpoint.personal(parts, guard.preflight)
    return [*made, Route(PREFIX + "/{rest:path}", preflight, methods=["OPTIONS"])]


def _dispatch(methods: dict[str, endpoint.Endpoint]) -> endpoint.Endpoint:
    async def answer(request: Request) -> Response:
        return await methods["GET" if request.method == "HEAD" else request.method](request)

    return answer


def _public(parts: Parts, operation: Row) -> endpoint.Endpoint:
    def view(call: Call) -> Public:
        asked = asking.read(call, operation)
        with call.read() as unit:
            answer = operation.run(_turn(call, unit), asked, None)
            stamp = None if answer.story else outbox.newest_id(unit)
        text = msgspec.json.encode(answer.content).decode()
        if answer.story is None:
            return Public(text=text, story=None, revision=stamp or 0, stamp=stamp, media_type=JSON)
        story = answer.story
        return Public(text=text, story=story.id, revision=story.revision, media_type=JSON)

    kept = endpoint.public(parts, view, spell=_spelled)
    refuse = endpoint.personal(parts, lambda call: _refusal(call, operation))

    async def answer(request: Request) -> Response:
        try:
            # Before the cache is asked: no refused address becomes a key of it.
            asking.read(Call(parts=parts, request=request), operation)
        except TertuliaError:
            refused = await refuse(request)
            refused.headers["Access-Control-Allow-Origin"] = "*"
            return refused
        return await kept(request)

    return answer


def _personal(parts: Parts, operation: Row) -> endpoint.Endpoint:
    def view(call: Call) -> Response:
        asked = asking.read(call, operation)
        sent = asking.read_sent(call, operation)
        network = sessions.network(call)
        _count(call, operation, network)
        open_unit: Callable[[Actor], Any] = call.write if operation.is_write else call.read
        actor = _actor(call, operation, asked)
        with open_unit(actor) as unit:
            if operation.is_write:
                tokens.require_may_write(unit)
            wants_touch = tokens.wants_touch(unit)
            answer: Answer = operation.run(_turn(call, unit, network), asked, sent)
        if wants_touch:
            _touch(call, actor)
        return _response(answer)

    return endpoint.personal(parts, view, largest_body=LARGEST_BODY, is_write=operation.is_write)


def _refusal(call: Call, operation: Row) -> Response:
    """Raise again, in a thread, what was wrong with an address: saying it needs the site's language."""
    asking.read(call, operation)
    raise AssertionError("what is asked was refused a moment ago")


def _spelled(request: Request) -> Key:
    """Give the key of a public answer: all parameters make a difference, for unknown ones are refused."""
    return request.url.path, urlencode(sorted(request.query_params.multi_items()))


def _actor(call: Call, operation: Row, asked: Any) -> Actor:
    """Give who asks: the account of a token, or else the guest with the secret. Cookies say nothing here.

    Raises `CredentialsMissing` where it matters who asks, and nobody says so.
    """
    if operation.access is not Access.PERSONAL:
        return NOBODY
    program = sessions.program(call)
    if program is not None:
        return program
    if not asked.guest:
        raise CredentialsMissing
    return sessions.Guest(secret=asked.guest).actor


def _touch(call: Call, actor: Actor) -> None:
    with call.write(actor) as unit:
        tokens.touch(unit)


def _count(call: Call, operation: Row, network: str) -> None:
    if operation.method == "GET":
        return
    if operation.is_write:
        call.parts.throttle.count_post(call.site, network)
    else:
        call.parts.throttle.count_preview(call.site, network)


def _turn(call: Call, unit: Unit, network: str = "") -> Turn:
    look = Look(
        site=unit.site,
        base=call.parts.settings.base_url,
        language=unit.site.language,
        policy=unit.policy,
    )
    return Turn(unit=unit, look=look, network=network)


def _response(answer: Answer) -> Response:
    headers = {"Location": answer.location} if answer.location and answer.status == 201 else None
    content = msgspec.json.encode(answer.content)
    return Response(content, status_code=answer.status, media_type=JSON, headers=headers)
