"""How moderators come in and go. A link opens a page with a button: scanners of mail follow links, they press none."""

from collections.abc import Callable
from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.permissions import NOBODY, Act, Actor, may, sections_of
from tertulia.render import addresses, desk
from tertulia.render.desk import Frame
from tertulia.services import accounts, freshness, queue
from tertulia.services.accounts import LinkOver
from tertulia.services.freshness import SecondNeeded
from tertulia.services.unit import Unit
from tertulia.web import sessions, trail
from tertulia.web.call import Call, asked, look, sent
from tertulia.web.ways import has_mail

WAY = "link"
_PAGES: Final = {
    "queue": Act.MODERATE,
    "appeals": Act.MODERATE,
    "opinions": Act.MODERATE,
    "reports": Act.MODERATE,
    "log": Act.MODERATE,
    "people": Act.PEOPLE,
    "phrases": Act.POLICY,
    "policy": Act.POLICY,
    "site": Act.SITE,
}
"""Pages of the desk, and what one must be allowed for each."""


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
    """End the session: that of a link, and that of an account where there is one."""
    signed_in = sessions.account(call)
    with call.read() as unit:
        moderator = find_moderator(unit, call)
    if moderator is not None:
        # What they had is for whoever stays.
        with call.write(moderator) as unit:
            queue.release_all(unit)
    with call.write(signed_in or NOBODY) as unit:
        if unit.actor.account is not None:
            accounts.sign_out(unit)
        accounts.end_session(unit, sessions.staff_token(call))
        seen, whose = look(call, unit), unit.actor.account_id
    trail.went_out(call, whose)
    response = RedirectResponse(addresses.site(seen, "/desk"), status_code=303)
    sessions.close_staff(call, response)
    if signed_in is not None:
        sessions.close_account(call, response)
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


def for_staff(view: Callable[[Call, Actor], Response]) -> Callable[[Call], Response]:
    """Let a view of the desk be for who is signed in there; others are told how to come in."""

    def answer(call: Call) -> Response:
        with call.read() as unit:
            actor = find_moderator(unit, call)
        return landing(call) if actor is None else view(call, actor)

    return answer


def frame_of(call: Call, actor: Actor, here: str) -> Frame:
    """Say who sits at the desk, which of its pages are open to them, and whether this server can write to people."""
    pages = [name for name, act in _PAGES.items() if may(actor, act)]
    sections = actor.account.sections if sections_of(actor) and actor.account else ()
    return Frame(
        moderator=actor.name, sections=sections, pages=pages, here=here, lacks_mail=not has_mail(call)
    )


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
