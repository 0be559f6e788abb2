"""What an OpenID provider says of itself (OpenID Connect Discovery 1.0), as far as it is needed and believed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

import msgspec

from tertulia.builtin.sign_in.fetched import FAILURES, Fetched
from tertulia.builtin.sign_in.keys import KeySet
from tertulia.domain.sites import is_private_way
from tertulia.plugins.contracts import BadProof

LONGEST_ADDRESS: Final = 2_000


@dataclass(frozen=True, kw_only=True, slots=True)
class Described:
    """Where a provider's doors are."""

    authorization: str
    token: str
    keys: KeySet = field(repr=False)
    says_issuer: bool
    """Whether it says in each answer that it is its own (RFC 9207)."""


class Description:
    """A provider's description, asked for when it is needed."""

    def __init__(self, url: str, *, issuer: str, algorithm: str) -> None:
        self._issuer = issuer
        self._algorithm = algorithm
        self._keys: KeySet | None = None
        self._fetched: Fetched[Described] = Fetched(url, self._read)

    def get(self, now: datetime) -> Described:
        """Give it; raise `BadProof` where it is not there, or not this provider's."""
        found = self._fetched.find(now=now)
        if found is None:
            raise BadProof("provider-unreachable")
        return found

    def check(self) -> None:
        """Ask for it and for the keys, and keep nothing; raise `BadProof` with what is wrong."""
        try:
            told = self._fetched.ask()
        except FAILURES:
            raise BadProof("provider-unreachable") from None
        try:
            described = self._read(told)
        except ValueError:
            raise BadProof("provider-misdescribed") from None
        described.keys.check()

    def _read(self, content: bytes) -> Described:
        told = msgspec.json.decode(content, type=dict[str, Any])
        if told.get("issuer") != self._issuer:
            message = "another issuer"
            raise ValueError(message)
        return Described(
            authorization=self._door(told, "authorization_endpoint"),
            token=self._door(told, "token_endpoint"),
            keys=self._keys_at(self._door(told, "jwks_uri")),
            says_issuer=told.get("authorization_response_iss_parameter_supported") is True,
        )

    def _door(self, told: Mapping[str, Any], name: str) -> str:
        url = told.get(name)
        if not isinstance(url, str) or not _is_address(url) or self._is_weaker(url):
            message = f"no {name}"
            raise ValueError(message)
        return url

    def _is_weaker(self, url: str) -> bool:
        """A provider elsewhere leads nowhere on this machine."""
        return self._issuer.startswith("https:") and not url.startswith("https:")

    def _keys_at(self, url: str) -> KeySet:
        # Known keys outlive a description that says the same again.
        if self._keys is None or self._keys.url != url:
            self._keys = KeySet(url, algorithm=self._algorithm)
        return self._keys


def _is_address(url: str) -> bool:
    return url.isascii() and url.isprintable() and len(url) <= LONGEST_ADDRESS and is_private_way(url)
