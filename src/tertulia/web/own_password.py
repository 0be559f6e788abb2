"""One's own password, on the page of what is one's own: set, change, remove. Never by an embed's bearer."""

from msgspec import Struct
from starlette.responses import RedirectResponse, Response

from tertulia.domain.errors import Conflict, Invalid, NotFound, TertuliaError, TooMany
from tertulia.domain.passwords import WrongPassword
from tertulia.render import addresses
from tertulia.services import passwords, ways
from tertulia.services.passwords import WAY
from tertulia.web import me, sessions, trail
from tertulia.web.call import Call, own_look, sent, wants_json
from tertulia.web.passwords import compared, flaw, hashed
from tertulia.web.ways import has_mail


class ChangeSent(Struct, frozen=True, kw_only=True):
    """The old password, where there is one, and the new; that typed twice where no script could show it."""

    old: str = ""
    password: str = ""
    again: str | None = None


class RemovalSent(Struct, frozen=True, kw_only=True):
    """The password that is to go."""

    old: str = ""


def change(call: Call) -> Response:
    """Set one's first password, or change it by who knows the old one. All other browsers are signed out."""
    actor, fields = sessions.own(call), sent(call, ChangeSent)
    try:
        with call.read(actor) as unit:
            seen, mine = own_look(call, unit), passwords.own(unit)
            ways.require(unit, WAY)
            passwords.require_may_set(unit, mine)
            refusal = flaw(unit, fields.password, fields.again, of=mine.address)
        if refusal is not None:
            raise refusal
        if mine.kept:
            compared(call, mine, fields.old)
        kept = hashed(call, fields.password)
        with call.write(actor) as unit:
            passwords.change(unit, mine, kept=kept)
    except (Conflict, Invalid, WrongPassword, TooMany) as refused:
        return _refused(call, refused)
    call.parts.throttle.forget_passwords(call.site, sessions.address_key(call, mine.address))
    return RedirectResponse(addresses.site(seen, "/me", done="password"), status_code=303)


def remove(call: Call) -> Response:
    """Remove one's password, by who knows it, where another way in remains."""
    actor, fields = sessions.own(call), sent(call, RemovalSent)
    try:
        with call.read(actor) as unit:
            seen, mine = own_look(call, unit), passwords.own(unit)
        if not mine.kept:
            raise NotFound("password")
        compared(call, mine, fields.old)
        with call.write(actor) as unit:
            passwords.remove(unit, mine, has_mail=has_mail(call))
    except (Conflict, WrongPassword, TooMany) as refused:
        return _refused(call, refused)
    call.parts.throttle.forget_passwords(call.site, sessions.address_key(call, mine.address))
    return RedirectResponse(addresses.site(seen, "/me", done="no-password"), status_code=303)


def _refused(call: Call, refusal: TertuliaError) -> Response:
    if wants_json(call):
        raise refusal
    if isinstance(refusal, WrongPassword | TooMany):
        trail.no_access(call, reason=refusal.code)
    return me.page(call, refusal)
