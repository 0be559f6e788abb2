"""The public keys that a publication's tokens are checked with: one from the settings, or a set at an address.

A set is fetched when it is first needed, when a token names a key that is not in it, and once an hour; and whatever
tokens name, not more often than once a minute.
"""

import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Final, Protocol

import httpx2
import msgspec
from joserfc.errors import JoseError
from joserfc.jwk import ECKey, OctKey, OKPKey, RSAKey

from tertulia.plugins.contracts import BadProof

PATIENCE_SECONDS: Final = 5.0
"""How long the publication's server may take for its keys."""
MOST_BYTES: Final = 256 * 1024
MOST_KEYS: Final = 100
FETCH_AFTER: Final = timedelta(minutes=1)
OLD_AFTER: Final = timedelta(hours=1)
"""After this a set is asked for again, so that a key that was taken out of it counts no more."""
SHORTEST_RSA: Final = 2048
"""Bits."""
_FAILURES: Final = (httpx2.HTTPError, httpx2.InvalidURL, ValueError)
# Nothing that unpacks: the limit counts what comes.
_HEADERS: Final = {"Accept": "application/json", "Accept-Encoding": "identity"}

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
    """The keys at an address, kept for as long as the process lives. One thread at a time fetches them."""

    def __init__(self, url: str, *, algorithm: str) -> None:
        self._url = url
        self._algorithm = algorithm
        self._keys: dict[str | None, Key] = {}
        self._tried_at: datetime | None = None
        self._fetched_at: datetime | None = None
        self._fetching = threading.Lock()

    def find(self, kid: str | None, *, now: datetime) -> Key:
        """Give the key of this name, or the only one; raise `BadProof`."""
        if self._is_wanting(kid, now):
            self._fetch_once(kid, now)
        found = self._named(kid)
        if found is None:
            raise BadProof("unknown-key" if self._keys else "keys-unreachable")
        return found

    def check(self) -> None:
        """Fetch the set, and keep nothing of it; raise `BadProof`."""
        try:
            _read(_fetch(self._url), self._algorithm)
        except _FAILURES:
            raise BadProof("keys-unreachable") from None

    def _named(self, kid: str | None) -> Key | None:
        keys = self._keys
        if kid is None and len(keys) == 1:
            return next(iter(keys.values()))
        return keys.get(kid)

    def _is_wanting(self, kid: str | None, now: datetime) -> bool:
        if self._tried_at is not None and now - self._tried_at < FETCH_AFTER:
            return False
        is_old = self._fetched_at is None or now - self._fetched_at >= OLD_AFTER
        return is_old or self._named(kid) is None

    def _fetch_once(self, kid: str | None, now: datetime) -> None:
        # Who has the key goes on with it, and who has not waits for whoever is fetching already.
        patience = 0 if self._named(kid) else PATIENCE_SECONDS
        if not self._fetching.acquire(timeout=patience):
            return
        try:
            if self._is_wanting(kid, now):
                self._tried_at = now
                # An address that does not answer takes away no keys: those that are known stay good.
                with suppress(*_FAILURES):
                    self._keys = _read(_fetch(self._url), self._algorithm)
                    self._fetched_at = now
        finally:
            self._fetching.release()


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


def _fetch(url: str) -> bytes:
    """Fetch a few bytes from an address, straight away or not at all."""
    until = time.monotonic() + PATIENCE_SECONDS
    content = bytearray()
    with (
        httpx2.Client(follow_redirects=False, timeout=PATIENCE_SECONDS) as client,
        client.stream("GET", url, headers=_HEADERS) as response,
    ):
        if response.status_code != httpx2.codes.OK:
            message = "not there"
            raise ValueError(message)
        for piece in response.iter_raw():
            content += piece
            if len(content) > MOST_BYTES or time.monotonic() > until:
                message = "too much, or too slow"
                raise ValueError(message)
    return bytes(content)


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
