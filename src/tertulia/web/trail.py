"""What the log says of who came in and who was turned away: ways, ids and reasons, never addresses, tokens or codes.

`docs/reference/log.md` lists each line that any part of the program writes.
"""

from typing import Final

import structlog

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Forbidden, TertuliaError, TooMany
from tertulia.web.call import Call

log = structlog.get_logger()

REQUEST_ID: Final = "tertulia.request_id"
"""Where a request's scope keeps its id."""
_SIGN_IN: Final = "/sign-in"
_WAYS: Final = {
    "with": "oidc",
    "passkey": "passkey",
    "token": "publisher-token",
    "second": "second",
    "password": "password",
    # What hands a session on to a page of the publication.
    "handover": "embed",
    "exchange": "embed",
    "renew": "embed",
    "resume": "embed",
}


def came_in(call: Call, account: AccountId | None, *, way: str) -> None:
    """Note that somebody signed in; None for a moderator by the command's link."""
    log.info("sign_in.done", way=way, **_whose(account), **_where(call))


def turned_away(call: Call, *, way: str, reason: str, account: AccountId | None = None) -> None:
    """Note that somebody wanted to sign in and was refused; `reason` is the refusal's code."""
    log.info("sign_in.refused", way=way, reason=reason, **_whose(account), **_where(call))


def went_out(call: Call, account: AccountId | None) -> None:
    """Note that somebody signed out; None for a moderator of the command's link."""
    log.info("sign_in.ended", **_whose(account), **_where(call))


def changed(call: Call, account: AccountId, *, change: str) -> None:
    """Note that an account's second factor was set up or removed."""
    log.info("second_factor.changed", change=change, account=ids.encode(account), **_where(call))


def no_access(call: Call, *, reason: str, account: AccountId | None = None) -> None:
    """Note that somebody wanted something that they may not do."""
    log.info("access.refused", reason=reason, route=_route(call), **_whose(account), **_where(call))


def refused(call: Call, refusal: TertuliaError) -> None:
    """Note a refusal that went all the way up, where it is about who somebody is or what they may do."""
    tail = str(call.request.scope["path"]).partition(_SIGN_IN)
    if tail[1] and isinstance(refusal, Forbidden | TooMany):
        turned_away(call, way=_way(tail[2]), reason=refusal.code)
    elif isinstance(refusal, Forbidden):
        no_access(call, reason=refusal.code)


def _way(tail: str) -> str:
    return _WAYS.get(tail.strip("/").partition("/")[0], "email")


def _route(call: Call) -> str:
    """Name the address by its pattern: what stands in the place of ids may be a secret, or anything."""
    scope = call.request.scope
    if scope.get("endpoint") is None:
        return "none"
    names = {str(value): f"{{{name}}}" for name, value in scope["path_params"].items()}
    return "/".join(names.get(part, part) for part in str(scope["path"]).split("/"))


def _whose(account: AccountId | None) -> dict[str, str]:
    return {} if account is None else {"account": ids.encode(account)}


def _where(call: Call) -> dict[str, str]:
    return {"site": call.site[:40], "request": str(call.request.scope.get(REQUEST_ID, ""))}
