"""Who is asking: a guest's secret, a moderator's session, the network they come from.

Embedded readers send their secret in a header; readers of our own pages have it in a cookie that scripts cannot read.
"""

import hashlib
import hmac
import ipaddress
import re
import secrets
from base64 import urlsafe_b64encode
from dataclasses import dataclass, replace
from functools import cache, lru_cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import Invalid
from tertulia.domain.permissions import NOBODY, Actor, ActorKind
from tertulia.domain.tokens import PREFIX
from tertulia.services import accounts, sign_in, tokens
from tertulia.web import headers
from tertulia.web.call import Call, cookie, header

GUEST_HEADER: Final = "tertulia-guest"
GUEST_SECONDS: Final = 365 * 24 * 3600
ACCOUNT_SECONDS: Final = 180 * 24 * 3600
BROWSER_SECONDS: Final = 3600
PENDING_SECONDS: Final = sign_in.PENDING_MINUTES * 60
SESSION_SECONDS: Final = accounts.SESSION_HOURS * 3600
SHORTEST_KEY: Final = 16
"""Characters of a submit's key from which a first secret may be made."""

# Tried in this order: nearly every browser also claims to be one of those below it.
_PROGRAMS: Final = (
    ("Edg", "Edge"),
    ("OPR", "Opera"),
    ("Firefox", "Firefox"),
    ("Chrom", "Chrome"),
    ("Safari", "Safari"),
)
_SYSTEMS: Final = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)
_OF_PROXIES: Final = ("x-forwarded-for", "x-real-ip", "forwarded", "via")
_SECRET: Final = re.compile(r"[A-Za-z0-9_-]{43}\Z")


class BadSecret(Invalid):
    """A guest's secret is not 43 characters of base64url."""

    code = "bad-secret"


@dataclass(frozen=True, kw_only=True, slots=True)
class Guest:
    """A writer without an account. `is_new`: their browser does not have the secret yet."""

    secret: str
    is_new: bool = False

    @property
    def actor(self) -> Actor:
        """The actor with this secret."""
        return Actor(kind=ActorKind.GUEST, secret_hash=accounts.hash_secret(self.secret))


def find_guest(call: Call) -> Guest | None:
    """Give the guest who is asking; None for somebody who never wrote; raise `BadSecret`."""
    told = header(call, GUEST_HEADER)
    if told:
        if not _SECRET.match(told):
            raise BadSecret
        return Guest(secret=told)
    kept = cookie(call, _cookie(call, "guest"))
    return Guest(secret=kept) if _SECRET.match(kept) else None


def reader(call: Call) -> Actor:
    """Give the actor who is asking, known or not: an account where somebody is signed in, or else a guest."""
    return account(call) or guest(call)


def guest(call: Call) -> Actor:
    """Give the guest who is asking, signed in or not."""
    found = find_guest(call)
    return found.actor if found else NOBODY


def account(call: Call) -> Actor | None:
    """Give the actor of a bearer or of a browser's session; None where there is neither.

    A cookie whose session is over counts for nothing, so that its owner is a guest again. A bearer that is over is
    refused: an embed shows it on purpose, and must hear of it.
    """
    if has_bearer(call):
        return Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(_bearer(call)))
    kept = cookie(call, _cookie(call, "account"))[:200]
    if not kept:
        return None
    return replace(guest(call), session_hash=accounts.hash_secret(kept))


def program(call: Call) -> Actor | None:
    """Give the actor of what a program shows: a token that was made for it, or an embed's bearer; None for neither."""
    shown = _bearer(call)
    if not shown:
        return None
    kind = tokens.KIND if shown.startswith(PREFIX) else ""
    return Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(shown), session_kind=kind)


def own(call: Call) -> Actor:
    """Give who acts by the browser's own session; raise `SessionOver` for everybody else.

    A bearer lives in a foreign page: it opens no door that lasts, and changes no way in.
    """
    found = account(call)
    if found is None or has_bearer(call):
        raise SessionOver
    return found


def has_bearer(call: Call) -> bool:
    """Whether the request shows a bearer."""
    return bool(_bearer(call))


def open_account(call: Call, response: Response, token: str) -> None:
    """Let the browser keep an account's session, as long as any may last; a guest's secret is not needed any more."""
    _keep(call, response, "account", token, seconds=ACCOUNT_SECONDS)
    _drop(call, response, "guest")


def open_pending(call: Call, response: Response, token: str) -> None:
    """Let the browser keep that its reader has yet to show a second factor; a guest they stay until then."""
    _keep(call, response, "account", token, seconds=PENDING_SECONDS)


def close_account(call: Call, response: Response) -> None:
    """Take an account's session out of the browser."""
    _drop(call, response, "account")


def account_token(call: Call) -> str:
    """Give the token of the browser's session of an account; empty when there is none."""
    return cookie(call, _cookie(call, "account"))[:200]


def browser(call: Call) -> str:
    """Give what this browser keeps while it waits for a mail; empty when it never asked for one."""
    kept = cookie(call, _cookie(call, "asked"))
    return kept if _SECRET.match(kept) else ""


def remember_browser(call: Call, response: Response, secret: str) -> None:
    """Let the browser keep that it asked for a mail."""
    _keep(call, response, "asked", secret, seconds=BROWSER_SECONDS)


def embed_token(call: Call) -> str:
    """Give what this browser keeps for an embed that comes back; empty when there is nothing."""
    return cookie(call, _cookie(call, "embed"))[:200]


def keep_for_embed(call: Call, response: Response, token: str) -> None:
    """Let the browser keep what an embed comes back with, for the pages of one publication and no others (CHIPS).

    Without https too, as browsers take it from this machine. By hand, because Starlette writes `Partitioned` only
    where Python's own library does, from 3.14 on.
    """
    kept = f"{_cookie(call, 'embed')}={token}; Max-Age={ACCOUNT_SECONDS}; Path=/"
    response.headers.append("set-cookie", f"{kept}; Secure; HttpOnly; SameSite=None; Partitioned")


def invitation(call: Call) -> str:
    """Give the invitation that this browser keeps until its reader has signed in; empty when there is none."""
    kept = call.request.cookies.get(_cookie(call, "invitation"), "")
    return kept if _SECRET.match(kept) else ""


def keep_invitation(call: Call, response: Response, token: str) -> None:
    """Let the browser keep an invitation while its reader signs in."""
    _keep(call, response, "invitation", token, seconds=BROWSER_SECONDS)


def drop_invitation(call: Call, response: Response) -> None:
    """Take the invitation out of the browser."""
    _drop(call, response, "invitation")


def device(call: Call) -> str:
    """Name the program and the system that ask, as far as they tell, for a person to know them by."""
    told = header(call, "user-agent")
    program = next((name for mark, name in _PROGRAMS if mark in told), "")
    system = next((name for mark, name in _SYSTEMS if mark in told), "")
    return ", ".join(part for part in (program, system) if part)


def _keep(call: Call, response: Response, what: str, value: str, *, seconds: int) -> None:
    response.set_cookie(
        _cookie(call, what),
        value,
        max_age=seconds,
        path="/",
        secure=_is_secure(call),
        httponly=True,
        samesite="lax",
    )


def _drop(call: Call, response: Response, what: str) -> None:
    response.delete_cookie(
        _cookie(call, what), path="/", secure=_is_secure(call), httponly=True, samesite="lax"
    )


def _cookie(call: Call, what: str) -> str:
    # Each belongs to one site; the prefix makes browsers refuse it from a neighbouring host.
    return f"{'__Host-' if _is_secure(call) else ''}tertulia_{what}_{call.site}"


def _bearer(call: Call) -> str:
    scheme, _, token = header(call, "authorization").partition(" ")
    return token.strip()[:200] if scheme.lower() == "bearer" else ""


def writer(call: Call, key: str) -> Guest:
    """Give the guest who is writing; a new one gets a secret.

    It is made from the submit's key where that is long enough, so that a first comment sent twice, before the cookie
    came back, is one comment by one guest.
    """
    found = find_guest(call)
    if found is not None:
        return found
    if len(key) < SHORTEST_KEY:
        return Guest(secret=secrets.token_urlsafe(32), is_new=True)
    digest = _keyed(call, f"guest\0{call.site}\0{key}")
    return Guest(secret=urlsafe_b64encode(digest).decode().rstrip("="), is_new=True)


def remember(call: Call, response: Response, guest: Guest) -> None:
    """Let the browser keep a new guest's secret, out of the reach of scripts."""
    if not guest.is_new:
        return
    _keep(call, response, "guest", guest.secret, seconds=GUEST_SECONDS)


def staff_token(call: Call) -> str:
    """Give the token of a moderator's session; empty when there is none."""
    return cookie(call, _cookie(call, "desk"))[:200]


def open_staff(call: Call, response: Response, token: str) -> None:
    """Let the browser keep a moderator's session."""
    _keep(call, response, "desk", token, seconds=SESSION_SECONDS)


def close_staff(call: Call, response: Response) -> None:
    """Take a moderator's session out of the browser."""
    _drop(call, response, "desk")


def network(call: Call) -> str:
    """Give the keyed hash of the network that asks: enough to count by, not to find anybody by."""
    client = call.request.client.host if call.request.client else ""
    # One for each hop, perhaps.
    is_forwarded = b"x-forwarded-for" in headers.named(call.request.scope)
    forwarded = ",".join(call.request.headers.getlist("x-forwarded-for")) if is_forwarded else ""
    settings = call.parts.settings
    return _hashed(settings.secret, client, forwarded, settings.trusted_proxies)


def address_key(call: Call, address: str) -> str:
    """Give the keyed hash of an e-mail address, to count by."""
    return _keyed(call, f"address\0{address}")[:16].hex()


def is_within(request: Request, networks: tuple[str, ...], *, trusted: tuple[str, ...]) -> bool:
    """Whether who asks is in one of these networks, as far as that can be known.

    A proxy that nobody named hides who asks behind itself: what came through one is from nowhere.
    """
    client = request.client.host if request.client else ""
    forwarded = ",".join(request.headers.getlist("x-forwarded-for"))
    address = _address(client, forwarded, trusted)
    if isinstance(address, str):
        return False
    came_through = any(name in request.headers for name in _OF_PROXIES)
    if came_through and (not forwarded or address == _own(client) or _is_in(address, trusted)):
        return False
    return _is_in(address, networks)


def _own(client: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    return _plain(ipaddress.ip_address(client))


@lru_cache(maxsize=4096)
def _hashed(secret: str, client: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    network = _network(client, forwarded, trusted)
    return hmac.digest(secret.encode(), f"network\0{network}".encode(), hashlib.sha256)[:16].hex()


def _network(client: str, forwarded: str, trusted: tuple[str, ...]) -> str:
    address = _address(client, forwarded, trusted)
    if isinstance(address, ipaddress.IPv6Address):
        # A household has a /64: one address of it is nobody in particular.
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


def _address(
    client: str, forwarded: str, trusted: tuple[str, ...]
) -> ipaddress.IPv4Address | ipaddress.IPv6Address | str:
    """Give the nearest address that no trusted proxy of ours has."""
    chain = [*forwarded.split(",")[-20:], client] if forwarded else [client]
    address: ipaddress.IPv4Address | ipaddress.IPv6Address | str = client
    for hop in reversed(chain):
        try:
            address = _plain(ipaddress.ip_address(hop.strip()))
        except ValueError:
            return address
        if not _is_in(address, trusted):
            return address
    return address


def _is_in(address: ipaddress.IPv4Address | ipaddress.IPv6Address, written: tuple[str, ...]) -> bool:
    return any(address in each for each in _networks(written) if each.version == address.version)


@cache
def _networks(written: tuple[str, ...]) -> list[ipaddress.IPv4Network | ipaddress.IPv6Network]:
    return [ipaddress.ip_network(each, strict=False) for each in written]


def _plain(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> ipaddress.IPv4Address | ipaddress.IPv6Address:
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return mapped or address


def _keyed(call: Call, text: str) -> bytes:
    return hmac.digest(call.parts.settings.secret.encode(), text.encode(), hashlib.sha256)


def _is_secure(call: Call) -> bool:
    return call.parts.settings.base_url.startswith("https://")
