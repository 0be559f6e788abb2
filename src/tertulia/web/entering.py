"""The end of every way in: a session for the browser, and where its reader goes on. Each way comes through here."""

from starlette.responses import RedirectResponse, Response

from tertulia.domain.accounts import Account
from tertulia.domain.second_factor import PASSKEY
from tertulia.render import addresses
from tertulia.render.look import Look
from tertulia.render.people import Onward
from tertulia.services import second_factor, sign_in
from tertulia.services.unit import Unit
from tertulia.web import sessions, trail
from tertulia.web.call import Call
from tertulia.web.onward import lead


def let_in(call: Call, unit: Unit, account: Account, *, way: str) -> str:
    """Open a session for the browser that asks, whose owner proved who they are; give its token.

    The session that it had before ends. Where the account asks for a second factor, the token opens nothing until that
    was shown: `led_in` leads there. A passkey is two factors already.
    """
    before, device, network = sessions.account_token(call), sessions.device(call), sessions.network(call)
    if second_factor.is_asked_for(account, way=way):
        return sign_in.open_pending(unit, account, way=way, device=device, network=network, before=before)
    trail.came_in(call, account.id, way=way)
    second_at = unit.now if way == PASSKEY else None
    return sign_in.open_session(
        unit, account, way=way, device=device, network=network, before=before, second_at=second_at
    )


def led_in(call: Call, seen: Look, onward: Onward, token: str) -> Response:
    """Let the browser keep its session and go on: by the second factor where that is asked for, to where it was led
    from, or else to an invitation that it keeps.
    """
    is_invited = bool(sessions.invitation(call)) and not onward.query
    goal = addresses.site(seen, "/invitation") if is_invited else lead(seen, onward)
    if sign_in.is_pending(token):
        goal = addresses.site(seen, "/sign-in/second", **onward.query)
    return keep(call, RedirectResponse(goal, status_code=303), token)


def keep(call: Call, response: Response, token: str) -> Response:
    """Let the browser keep its session."""
    if sign_in.is_pending(token):
        sessions.open_pending(call, response, token)
    else:
        sessions.open_account(call, response, token)
    return response
