"""Tokens for programs that act for an account, in the JSON API and nowhere else.

A token is a session of the kind `token`; its way says what it may. So it ends as sessions do: by hand, by time, with
another role, and with the account.
"""

import secrets
from datetime import timedelta
from typing import Final

from tertulia.domain.accounts import Account
from tertulia.domain.authors import clean_name
from tertulia.domain.tokens import (
    DAYS,
    LONGEST_NAME,
    MOST,
    PREFIX,
    BadTokenChoice,
    Scope,
    Token,
    TokenReadsOnly,
    TooManyTokens,
)
from tertulia.services import freshness
from tertulia.services.accounts import SESSION_NAME, hash_secret
from tertulia.services.unit import Unit, acting_account
from tertulia.store import accounts, sessions
from tertulia.store.sessions import Opened

KIND: Final = "token"
_TOUCH_AFTER: Final = timedelta(hours=1)


def make(unit: Unit, *, name: str, scope: str, days: int) -> str:
    """Make a token of the acting account's, and tell it this once.

    Raises `BadName`, `BadTokenChoice`, `TooManyTokens`, or `ProveAgain`: it outlasts the session.
    """
    account = acting_account(unit)
    freshness.require(unit)
    shown = clean_name(name, longest=LONGEST_NAME)
    if scope not in set(Scope) or days not in DAYS:
        raise BadTokenChoice
    accounts.lock(unit.db, unit.site.id, account.id)
    if len(list_own(unit)) >= MOST:
        raise TooManyTokens(limit=MOST)
    token = PREFIX + secrets.token_urlsafe(32)
    new = Opened(
        token_hash=hash_secret(token),
        kind=KIND,
        account_id=account.id,
        created_at=unit.now,
        seen_at=unit.now,
        expires_at=unit.now + timedelta(days=days),
        device=shown,
        way=scope,
    )
    sessions.insert_of_account(unit.db, unit.site.id, new)
    return token


def list_own(unit: Unit) -> list[Token]:
    """List the acting account's tokens that are not over, the last used first."""
    return list_of(unit, acting_account(unit))


def list_of(unit: Unit, account: Account) -> list[Token]:
    """List an account's tokens that are not over, the last used first."""
    found = sessions.list_of_account(unit.db, unit.site.id, account.id, now=unit.now, kind=KIND)
    return [_token(each) for each in found]


def end(unit: Unit, key: str) -> None:
    """End one of the acting account's tokens; one that is over already does no harm."""
    account = acting_account(unit)
    found = sessions.list_of_account(unit.db, unit.site.id, account.id, now=unit.now, kind=KIND)
    for each in found:
        if each.token_hash[:SESSION_NAME] == key:
            sessions.end(unit.db, unit.site.id, each.token_hash)


def require_may_write(unit: Unit) -> None:
    """Raise `TokenReadsOnly` where the program that acts may only read."""
    if not may_write(unit):
        raise TokenReadsOnly


def may_write(unit: Unit) -> bool:
    """Whether the token of whoever acts lets them write; who acts without one may."""
    used = _used(unit)
    return used is None or used.way == Scope.WRITE


def wants_touch(unit: Unit) -> bool:
    """Whether the acting token's owner should see that it is in use; once an hour."""
    used = _used(unit)
    return used is not None and (used.seen_at == used.created_at or unit.now - used.seen_at >= _TOUCH_AFTER)


def touch(unit: Unit) -> None:
    """Remember that the acting token was used. It ends when it was to end."""
    used = _used(unit)
    if used is not None:
        sessions.touch(unit.db, unit.site.id, used.token_hash, now=unit.now, expires_at=used.expires_at)


def _used(unit: Unit) -> Opened | None:
    if unit.actor.session_kind != KIND:
        return None
    return sessions.find_of_account(unit.db, unit.site.id, unit.actor.session_hash, now=unit.now)


def _token(of: Opened) -> Token:
    return Token(
        key=of.token_hash[:SESSION_NAME],
        name=of.device,
        scope=Scope(of.way),
        created_at=of.created_at,
        seen_at=None if of.seen_at == of.created_at else of.seen_at,
        expires_at=of.expires_at,
    )
