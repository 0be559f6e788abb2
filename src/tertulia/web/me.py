"""What is one's own: the name, the address, where one is signed in. Never kept by anybody."""

from collections.abc import Callable, Mapping
from typing import Final

from msgspec import Struct
from starlette.responses import HTMLResponse, RedirectResponse, Response

from tertulia.domain import ids
from tertulia.domain.accounts import STAFF, Account
from tertulia.domain.authors import BadName, NameReserved, NameTaken, TooManyNames
from tertulia.domain.errors import Forbidden, Invalid, TertuliaError
from tertulia.domain.ids import AuthorId
from tertulia.domain.sanctions import AuthorBanned, AuthorSilenced
from tertulia.render import addresses, avatars, texts
from tertulia.render import me as render
from tertulia.render import my_data as takeouts
from tertulia.render import passwords as rendered_passwords
from tertulia.render import second_factor as seconds
from tertulia.render.look import Look
from tertulia.render.me import Connected, Device, KeptPasskey, Mine, MutedAuthor
from tertulia.render.passwords import OwnPassword
from tertulia.render.second_factor import OwnSecond
from tertulia.render.statements import told
from tertulia.render.tokens import programs
from tertulia.services import (
    accounts,
    adoption,
    authors,
    connections,
    erasure,
    merging,
    mutes,
    my_data,
    notices,
    passkeys,
    passwords,
    second_factor,
    standing,
    statements,
    tokens,
)
from tertulia.services.unit import Unit, acting_account
from tertulia.web import errors, sanctions, sessions
from tertulia.web.call import Call, asked, own_look, sent
from tertulia.web.ways import has_mail


class NameSent(Struct, frozen=True, kw_only=True):
    """A new public name."""

    name: str = ""


class EarlierSent(Struct, frozen=True, kw_only=True):
    """Which imported author one was."""

    author: str = ""


class SessionSent(Struct, frozen=True, kw_only=True):
    """Which session is to end; `all` means every one but this."""

    session: str = ""


class EndingSent(Struct, frozen=True, kw_only=True):
    """What becomes of one's comments when one's account ends."""

    ending: str = ""


def show(call: Call) -> Response:
    """Show what is one's own; who is not signed in is led to do so."""
    return page(call)


def rename(call: Call) -> Response:
    """Change one's public name."""
    wanted = sent(call, NameSent).name
    call.parts.throttle.count_name(call.site, sessions.network(call))
    refusal: TertuliaError | None = None
    with call.write(sessions.reader(call)) as unit:
        seen = own_look(call, unit)
        try:
            accounts.rename(unit, wanted)
        except (Invalid, NameTaken, NameReserved, TooManyNames, AuthorBanned, AuthorSilenced) as refused:
            refusal = refused
    if refusal is not None:
        return page(call, refusal)
    return RedirectResponse(addresses.site(seen, "/me", done="renamed"), status_code=303)


def adopt(call: Call) -> Response:
    """Make one's own what one wrote elsewhere before it was imported."""
    if sessions.has_bearer(call):
        # What cannot be undone is not done from a page that was lent a session.
        raise Forbidden
    wanted = sent(call, EarlierSent).author
    call.parts.throttle.count_name(call.site, sessions.network(call))
    refusal: TertuliaError | None = None
    with call.write(sessions.reader(call)) as unit:
        acting_account(unit)
        seen = own_look(call, unit)
        try:
            adoption.adopt_earlier(unit, AuthorId(ids.decode(wanted)), key=call.parts.settings.secret)
        except (BadName, NameReserved) as refused:
            refusal = refused
    if refusal is not None:
        return page(call, refusal)
    return RedirectResponse(addresses.site(seen, "/me", done="adopted"), status_code=303)


def end_session(call: Call) -> Response:
    """End one of one's sessions, or all but this."""
    wanted = sent(call, SessionSent).session
    with call.write(sessions.reader(call)) as unit:
        accounts.end_own(unit, wanted)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me"), status_code=303)


def end(call: Call) -> Response:
    """Ask for the end of one's account."""
    wanted = sent(call, EndingSent).ending
    with call.write(sessions.reader(call)) as unit:
        erasure.ask(unit, wanted)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#end", status_code=303)


def stay(call: Call) -> Response:
    """Take that back."""
    with call.write(sessions.reader(call)) as unit:
        erasure.take_back(unit)
        seen = own_look(call, unit)
    return RedirectResponse(addresses.site(seen, "/me") + "#end", status_code=303)


def page(call: Call, refusal: TertuliaError | None = None) -> Response:
    """Show what is one's own, and what was refused; who is not signed in is led to do so."""
    with call.read(sessions.reader(call)) as unit:
        seen = own_look(call, unit)
        mine = None if unit.actor.account is None else _mine(call, unit, seen, unit.actor.account)
    if mine is None:
        return RedirectResponse(addresses.site(seen, "/sign-in"), status_code=303)
    said = _DONE.get(asked(call, "done"))
    notice = said(seen.language) if said else render.chosen(seen.language, asked(call, "done"))
    error = texts.refusal(seen.language, refusal) if refusal else ""
    status = errors.status_of(refusal) if refusal else 200
    headers = errors.retry_headers(refusal) if refusal else None
    shown = render.show(seen, mine, notice=notice, error=error)
    return HTMLResponse(shown, status_code=status, headers=headers)


_DONE: Final[Mapping[str, Callable[[str], str]]] = {
    "renamed": render.renamed,
    "passkey": render.passkey_added,
    "password": rendered_passwords.changed,
    "no-password": rendered_passwords.removed,
    "no-second": seconds.removed,
    "adopted": render.adopted,
    "connected": render.connected,
}
"""What is said of what was done a moment ago, by its word in the address."""


def _mine(call: Call, unit: Unit, seen: Look, account: Account) -> Mine:
    kept, connected = _passkeys(unit), _connected(unit, seen)
    stands = standing.own(unit)
    usual = call.parts.usual.get(unit) if stands else None
    face = account.author
    return Mine(
        account=account,
        devices=_devices(unit, sessions.network(call)),
        passkeys=kept,
        data=_data(unit, seen),
        second=_second(unit, seen, account),
        programs=programs(seen, tokens.list_own(unit)),
        adding=render.adding(seen, kept),
        picture=avatars.of_author(seen, face) if face else avatars.NONE,
        public_href=addresses.author(seen, face) if face and authors.has_page(unit, face) else "",
        languages=render.languages(),
        site_language=render.name_of_language(seen.site.language),
        muted=[
            MutedAuthor(key=ids.encode(each.author.id), name=each.author.name, muted_at=each.muted_at)
            for each in mutes.list_own(unit)
        ],
        notices=render.notice_choices(seen.language, notices.choices(unit)),
        earlier=render.earlier(seen, adoption.list_earlier(unit, key=call.parts.settings.secret)),
        statements=[told(seen, each) for each in statements.list_own(unit)],
        is_merging=account.author is not None and merging.is_under_way(unit, account.author),
        password=_password(call, unit, seen, account),
        connected=connected,
        connecting=render.connecting(seen, connected),
        told=sanctions.own(unit, seen),
        standing=stands,
        standing_rows=render.standing_rows(seen.language, stands, usual),
        usual=usual,
        is_trusted=standing.is_trusted(unit),
        trusted_after=seen.policy.trusted_after,
    )


def _password(call: Call, unit: Unit, seen: Look, account: Account) -> OwnPassword | None:
    return rendered_passwords.own(
        seen,
        is_set=bool(account.email and passwords.own(unit).kept),
        can_remove=passwords.has_other_way(unit, has_mail=has_mail(call)),
        has_mail=has_mail(call),
        has_address=bool(account.email),
    )


def _data(unit: Unit, seen: Look) -> takeouts.Shown:
    last = my_data.find_latest(unit)
    return takeouts.shown(seen, last, can_ask=my_data.may_ask(unit, last), now=unit.now)


def _second(unit: Unit, seen: Look, account: Account) -> OwnSecond:
    known, is_needed = second_factor.own(unit), seen.policy.staff_need_second and account.role in STAFF
    return seconds.own(seen, has_app=known.has_app, codes_left=known.codes_left, is_needed=is_needed)


def _devices(unit: Unit, network: str) -> list[Device]:
    return [
        Device(
            name=each.token_hash[: accounts.SESSION_NAME],
            device=each.device,
            is_this=each.token_hash == unit.actor.session_hash,
            is_near=each.network == network if each.network else None,
            created_at=each.created_at,
            seen_at=each.seen_at,
        )
        for each in accounts.list_sessions(unit)
    ]


def _passkeys(unit: Unit) -> list[KeptPasskey]:
    return [
        KeptPasskey(key=ids.encode(each.id), name=each.name, seen_at=each.used_at or each.created_at)
        for each in passkeys.list_own(unit)
    ]


def _connected(unit: Unit, seen: Look) -> list[Connected]:
    labels = dict(seen.providers)
    return [
        Connected(
            key=ids.encode(each.id),
            # Of one that the operator took away nothing but its name is known.
            provider=labels.get(each.provider, each.provider),
            label=each.label,
            created_at=each.created_at,
            seen_at=each.used_at or each.created_at,
        )
        for each in connections.list_own(unit)
    ]
