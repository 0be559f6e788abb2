"""A token is what a program shows to act for an account: with a name, a term and a scope that its owner chose."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.accounts import SessionOver
from tertulia.domain.errors import Conflict, Forbidden, Invalid

LONGEST_NAME: Final = 60
MOST: Final = 20
"""Tokens of one account."""
DAYS: Final = (30, 90, 365)
"""How long a token may last."""
PREFIX: Final = "tertulia_"
"""What every token begins with, so that programs that look for secrets in public places find it."""


class Scope(StrEnum):
    """What a program may do with a token."""

    READ = "read"
    """See what its owner sees of their own."""
    WRITE = "write"
    """That, and post, edit and withdraw."""


class TooManyTokens(Conflict):
    """An account has as many tokens as it may have."""

    code = "too-many-tokens"


class BadTokenChoice(Invalid):
    """There is no such scope, or no token lasts that long."""

    code = "bad-token-choice"


class TokenReadsOnly(Forbidden):
    """The token was made for reading only."""

    code = "token-reads-only"


class CredentialsMissing(SessionOver):
    """Neither a token nor a guest's secret says who asks."""

    code = "credentials-missing"


@dataclass(frozen=True, kw_only=True, slots=True)
class Token:
    """A token as its owner sees it. `key` stands for it and opens nothing."""

    key: str
    name: str
    scope: Scope
    created_at: datetime
    seen_at: datetime | None
    """When it was last used, to the hour; None for never."""
    expires_at: datetime
