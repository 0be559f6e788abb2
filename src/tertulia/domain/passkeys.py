"""A passkey is a key pair of which a reader's own device keeps the private half: another way into an account."""

import ipaddress
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType
from urllib.parse import urlsplit

from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Forbidden

PasskeyId = NewType("PasskeyId", int)

MOST: Final = 20
"""Passkeys of one account."""
LONGEST_NAME: Final = 60


class BadPasskey(Forbidden):
    """What a device answered proves nothing here: wrong, late, used before, of another site, or removed meanwhile.

    One code for all of it, so that nobody can ask which passkeys there are.
    """

    code = "bad-passkey"


class TooManyPasskeys(Conflict):
    """The account has as many passkeys as it may have."""

    code = "too-many-passkeys"


class PasskeysNotSetUp(Conflict):
    """This server's address or its missing key allows no passkeys."""

    code = "passkeys-not-set-up"


@dataclass(frozen=True, kw_only=True, slots=True)
class Passkey:
    """A passkey of an account. The ids, the key and the handle are base64url, as devices and browsers write them.

    `handle` stands for the account on the device and holds nothing about the person.
    """

    id: PasskeyId
    account_id: AccountId
    credential_id: str
    public_key: str
    handle: str
    sign_count: int
    name: str
    transports: tuple[str, ...]
    created_at: datetime
    used_at: datetime | None = None


def is_possible_at(base_url: str) -> bool:
    """Whether browsers keep passkeys for this address: they need a name, and https beyond one's own machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
    return False
