"""A connected sign-in: somebody at a provider elsewhere, who is one account here."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict

ConnectionId = NewType("ConnectionId", int)

MOST: Final = 10
"""Of one account."""
LONGEST_LABEL: Final = 120


class ConnectFirst(Conflict):
    """An account with this address is there that is not connected silently: its owner signs in and does it."""

    code = "connect-first"


class ConnectedElsewhere(Conflict):
    """Who was proven at the provider is another account here."""

    code = "connected-elsewhere"


class TooManyConnections(Conflict):
    """An account has as many connected sign-ins as it may have."""

    code = "too-many-connections"


@dataclass(frozen=True, kw_only=True, slots=True)
class Connection:
    """One connected sign-in."""

    id: ConnectionId
    account_id: AccountId
    provider: str
    subject: str
    """The provider's own word for the person."""
    label: str
    """What its owner knows it by: an address there, or a name."""
    created_at: datetime
    used_at: datetime | None
