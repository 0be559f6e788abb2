"""Signing in at a provider elsewhere: a form leads there, a page of ours takes the browser back.

Providers are asked outside the transactions: they may be slow.
"""

from typing import Final

import structlog
from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.attempts import Attempt, AttemptOver
from tertulia.domain.connections import ConnectionId
from tertulia.domain.errors import Conflict, Forbidden, NotFound, TertuliaError
from tertulia.plugins.contracts import Asked, BadProof, SignIn
from tertulia.render import addresses, people, texts
from tertulia.render.people import Onward
from tertulia.services import accounts, attempts, connections
from tertulia.services.unit import acting_account
from tertulia.web import errors, sessions, trail
from tertulia.web.call import Call, asked, look, sent, wants_json
from tertulia.web.entering import led_in, let_in
from tertulia.web.onward import onward_of
from tertulia.web.sign_in import new_browser
from tertulia.web.ways import has_mail

log = structlog.get_logger()

WAY: Final = "oidc"
BACK: Final = ("code", "state", "iss", "error")
"""What a provider leads a browser back with, as far as anybody here reads it."""


class SignInDeclined(Forbidden):
    """Somebody went to the provider and did not sign in there."""

    code = "sign-in-declined"


class ProviderAway(Conflict):
    """The provider does not answer, or says that it cannot now."""

    code = "provider-away"


class ProviderRefused(Forbidden):
    """What the provider said proves nothing. `reason` says to the operator why."""

    code = "provider-refused"


class BeginSent(Struct, frozen=True, kw_only=True):
    """Where to go on afterwards; `connect` where somebody who is signed in connects one more way in."""

    embed: str = ""
    next: str = ""
    lang: str = ""
    connect: str = ""


class BackSent(Struct, frozen=True, kw_only=True):
    """What a provider sends by a form instead of in the address."""

    code: str = ""
    state: str = ""
    iss: str = ""
    error: str = ""


class RemovalSent(Struct, frozen=True, kw_only=True):
    """Which connected sign-in is to go."""

    connection: str = ""


def begin(call: Call) -> Response:
    """Lead to a provider."""
    name, fields = _name(call), sent(call, BeginSent)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    onward, browser = onward_of(call, fields.embed, fields.next), sessions.browser(call) or new_browser()
    start = attempts.begin_connecting if fields.connect else attempts.begin
    with call.write(sessions.reader(call)) as unit:
        seen = look(call, unit, fields.lang)
        carried = {**onward.query, "lang": seen.language}
        attempt = start(unit, name, browser_hash=accounts.hash_secret(browser), onward=carried)
    try:
        challenge = _provider(call, name).begin(_asked(call, attempt))
    except BadProof as refusal:
        return _failed(call, attempt, _refusal(call, name, refusal))
    response = HTMLResponse(people.leaving(seen, label=dict(seen.providers)[name], go_to=challenge.go_to))
    sessions.remember_browser(call, response, browser)
    return response


def relay(call: Call) -> Response:
    """Take what a provider sends by a form from its own page, and come again: with our cookies, and by an address."""
    name, fields = _name(call), sent(call, BackSent)
    told = {each: getattr(fields, each) for each in BACK}
    return RedirectResponse(addresses.site(look(call, call.known()), _path(name), **told), status_code=303)


def back(call: Call) -> Response:
    """Take a browser back from a provider: sign in, or connect."""
    name = _name(call)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    attempt: Attempt | None = None
    try:
        reference = asked(call, "state").partition(".")[0]
        browser = accounts.hash_secret(sessions.browser(call))
        with call.read(sessions.reader(call)) as unit:
            attempt = attempts.get_open(unit, reference, name, browser_hash=browser)
        return _finished(call, name, attempt)
    except (Forbidden, Conflict) as refusal:
        if wants_json(call):
            raise
        return _failed(call, attempt, refusal)


def remove(call: Call) -> Response:
    """Remove one of one's connected sign-ins."""
    wanted = sent(call, RemovalSent).connection
    with call.write(sessions.own(call)) as unit:
        acting_account(unit)
        connections.remove(unit, ConnectionId(ids.decode(wanted)), has_mail=has_mail(call))
        seen = look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#connected", status_code=303)


def _finished(call: Call, name: str, attempt: Attempt) -> Response:
    try:
        answer = {each: asked(call, each) for each in BACK}
        identity = _provider(call, name).finish(_asked(call, attempt), answer)
    except BadProof as refusal:
        raise _refusal(call, name, refusal) from None
    if attempt.account_id is not None:
        with call.write(sessions.reader(call)) as unit:
            attempts.use(unit, attempt)
            connections.connect(unit, name, identity)
            seen = look(call, unit, attempt.onward["lang"])
        return RedirectResponse(addresses.site(seen, "/me", done="connected") + "#connected", status_code=303)
    with call.write(sessions.guest(call)) as unit:
        attempts.use(unit, attempt)
        account = connections.enter(unit, name, identity)
        token = let_in(call, unit, account, way=WAY)
        seen = look(call, unit, attempt.onward["lang"])
    return led_in(call, seen, _onward(attempt), token)


def _failed(call: Call, attempt: Attempt | None, refusal: TertuliaError) -> Response:
    """Say why nobody was signed in, with a way back."""
    told = {} if attempt is None else attempt.onward
    seen = look(call, call.known(), told.get("lang", ""))
    trail.turned_away(call, way=WAY, reason=refusal.code)
    if attempt is not None and attempt.account_id is not None:
        again = addresses.site(seen, "/me") + "#connected"
    else:
        again = addresses.site(seen, "/sign-in", **_onward(attempt).query)
    text = texts.refusal(seen.language, refusal)
    page = people.failed(seen, text=text, code=refusal.code, again=again)
    return HTMLResponse(page, status_code=errors.status_of(refusal))


def _onward(attempt: Attempt | None) -> Onward:
    told = {} if attempt is None else attempt.onward
    return Onward(embed=told.get("embed", ""), next=told.get("next", ""))


def _refusal(call: Call, name: str, refusal: BadProof) -> TertuliaError:
    """Say a plug-in's refusal in a word of ours; what the operator can mend goes to the log."""
    label = dict(call.parts.labels[call.site])[name]
    if refusal.reason == "declined":
        return SignInDeclined(provider=label)
    if refusal.reason == "wrong-state":
        return AttemptOver()
    log.warning("provider.refused", site=call.site, provider=name, reason=refusal.reason)
    if refusal.reason.endswith("-unreachable"):
        return ProviderAway(provider=label)
    return ProviderRefused(provider=label, reason=refusal.reason)


def _name(call: Call) -> str:
    """Give the provider in the address, where the operator set one up; raise `NotFound`."""
    name = str(call.request.path_params["provider"])
    if name not in dict(call.parts.labels.get(call.known().site.key, ())):
        raise NotFound("provider")
    return name


def _provider(call: Call, name: str) -> SignIn:
    return call.parts.sign_ins[call.known().site.key][name]


def _asked(call: Call, attempt: Attempt) -> Asked:
    settings, site = call.parts.settings, call.known().site.key
    return attempts.asked(
        attempt,
        site=site,
        key=settings.secret,
        now=call.parts.units.clock(),
        return_to=f"{settings.base_url}/{site}{_path(attempt.way)}",
    )


def _path(name: str) -> str:
    return f"/sign-in/with/{name}/back"
