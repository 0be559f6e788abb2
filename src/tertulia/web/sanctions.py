"""What moderators wrote to the reader who asks: read, and shown no more."""

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.sanctions import SanctionId
from tertulia.render import addresses
from tertulia.render import sanctions as render
from tertulia.render.look import Look
from tertulia.render.sanctions import OwnSanctions
from tertulia.services import sanctions
from tertulia.services.unit import Unit
from tertulia.web import sessions
from tertulia.web.call import Call, header, own_look, sent


class WarningSent(Struct, frozen=True, kw_only=True):
    """Which message or warning was read."""

    sanction: str = ""


def mark_read(call: Call) -> Response:
    """Remember that its author read a message or a warning, and go on where they were."""
    wanted = sent(call, WarningSent).sanction
    with call.write(sessions.reader(call)) as unit:
        sanctions.mark_read(unit, SanctionId(ids.decode(wanted)))
        seen = own_look(call, unit)
    came_from = header(call, "referer").partition("#")[0]
    is_ours = came_from.startswith(f"{addresses.root(seen)}/")
    return RedirectResponse(came_from if is_ours else addresses.site(seen), status_code=303)


def own(unit: Unit, seen: Look) -> OwnSanctions:
    """Give what restricts the author who asks, and what they did not read yet."""
    return render.own(seen, sanctions.current(unit, unit.actor.author), sanctions.list_unread(unit))
