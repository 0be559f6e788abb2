"""The second factor over HTTP: shown after signing in, set up and removed by a session of our own pages."""

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain.errors import TertuliaError
from tertulia.domain.second_factor import (
    Change,
    NoSecondFactor,
    SecondFactorNotSetUp,
    SecondFactorThere,
    SecondOver,
    TooManyCodes,
    WrongSecond,
)
from tertulia.render import addresses, texts
from tertulia.render import second_factor as render
from tertulia.render.look import Look
from tertulia.render.people import Onward
from tertulia.services import second_factor, sign_in
from tertulia.services.unit import Unit
from tertulia.settings import UNSET_SECRET
from tertulia.web import errors, sessions, trail
from tertulia.web.call import Call, asked, look, own_look, sent
from tertulia.web.entering import led_in
from tertulia.web.onward import onward_of

WAY = "second"


class SecondSent(Struct, frozen=True, kw_only=True):
    """A code of the app or a recovery code, and where to go on afterwards."""

    code: str = ""
    embed: str = ""
    next: str = ""
    lang: str = ""


def show(call: Call) -> Response:
    """Ask who proved one factor for the second; who has nothing to show begins at the beginning."""
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    with call.read() as unit:
        seen, pending = look(call, unit), second_factor.find_pending(unit, sessions.account_token(call))
    if pending is None:
        return RedirectResponse(addresses.site(seen, "/sign-in", **onward.query), status_code=303)
    return HTMLResponse(render.ask(seen, onward))


def enter(call: Call) -> Response:
    """Take the second factor: of who signs in, or of who is signed in and proves it anew."""
    fields = sent(call, SecondSent)
    onward = onward_of(call, fields.embed, fields.next)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    try:
        if sign_in.is_pending(sessions.account_token(call)):
            return _enter(call, fields, onward)
        return _prove_again(call, fields, onward)
    except (TooManyCodes, SecondOver) as refusal:
        trail.turned_away(call, way=WAY, reason=refusal.code)
        return _asked_anew(look(call, call.known(), fields.lang), onward, refusal)


def begin(call: Call) -> Response:
    """Begin to set an app up."""
    _key(call)
    with call.write(sessions.own(call)) as unit:
        second_factor.begin(unit)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, render.PATH), status_code=303)


def show_set_up(call: Call) -> Response:
    """Show what the app is told; who has not begun, or is done, sees their account."""
    with call.read(sessions.own(call)) as unit:
        seen = own_look(call, unit)
        try:
            return HTMLResponse(render.set_up(seen, second_factor.secret(unit, key=_key(call))))
        except (NoSecondFactor, SecondFactorThere):
            return RedirectResponse(addresses.site(seen, "/me") + "#second", status_code=303)


def set_up(call: Call) -> Response:
    """Set the app up by its first code; show the recovery codes, this once."""
    fields = sent(call, SecondSent)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    with call.write(sessions.own(call)) as unit:
        seen, key = own_look(call, unit, fields.lang), _key(call)
        secret = second_factor.secret(unit, key=key)
        made = second_factor.confirm(unit, fields.code, key=key)
        if made is not None:
            _note(call, unit, Change.SET_UP)
    if made is None:
        error = texts.refusal(seen.language, WrongSecond())
        return HTMLResponse(render.set_up(seen, secret, error=error), status_code=403)
    return HTMLResponse(render.codes(seen, made))


def renew_codes(call: Call) -> Response:
    """Make new recovery codes; show them, this once."""
    with call.write(sessions.own(call)) as unit:
        made, seen = second_factor.renew_codes(unit), own_look(call, unit)
        _note(call, unit, Change.NEW_CODES)
    return HTMLResponse(render.codes(seen, made))


def remove(call: Call) -> Response:
    """Remove the app and the recovery codes."""
    with call.write(sessions.own(call)) as unit:
        second_factor.remove(unit)
        seen = own_look(call, unit)
        _note(call, unit, Change.REMOVED)
    return RedirectResponse(addresses.site(seen, "/me", done="no-second") + "#second", status_code=303)


def _enter(call: Call, fields: SecondSent, onward: Onward) -> Response:
    kept = sessions.account_token(call)
    # As the guest that they were: what they wrote becomes the account's only now.
    with call.write(sessions.guest(call)) as unit:
        seen, pending = look(call, unit, fields.lang), second_factor.find_pending(unit, kept)
        token = second_factor.enter(unit, kept, fields.code, key=_key(call))
        is_over = token is None and second_factor.find_pending(unit, kept) is None
        if pending is not None and token is not None:
            trail.came_in(call, pending.account_id, way=f"{pending.way}+{WAY}")
        elif pending is not None:
            trail.turned_away(call, way=WAY, reason=WrongSecond.code, account=pending.account_id)
    if token is None:
        return _asked_anew(seen, onward, SecondOver() if is_over else WrongSecond())
    return led_in(call, seen, onward, token)


def _prove_again(call: Call, fields: SecondSent, onward: Onward) -> Response:
    with call.write(sessions.own(call)) as unit:
        seen, account, kept = look(call, unit, fields.lang), unit.actor.account, sessions.account_token(call)
        token = second_factor.prove_again(unit, fields.code, key=_key(call), before=kept)
        if account is not None and token is not None:
            trail.came_in(call, account.id, way=WAY)
        elif account is not None:
            trail.turned_away(call, way=WAY, reason=WrongSecond.code, account=account.id)
    if token is None:
        return _asked_anew(seen, onward, WrongSecond())
    return led_in(call, seen, onward, token)


def _asked_anew(seen: Look, onward: Onward, refusal: TertuliaError) -> Response:
    error, is_over = texts.refusal(seen.language, refusal), isinstance(refusal, SecondOver)
    return HTMLResponse(
        render.ask(seen, onward, error=error, is_over=is_over),
        status_code=errors.status_of(refusal),
        headers=errors.retry_headers(refusal),
    )


def _note(call: Call, unit: Unit, change: Change) -> None:
    if unit.actor.account is not None:
        trail.changed(call, unit.actor.account.id, change=change.value)


def _key(call: Call) -> str:
    key = call.parts.settings.secret
    if key.startswith(UNSET_SECRET):
        raise SecondFactorNotSetUp
    return key
