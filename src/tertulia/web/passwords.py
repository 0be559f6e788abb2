"""Signing in by password over HTTP, and choosing one by a mail: the first and a forgotten one alike.

Whatever hashes is outside transactions and off the thread that writes for all.
"""

from datetime import timedelta
from typing import Final

import structlog
from msgspec import Struct
from starlette.responses import HTMLResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import Purpose, SignInId
from tertulia.domain.errors import Invalid, TertuliaError, TooMany
from tertulia.domain.passwords import PasswordsDiffer, WrongPassword
from tertulia.plugins.contracts import Asked, BadProof, Identity
from tertulia.render import passwords as render
from tertulia.render import people, texts
from tertulia.render.look import Look
from tertulia.render.people import Onward, Tried
from tertulia.services import accounts, passwords, ways
from tertulia.services.passwords import WAY, Kept
from tertulia.services.proofs import WrongCode
from tertulia.services.unit import Unit
from tertulia.web import errors, sessions, trail
from tertulia.web.call import Call, asked, look, sent, wants_json
from tertulia.web.entering import led_in, let_in
from tertulia.web.onward import onward_of
from tertulia.web.sign_in import AskSent, ProofSent, mailed, require_mail
from tertulia.web.ways import offer

log = structlog.get_logger()

_LASTING: Final = timedelta(minutes=1)
"""How long a password that was compared may wait for its transaction."""
_SOON: Final = 2
"""Seconds after which somebody may come back who found all turns taken."""


class PasswordSent(Struct, frozen=True, kw_only=True):
    """An address, its password, and where to go on afterwards."""

    email: str = ""
    password: str = ""
    embed: str = ""
    next: str = ""
    lang: str = ""


class ChoiceSent(Struct, frozen=True, kw_only=True):
    """A new password; typed twice where no script could show it."""

    token: str = ""
    password: str = ""
    again: str | None = None
    embed: str = ""
    next: str = ""
    lang: str = ""


def enter(call: Call) -> Response:
    """Sign in by password. The answer, and the work before it, is the same for known and unknown addresses."""
    fields = sent(call, PasswordSent)
    onward = onward_of(call, fields.embed, fields.next)
    try:
        with call.read() as unit:
            seen, alleged = look(call, unit, fields.lang), passwords.of_address(unit, fields.email)
        identity = compared(call, alleged, fields.password)
        with call.write(sessions.guest(call)) as unit:
            account = passwords.confirm(unit, alleged, renewed=identity.keeps.get("hash", ""))
            token = let_in(call, unit, account, way=WAY)
    except (Invalid, WrongPassword, TooMany) as refusal:
        return _not_in(call, onward, fields, refusal)
    call.parts.throttle.forget_passwords(call.site, sessions.address_key(call, alleged.address))
    return led_in(call, seen, onward, token)


def show(call: Call) -> Response:
    """Show where to ask for a mail by which a password is chosen."""
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    with call.read() as unit:
        ways.require(unit, WAY)
        seen = look(call, unit)
    require_mail(call)
    return HTMLResponse(render.ask(seen, onward))


def ask(call: Call) -> Response:
    """Send a mail by which a password is chosen. The answer is the same for every address."""
    fields = sent(call, AskSent)
    onward = onward_of(call, fields.embed, fields.next)

    def again(seen: Look, email: str, error: str) -> str:
        return render.ask(seen, onward, email=email, error=error)

    return mailed(call, fields, onward, Purpose.PASSWORD, again)


def asked_for(call: Call) -> Response:
    """Say that a mail is on its way, and take its code."""
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    return HTMLResponse(render.sent(look(call, call.known()), _id(call), onward))


def prove(call: Call) -> Response:
    """Take the mail's code, and show where to type the new password; a wrong code may be tried a few times."""
    fields = sent(call, ProofSent)
    require_mail(call)
    onward = onward_of(call, fields.embed, fields.next)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    with call.write(sessions.guest(call)) as unit:
        seen = look(call, unit, fields.lang)
        found = passwords.token_for_code(
            unit, _id(call), fields.code, browser_hash=_browser_hash(call), key=_key(call)
        )
    if found is None:
        trail.turned_away(call, way=WAY, reason=WrongCode.code)
        error = texts.refusal(seen.language, WrongCode())
        return HTMLResponse(render.sent(seen, _id(call), onward, error=error), status_code=403)
    address, token = found
    return HTMLResponse(render.choose(seen, _id(call), onward, address=address, token=token))


def opened(call: Call) -> Response:
    """Show where to type the new password to whoever opens the mail's link where they asked for it."""
    token = asked(call, "token")
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    with call.read() as unit:
        seen, address = look(call, unit), _address(call, unit, token)
    return HTMLResponse(render.choose(seen, _id(call), onward, address=address, token=token))


def save(call: Call) -> Response:
    """Keep the new password, and sign in. What is wrong with it is said, and the mail stays good."""
    fields = sent(call, ChoiceSent)
    require_mail(call)
    onward = onward_of(call, fields.embed, fields.next)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    with call.read() as unit:
        seen, address = look(call, unit, fields.lang), _address(call, unit, fields.token)
        refusal = flaw(unit, fields.password, fields.again, of=address)
    if refusal is not None:
        if wants_json(call):
            raise refusal
        error, status = texts.refusal(seen.language, refusal), errors.status_of(refusal)
        page = render.choose(seen, _id(call), onward, address=address, token=fields.token, error=error)
        return HTMLResponse(page, status_code=status)
    kept = hashed(call, fields.password)
    with call.write(sessions.guest(call)) as unit:
        account = passwords.choose(
            unit, _id(call), fields.token, browser_hash=_browser_hash(call), key=_key(call), kept=kept
        )
        token = let_in(call, unit, account, way="email")
    call.parts.throttle.forget_passwords(call.site, sessions.address_key(call, address))
    return led_in(call, seen, onward, token)


def compared(call: Call, alleged: Kept, typed: str) -> Identity:
    """Say whose a password is; raise `WrongPassword`, `TooManyGuesses` or `TooMany`. No Unit may be open."""
    whom = sessions.address_key(call, alleged.address)
    call.parts.throttle.count_password(call.site, sessions.network(call), whom)
    now = call.parts.units.clock()
    try_ = Asked(
        secret=b"",
        now=now,
        ends_at=now + _LASTING,
        address=alleged.address,
        kept={"hash": alleged.kept} if alleged.kept else {},
    )
    try:
        return call.parts.passwords.finish(try_, {"password": typed})
    except BadProof as refusal:
        raise _refusal(refusal) from None


def hashed(call: Call, typed: str) -> str:
    """Give what is kept of a new password, which was checked; raise `TooMany`. No Unit may be open."""
    try:
        return call.parts.passwords.keep(typed)["hash"]
    except BadProof as refusal:
        raise _refusal(refusal) from None


def flaw(unit: Unit, typed: str, again: str | None, *, of: str) -> Invalid | None:
    """Say what is wrong with a new password for an address; None where nothing is."""
    try:
        if again is not None and again != typed:
            raise PasswordsDiffer
        passwords.check(unit, typed, of=of)
    except Invalid as refusal:
        return refusal
    return None


def _not_in(call: Call, onward: Onward, fields: PasswordSent, refusal: TertuliaError) -> Response:
    if wants_json(call):
        raise refusal
    trail.turned_away(call, way=WAY, reason=refusal.code)
    known = call.known()
    seen = look(call, known, fields.lang)
    tried = Tried(way=WAY, email=fields.email[:254], error=texts.refusal(seen.language, refusal))
    page = people.ask(seen, onward, offer(call, known.policy), tried)
    return HTMLResponse(page, status_code=errors.status_of(refusal), headers=errors.retry_headers(refusal))


def _refusal(refusal: BadProof) -> TertuliaError:
    if refusal.reason == "busy":
        return TooMany(retry_after=_SOON)
    if refusal.reason == "unreadable-hash":
        # No person's doing: the row was written by something else, or the machine has no memory left.
        log.error("password.unreadable", reason=refusal.reason)
    return WrongPassword()


def _address(call: Call, unit: Unit, token: str) -> str:
    return passwords.address_by_token(
        unit, _id(call), token, browser_hash=_browser_hash(call), key=_key(call)
    )


def _id(call: Call) -> SignInId:
    return SignInId(ids.decode(str(call.request.path_params["sign_in"])))


def _browser_hash(call: Call) -> str:
    return accounts.hash_secret(sessions.browser(call))


def _key(call: Call) -> str:
    return call.parts.settings.secret
