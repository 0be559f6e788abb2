"""How moderators come in and go. A link opens a page with a button: scanners of mail follow links, they press none."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.errors import NotFound
from tertulia.domain.permissions import NOBODY, Actor
from tertulia.render import addresses, desk
from tertulia.services import accounts
from tertulia.services.accounts import LinkOver
from tertulia.services.unit import Unit
from tertulia.web import sessions
from tertulia.web.call import Call, asked, look, sent


class TokenSent(Struct, frozen=True, kw_only=True):
    """The token of a sign-in link."""

    token: str = ""


def show(call: Call) -> Response:
    """Show the button that opens the session."""
    seen = look(call, call.known())
    token = asked(call, "token")
    if not token:
        return HTMLResponse(desk.landing(seen))
    return HTMLResponse(desk.enter(seen, token=token))


def enter(call: Call) -> Response:
    """Open a session with the link's token, once."""
    token = sent(call, TokenSent).token
    try:
        with call.write(NOBODY) as unit:
            session, seen = accounts.open_session(unit, token), look(call, unit)
    except LinkOver:
        return landing(call, is_expired=True)
    response = RedirectResponse(addresses.site(seen, "/desk"), status_code=303)
    sessions.open_staff(call, response, session)
    return response


def leave(call: Call) -> Response:
    """End the session."""
    with call.write(NOBODY) as unit:
        accounts.end_session(unit, sessions.staff_token(call))
        seen = look(call, unit)
    response = RedirectResponse(addresses.site(seen, "/desk"), status_code=303)
    sessions.close_staff(call, response)
    return response


def landing(call: Call, *, is_expired: bool = False) -> Response:
    """Tell somebody without a session how to come in."""
    page = desk.landing(look(call, call.known()), is_expired=is_expired)
    return HTMLResponse(page, status_code=403 if is_expired else 401)


def find_moderator(unit: Unit, call: Call) -> Actor | None:
    """Give the moderator whose session the browser has; None when there is none."""
    kept = sessions.account_token(call)
    if kept and (found := accounts.staff_of(unit, kept)) is not None:
        return found
    token = sessions.staff_token(call)
    try:
        return accounts.moderator_of(unit, token) if token else None
    except NotFound:
        return None
