"""Invitations: a link that gives a role. It shows a button: scanners of mail follow links, they press none.

Who is not signed in yet does so by any way; their browser keeps the invitation meanwhile.
"""

from msgspec import Struct
from starlette.responses import HTMLResponse, Response

from tertulia.domain.accounts import SessionOver
from tertulia.domain.permissions import ROLES, Act
from tertulia.render import addresses, invitations
from tertulia.render.people import Onward
from tertulia.services import roles, sign_in
from tertulia.services.roles import InvitationOver
from tertulia.web import errors, sessions
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.entering import led_in, let_in


class TokenSent(Struct, frozen=True, kw_only=True):
    """The token of an invitation."""

    token: str = ""


def show(call: Call) -> Response:
    """Say what the invitation gives, and to whom."""
    token = asked(call, "token") or sessions.invitation(call)
    try:
        with call.read(sessions.reader(call)) as unit:
            seen, account = own_look(call, unit), unit.actor.account
            invitation = roles.look_at(unit, token)
    except InvitationOver as refusal:
        over = errors.answer(call, refusal)
        sessions.drop_invitation(call, over)
        return over
    response = HTMLResponse(
        invitations.show(seen, invitation.role, invitation.sections, account, token=token)
    )
    if account is None:
        sessions.keep_invitation(call, response, token)
    return response


def take(call: Call) -> Response:
    """Give the role to the account that is signed in, once. Its other sessions end, and this one is a new one."""
    token, actor = sent(call, TokenSent).token, sessions.account(call)
    if actor is None or sessions.has_bearer(call):
        # A bearer lives in a foreign page, and opens no door that lasts.
        raise SessionOver
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    with call.write(actor) as unit:
        seen, way = look(call, unit), sign_in.way_of(unit)
        account = roles.accept(unit, token)
        session = let_in(call, unit, account, way=way)
    goal = "/desk" if account.role in ROLES[Act.MODERATE] else "/me"
    response = led_in(call, seen, Onward(next=addresses.site(seen, goal)), session)
    sessions.drop_invitation(call, response)
    return response
