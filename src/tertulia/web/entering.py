"""The end of every way in: a session for the browser, and where its reader goes on. Each way comes through here."""

from starlette.responses import RedirectResponse, Response

from tertulia.domain.accounts import Account
from tertulia.render.look import Look
from tertulia.render.people import Onward
from tertulia.services import sign_in
from tertulia.services.unit import Unit
from tertulia.web import sessions
from tertulia.web.call import Call
from tertulia.web.onward import lead


def let_in(call: Call, unit: Unit, account: Account, *, way: str) -> str:
    """Open a session for the browser that asks, whose owner proved who they are; give its token.

    The session that it had before ends.
    """
    before = sessions.account_token(call)
    return sign_in.open_session(unit, account, way=way, device=sessions.device(call), before=before)


def led_in(call: Call, seen: Look, onward: Onward, token: str) -> Response:
    """Let the browser keep its session and go on."""
    return keep(call, RedirectResponse(lead(seen, onward), status_code=303), token)


def keep(call: Call, response: Response, token: str) -> Response:
    """Let the browser keep its session."""
    sessions.open_account(call, response, token)
    return response
