"""The public keys that tokens are checked with: one from the settings, or a set at an address."""

from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, Protocol

import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tertulia.builtin.sign_in.fetched import FAILURES, Fetched
from tertulia.plugins.contracts import BadProof

MOST_KEYS: Final = 100
SHORTEST_RSA: Final = 2048
"""Bits."""

Key = ECKey | OctKey | OKPKey | RSAKey
KINDS: Final[dict[str, type[Key]]] = {"EdDSA": OKPKey, "ES256": ECKey, "RS256": RSAKey, "HS256": OctKey}
CURVES: Final = {"EdDSA": "Ed25519", "ES256": "P-256"}


class Keys(Protocol):
    """Gives the key that a token was signed with."""

    def find(self, kid: str | None, *, now: datetime) -> Key:
        """Give the key of this name, or the only one; raise `BadProof`."""
        ...

    def check(self) -> None:
        """Look whether there are keys; raise `BadProof`."""
        ...


@dataclass(frozen=True, kw_only=True, slots=True)
class OneKey:
    """The key of the settings. Whatever name a token gives it, there is no other."""

    key: Key = field(repr=False)

    def find(self, _kid: str | None, *, now: datetime) -> Key:  # noqa: ARG002 - what a set of keys needs
        """Give the key."""
        return self.key

    def check(self) -> None:
        """Do nothing: it is there."""


class KeySet:
    """The keys at an address."""

    def __init__(self, url: str, *, algorithm: str) -> None:
        self._set: Fetched[dict[str | None, Key]] = Fetched(url, lambda content: _read(content, algorithm))

    @property
    def url(self) -> str:
        """Where the keys are."""
        return self._set.url

    def find(self, kid: str | None, *, now: datetime) -> Key:
        """Give the key of this name, or the only one; raise `BadProof`."""
        keys = self._set.find(now=now, has=lambda known: _named(known, kid) is not None)
        found = None if keys is None else _named(keys, kid)
        if found is None:
            raise BadProof("keys-unreachable" if keys is None else "unknown-key")
        return found

    def check(self) -> None:
        """Fetch the set, and keep nothing of it; raise `BadProof`."""
        try:
            self._set.check()
        except FAILURES:
            raise BadProof("keys-unreachable") from None


def import_key(text: str, algorithm: str) -> Key:
    """Read the key of the settings, PEM, JWK or secret; raise `ValueError`, which does not repeat it."""
    if algorithm == "HS256":
        return OctKey.import_key(text)
    try:
        given: Any = msgspec.json.decode(text) if text.lstrip().startswith("{") else text.strip()
        key = KINDS[algorithm].import_key(given)
    except (JoseError, ValueError, TypeError, LookupError):
        message = f"the key is no public key for {algorithm} as PEM or JWK"
        raise ValueError(message) from None
    if key.is_private:
        message = "the key is a private one: give the public one, and keep the other where tokens are made"
        raise ValueError(message)
    _require_strong(key, algorithm)
    return key


def _require_strong(key: Key, algorithm: str) -> None:
    if isinstance(key, RSAKey) and key.raw_value.key_size < SHORTEST_RSA:
        message = f"a key for RS256 has at least {SHORTEST_RSA} bits"
        raise ValueError(message)
    if algorithm in CURVES and getattr(key, "curve_name", "") != CURVES[algorithm]:
        message = f"a key for {algorithm} is one of {CURVES[algorithm]}"
        raise ValueError(message)


def _named(keys: dict[str | None, Key], kid: str | None) -> Key | None:
    if kid is None and len(keys) == 1:
        return next(iter(keys.values()))
    return keys.get(kid)


def _read(content: bytes, algorithm: str) -> dict[str | None, Key]:
    """Read a set of keys; those for other uses, and those that are none, are passed over."""
    told = msgspec.json.decode(content, type=dict[str, Any]).get("keys")
    entries = told[:MOST_KEYS] if isinstance(told, list) else []
    found: dict[str | None, Key] = {}
    for entry in entries:
        if _is_for(entry, algorithm):
            with suppress(JoseError, ValueError, TypeError, LookupError):
                key = KINDS[algorithm].import_key(entry)
                _require_strong(key, algorithm)
                kid = entry.get("kid")
                found[kid if isinstance(kid, str) else None] = key
    if not found:
        message = "no key in it fits"
        raise ValueError(message)
    return found


def _is_for(entry: Any, algorithm: str) -> bool:
    if not isinstance(entry, dict) or entry.get("kty") != KINDS[algorithm].key_type:
        return False
    names = (algorithm, "Ed25519") if algorithm == "EdDSA" else (algorithm,)
    return entry.get("use", "sig") == "sig" and entry.get("alg", algorithm) in names
