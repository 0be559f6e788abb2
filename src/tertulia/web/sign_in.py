"""Signing in: ask for a mail, prove it, hand the session over to an embed on another origin.

A popup on our origin has the cookie; the embed gets a short-lived bearer through a one-time code, never the cookie.
"""

import secrets
from collections.abc import Callable
from typing import Final

from msgspec import Struct, json
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import Account, Purpose, SessionOver, SignInId
from tertulia.domain.errors import Conflict, Forbidden, Invalid
from tertulia.domain.permissions import Actor, ActorKind
from tertulia.render import addresses, people, texts
from tertulia.render.look import Look
from tertulia.render.people import Onward, Tried
from tertulia.services import accounts, freshness, proofs, sign_in
from tertulia.services.proofs import OtherBrowser, WrongCode
from tertulia.services.sign_in import Bearer
from tertulia.web import errors, sessions, trail
from tertulia.web.call import Call, asked, look, sent
from tertulia.web.entering import led_in, let_in
from tertulia.web.onward import lead, onward_of, origin_of
from tertulia.web.ways import has_mail, offer

_WAITING: Final = {Purpose.SIGN_IN: "/sign-in", Purpose.PASSWORD: "/sign-in/password"}
"""Where the code of a mail is typed."""


class MailNotSetUp(Conflict):
    """The operator has not said how mail is sent, or not set the key that its links are made with."""

    code = "mail-not-set-up"


class AskSent(Struct, frozen=True, kw_only=True):
    """An address to send a way in to, and where to go on afterwards."""

    email: str = ""
    embed: str = ""
    next: str = ""
    lang: str = ""


class ProofSent(Struct, frozen=True, kw_only=True):
    """What the mail said, and where to go on afterwards."""

    code: str = ""
    token: str = ""
    embed: str = ""
    next: str = ""
    lang: str = ""


class OriginSent(Struct, frozen=True, kw_only=True):
    """The origin that an embed stands on."""

    origin: str = ""


class CodeSent(Struct, frozen=True, kw_only=True):
    """A one-time code, sent by an embed."""

    code: str = ""


class Handover(Struct, frozen=True, kw_only=True):
    """A one-time code for an embed."""

    code: str


class Given(Struct, frozen=True, kw_only=True):
    """A bearer, the name of its account (empty before the first comment), and how long it works."""

    token: str
    name: str
    seconds: int


def show(call: Call) -> Response:
    """Show the ways to sign in; who is signed in already goes on at once, unless they prove it anew."""
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    with call.read(sessions.reader(call)) as unit:
        seen, account = look(call, unit), unit.actor.account
        known = freshness.list_ways(unit) if account else frozenset()
    if account is not None and asked(call, "again"):
        offered = offer(call, seen.policy)
        return HTMLResponse(people.prove(seen, onward, offered, email=account.email, known=known))
    if account is not None:
        return RedirectResponse(lead(seen, onward), status_code=303)
    offered = offer(call, seen.policy)
    if not people.list_ways(seen, onward, offered):
        # Nothing else is left: no page of no ways.
        raise MailNotSetUp
    return HTMLResponse(people.ask(seen, onward, offered))


def ask(call: Call) -> Response:
    """Send a mail with a way in. The answer is the same for every address."""
    fields = sent(call, AskSent)
    onward = onward_of(call, fields.embed, fields.next)

    def again(seen: Look, email: str, error: str) -> str:
        tried = Tried(way="email", email=email, error=error)
        return people.ask(seen, onward, offer(call, seen.policy), tried)

    return mailed(call, fields, onward, Purpose.SIGN_IN, again)


def mailed(
    call: Call, fields: AskSent, onward: Onward, purpose: Purpose, again: Callable[[Look, str, str], str]
) -> Response:
    """Send a mail for a purpose, and lead to where its code is typed; `again` shows the form to mend."""
    require_mail(call)
    call.parts.throttle.count_sign_in(call.site, sessions.network(call))
    browser = sessions.browser(call) or new_browser()
    with call.write(sessions.guest(call)) as unit:
        seen, browser_hash = look(call, unit, fields.lang), accounts.hash_secret(browser)
        try:
            asked_for = sign_in.ask(
                unit, fields.email, browser_hash=browser_hash, language=seen.language, purpose=purpose
            )
        except Invalid as refusal:
            page = again(seen, fields.email[:254], texts.refusal(seen.language, refusal))
            return HTMLResponse(page, status_code=errors.status_of(refusal))
    where = addresses.site(seen, f"{_WAITING[purpose]}/{ids.encode(asked_for)}", **onward.query)
    response = RedirectResponse(where, status_code=303)
    sessions.remember_browser(call, response, browser)
    return response


def asked_for(call: Call) -> Response:
    """Say that a mail is on its way, and take its code."""
    onward = onward_of(call, asked(call, "embed"), asked(call, "next"))
    return HTMLResponse(people.sent(look(call, call.known()), _id(call), onward))


def opened(call: Call) -> Response:
    """Show the button that uses a mail's link. Scanners of mail follow links; they press none."""
    with call.read(sessions.guest(call)) as unit:
        seen = look(call, unit)
        is_here = proofs.is_asker(unit, _id(call), browser_hash=_browser_hash(call))
    if not is_here:
        raise OtherBrowser
    return HTMLResponse(people.opened(seen, _id(call), asked(call, "token")))


def prove(call: Call) -> Response:
    """Sign in with what the mail said; a wrong code may be tried again a few times."""
    fields = sent(call, ProofSent)
    require_mail(call)
    onward = onward_of(call, fields.embed, fields.next)
    call.parts.throttle.count_proof(call.site, sessions.network(call))
    key, token = call.parts.settings.secret, ""
    with call.write(sessions.guest(call)) as unit:
        seen, browser = look(call, unit, fields.lang), _browser_hash(call)
        account: Account | None
        if fields.token:
            account = sign_in.confirm_token(unit, _id(call), fields.token, browser_hash=browser, key=key)
        else:
            account = sign_in.confirm_code(unit, _id(call), fields.code, browser_hash=browser, key=key)
        if account is not None:
            token = let_in(call, unit, account, way="email")
    if account is None:
        trail.turned_away(call, way="email", reason=WrongCode.code)
        error = texts.refusal(seen.language, WrongCode())
        return HTMLResponse(people.sent(seen, _id(call), onward, error=error), status_code=403)
    return led_in(call, seen, onward, token)


def done(call: Call) -> Response:
    """Lead on to the publication's page that a reader came from."""
    onward, seen = onward_of(call, "", asked(call, "next")), look(call, call.known())
    if not onward.next:
        return RedirectResponse(addresses.site(seen, "/me"), status_code=303)
    return HTMLResponse(people.done(seen, onward))


def show_handover(call: Call) -> Response:
    """Show the page that hands this browser's session over to the embed that opened it."""
    onward = onward_of(call, asked(call, "embed"), "")
    with call.read(sessions.reader(call)) as unit:
        seen, account = look(call, unit), unit.actor.account
    if not onward.embed:
        raise Forbidden
    if account is None:
        return RedirectResponse(addresses.site(seen, "/sign-in", **onward.query), status_code=303)
    return HTMLResponse(people.handover(seen, onward))


def hand_over(call: Call) -> Response:
    """Make the one-time code for an embed. Our own page asks, with the cookie."""
    origin = origin_of(sent(call, OriginSent).origin)
    actor = sessions.account(call)
    if actor is None or actor.kind is not ActorKind.GUEST:
        # A bearer makes no other bearers: only the browser's own session does.
        raise SessionOver
    with call.write(actor) as unit:
        return _json(Handover(code=sign_in.make_handover(unit, origin)))


def renew(call: Call) -> Response:
    """Give an embed a fresh bearer."""
    with call.write(_bearer(call)) as unit:
        return given(sign_in.renew(unit))


def sign_out(call: Call) -> Response:
    """End the session, and with it the bearers that came of it."""
    actor = sessions.account(call)
    if actor is None:
        raise SessionOver
    with call.write(actor) as unit:
        accounts.sign_out(unit)
        trail.went_out(call, unit.actor.account.id if unit.actor.account else None)
        seen = look(call, unit)
    if sessions.has_bearer(call):
        return Response(status_code=204)
    response = RedirectResponse(addresses.site(seen), status_code=303)
    # Drafts lie in the browser's storage, and the next person at this machine is to find none.
    response.headers["Clear-Site-Data"] = '"storage"'
    sessions.close_account(call, response)
    return response


def _bearer(call: Call) -> Actor:
    actor = sessions.account(call)
    if actor is None or not sessions.has_bearer(call):
        raise SessionOver
    return actor


def new_browser() -> str:
    """Make what a browser is known by that asks for a way in."""
    return secrets.token_urlsafe(32)


def _id(call: Call) -> SignInId:
    return SignInId(ids.decode(str(call.request.path_params["sign_in"])))


def _browser_hash(call: Call) -> str:
    return accounts.hash_secret(sessions.browser(call))


def require_mail(call: Call) -> None:
    """Raise `MailNotSetUp` where no mail with a link can be sent."""
    if not has_mail(call):
        raise MailNotSetUp


def given(bearer: Bearer) -> Response:
    """Say a bearer to an embed."""
    return _json(Given(token=bearer.token, name=bearer.name, seconds=bearer.seconds))


def _json(content: Struct) -> Response:
    return Response(json.encode(content), media_type="application/json")
