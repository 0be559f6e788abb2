"""A passkey is a key pair of which a reader's own device keeps the private half: another way into an account."""

import ipaddress
from collections.abc import Mapping
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Party:
    """Who asks for a passkey: this server by its address, with the key that its challenges are made with."""

    origin: str
    key: str

    @property
    def host(self) -> str:
        """The name that devices keep passkeys under."""
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What a device answered, read and not yet believed."""

    credential: Mapping[str, object]
    challenge: bytes
    credential_id: str
    handle: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Made:
    """What a device proved of a passkey that it made."""

    credential_id: str
    public_key: str
    sign_count: int
    transports: tuple[str, ...]


def is_possible_at(base_url: str) -> bool:
    """Whether browsers keep passkeys for this address: they need a name, and https beyond one's own machine."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return parts.scheme == "https" or host == "localhost" or host.endswith(".localhost")
    return False
