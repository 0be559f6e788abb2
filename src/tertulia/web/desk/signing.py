"""How moderators come in and go. A link opens a page with a button: scanners of mail follow links, they press none."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.permissions import NOBODY, Actor
from tertulia.render import addresses, desk
from tertulia.services import accounts, freshness
from tertulia.services.accounts import LinkOver
from tertulia.services.freshness import SecondNeeded
from tertulia.services.unit import Unit
from tertulia.web import sessions, trail
from tertulia.web.call import Call, asked, look, sent

WAY = "link"


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
    except LinkOver as refusal:
        trail.turned_away(call, way=WAY, reason=refusal.code)
        return landing(call, is_expired=True)
    trail.came_in(call, None, way=WAY)
    response = RedirectResponse(addresses.site(seen, "/desk"), status_code=303)
    sessions.open_staff(call, response, session)
    return response


def leave(call: Call) -> Response:
    """End the session."""
    with call.write(NOBODY) as unit:
        accounts.end_session(unit, sessions.staff_token(call))
        seen = look(call, unit)
    trail.went_out(call, None)
    response = RedirectResponse(addresses.site(seen, "/desk"), status_code=303)
    sessions.close_staff(call, response)
    return response


def landing(call: Call, *, is_expired: bool = False) -> Response:
    """Tell somebody whom the desk is closed to how to come in."""
    if is_expired:
        return HTMLResponse(desk.landing(look(call, call.known()), is_expired=True), status_code=403)
    with call.read(sessions.account(call) or NOBODY) as unit:
        seen, account = look(call, unit), unit.actor.account
        known = freshness.list_ways(unit) & freshness.STRONG if account else frozenset()
    if account is not None and account.rests:
        trail.no_access(call, reason=SecondNeeded.code, account=account.id)
        return HTMLResponse(desk.second_needed(seen, has_one=bool(known)), status_code=403)
    reason, whose = (SessionOver.code, None) if account is None else (Forbidden.code, account.id)
    trail.no_access(call, reason=reason, account=whose)
    return HTMLResponse(desk.landing(seen), status_code=401)


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
