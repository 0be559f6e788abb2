"""Passkeys over HTTP: a script of our own pages asks the device and sends what it answered. Never for an embed."""

from collections.abc import Iterator
from contextlib import contextmanager

from msgspec import Struct, field, json
from starlette.responses import RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.passkeys import BadPasskey, PasskeyId, PasskeysNotSetUp, is_possible_at
from tertulia.plugins.contracts import BadProof
from tertulia.render import addresses
from tertulia.services import accounts, passkeys
from tertulia.services.unit import acting_account
from tertulia.settings import UNSET_SECRET
from tertulia.web import sessions
from tertulia.web.call import Call, look, sent
from tertulia.web.entering import keep, let_in
from tertulia.web.onward import lead, onward_of
from tertulia.web.sign_in import new_browser


class MadeSent(Struct, frozen=True, kw_only=True):
    """What a device answered that made a passkey, and how its owner calls it."""

    credential: dict[str, object] = field(default_factory=dict)
    name: str = ""


class UsedSent(Struct, frozen=True, kw_only=True):
    """What a device answered that used a passkey, and where to go on afterwards."""

    credential: dict[str, object] = field(default_factory=dict)
    embed: str = ""
    next: str = ""


class RemovalSent(Struct, frozen=True, kw_only=True):
    """Which passkey is to go."""

    passkey: str = ""


class Led(Struct, frozen=True, kw_only=True):
    """Where the page goes on."""

    lead: str


def ask_to_sign_in(call: Call) -> Response:
    """Give what a browser needs to use a passkey, and let it remember that it asked."""
    key = _key(call)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    browser = sessions.browser(call) or new_browser()
    with call.read() as unit:
        asked = passkeys.asked_to_sign_in(unit, browser_hash=accounts.hash_secret(browser), key=key)
    response = Response(call.parts.passkeys.begin(asked).options, media_type="application/json")
    sessions.remember_browser(call, response, browser)
    return response


def enter(call: Call) -> Response:
    """Sign in with what a device answered."""
    key, fields = _key(call), sent(call, UsedSent)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    onward, browser = onward_of(call, fields.embed, fields.next), sessions.browser(call)
    browser_hash = accounts.hash_secret(browser) if browser else ""
    named = fields.credential.get("id")
    with call.read() as unit:
        asked = passkeys.asked_to_sign_in(
            unit, browser_hash=browser_hash, key=key, credential_id=named if isinstance(named, str) else ""
        )
    with _believing():
        used = call.parts.passkeys.finish(asked, _answer(fields.credential))
    with call.write(sessions.guest(call)) as unit:
        seen = look(call, unit)
        account = passkeys.confirm(unit, used, asked)
        token = let_in(call, unit, account, way="passkey")
    return keep(call, _json(Led(lead=lead(seen, onward))), token)


def ask_to_add(call: Call) -> Response:
    """Give what a browser needs to make a passkey."""
    actor, key = sessions.own(call), _key(call)
    with call.read(actor) as unit:
        asked, holder = passkeys.asked_to_add(unit, key=key), passkeys.holder(unit, key=key)
    options = call.parts.passkeys.begin_to_keep(asked, holder).options
    return Response(options, media_type="application/json")


def add(call: Call) -> Response:
    """Keep a passkey that a device made."""
    actor, key, fields = sessions.own(call), _key(call), sent(call, MadeSent)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    with call.read(actor) as unit:
        asked = passkeys.asked_to_add(unit, key=key)
    with _believing():
        made = call.parts.passkeys.keep(asked, _answer(fields.credential))
    with call.write(actor) as unit:
        passkeys.add(unit, made, name=fields.name, key=key)
        seen = look(call, unit)
    return _json(Led(lead=addresses.site(seen, "/me", done="passkey") + "#passkeys"))


def remove(call: Call) -> Response:
    """Remove one of one's passkeys; a form, so that it works without a script."""
    actor, wanted = sessions.own(call), sent(call, RemovalSent).passkey
    with call.write(actor) as unit:
        acting_account(unit)
        passkeys.remove(unit, PasskeyId(ids.decode(wanted)))
        seen = look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#passkeys", status_code=303)


def _key(call: Call) -> str:
    settings = call.parts.settings
    if settings.secret.startswith(UNSET_SECRET) or not is_possible_at(settings.base_url):
        raise PasskeysNotSetUp
    return settings.secret


def _answer(credential: dict[str, object]) -> dict[str, str]:
    return {"credential": json.encode(credential).decode()}


@contextmanager
def _believing() -> Iterator[None]:
    """Say one and the same of whatever proves nothing, so that nobody can ask which passkeys there are."""
    try:
        yield
    except BadProof:
        raise BadPasskey from None


def _json(content: Struct) -> Response:
    return Response(json.encode(content), media_type="application/json")
