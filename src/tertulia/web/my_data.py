"""Taking along what is one's own: a button that asks for it, an address that gives it to its owner alone."""

from starlette.responses import RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.errors import Forbidden
from tertulia.domain.permissions import Actor
from tertulia.domain.takeouts import TakeoutId
from tertulia.render import addresses
from tertulia.services import my_data
from tertulia.web import sessions
from tertulia.web.call import Call, look


def ask(call: Call) -> Response:
    """Ask for all that is one's own."""
    with call.write(_actor(call)) as unit:
        my_data.ask(unit)
        seen = look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#data", status_code=303)


def fetch(call: Call) -> Response:
    """Give what was packed to its owner; who is not signed in is led to do so, and back."""
    with call.read(_actor(call)) as unit:
        seen, day = look(call, unit), unit.now.date().isoformat()
        told = str(call.request.path_params["takeout"])[: ids.PUBLIC_LENGTH]
        is_known = unit.actor.account is not None
        packed = my_data.content(unit, TakeoutId(ids.decode(told))) if is_known else b""
    if not is_known:
        back = addresses.site(seen, f"/me/data/{told}")
        return RedirectResponse(addresses.site(seen, "/sign-in", next=back), status_code=303)
    return Response(
        packed,
        media_type="application/zip",
        headers={
            "Content-Disposition": f'attachment; filename="{seen.site.key}-my-data-{day}.zip"',
            "Content-Security-Policy": "default-src 'none'; frame-ancestors 'none'; sandbox",
            "Cross-Origin-Resource-Policy": "same-origin",
        },
    )


def _actor(call: Call) -> Actor:
    if sessions.has_bearer(call):
        # A page that was lent a session for half an hour must not carry off all that its reader ever wrote.
        raise Forbidden
    return sessions.account(call) or sessions.guest(call)
