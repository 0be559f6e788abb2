"""Tokens for programs that act for a reader: made, shown this once, ended. By the browser's own session only."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.render import addresses
from tertulia.render import tokens as render
from tertulia.services import tokens
from tertulia.web import sessions
from tertulia.web.call import Call, own_look, sent


class MakingSent(Struct, frozen=True, kw_only=True):
    """What a new token is called, what it may do, and for how many days."""

    name: str = ""
    scope: str = ""
    days: int = 0


class EndingSent(Struct, frozen=True, kw_only=True):
    """Which token is to end."""

    token: str = ""


def make(call: Call) -> Response:
    """Make a token and show it this once."""
    fields = sent(call, MakingSent)
    with call.write(sessions.own(call)) as unit:
        seen = own_look(call, unit)
        token = tokens.make(unit, name=fields.name, scope=fields.scope, days=fields.days)
    return HTMLResponse(render.made(seen, token))


def end(call: Call) -> Response:
    """End one of one's tokens."""
    wanted = sent(call, EndingSent).token
    with call.write(sessions.own(call)) as unit:
        tokens.end(unit, wanted)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#programs", status_code=303)
