"""Sign-in by address and password. What is kept is argon2id's hash, with its own salt and costs in it.

The library is imported by the first password of a process. A hash takes memory and a processor for some hundredths of a
second, so few are made at once, few may wait, and the rest is told to come back: this is the one door where a request
of a few bytes costs that much.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from threading import BoundedSemaphore
from typing import TYPE_CHECKING, Final

from tertulia.domain import passwords
from tertulia.domain.passwords import PasswordTooLong
from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity

if TYPE_CHECKING:
    from argon2 import PasswordHasher

MEMORY: Final = 19 * 1024
"""KiB that one hash takes. This, the passes and the lane are OWASP's choice of 2025 for argon2id."""
PASSES: Final = 2
LANES: Final = 1
AT_ONCE: Final = 2
WAITING: Final = 4
"""Hashes that may wait for a turn; each holds a worker's thread."""
_SALT: Final = 16
_HASH: Final = 32
NOBODYS: Final = f"$argon2id$v=19$m={MEMORY},t={PASSES},p={LANES}${'A' * 22}${'A' * 43}"
"""What an address that nobody has is compared with, so that it takes as long as any other."""


@dataclass(frozen=True)
class Turns:
    """Lets a few work at once and a few wait."""

    places: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE + WAITING))
    benches: BoundedSemaphore = field(default_factory=lambda: BoundedSemaphore(AT_ONCE))

    @contextmanager
    def turn(self) -> Iterator[None]:
        """Wait for a turn; raise `BadProof` where enough wait already."""
        if not self.places.acquire(blocking=False):
            raise BadProof("busy")
        try:
            with self.benches:
                yield
        finally:
            self.places.release()


@dataclass(frozen=True)
class Password:
    """Compares passwords with their hashes, for all sites of a process."""

    turns: Turns = field(default_factory=Turns)
    name: str = "password"

    def begin(self, asked: Asked) -> Challenge:  # noqa: ARG002 - the contract's
        """Ask for nothing but what is on the form."""
        return Challenge()

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say whose address it is by the answer's `password`; raise `BadProof`."""
        if asked.now > asked.ends_at:
            raise BadProof("over")
        password = _read(answer.get("password", ""))
        kept = asked.kept.get("hash", "")
        with self.turns.turn():
            # Compared in any case, and decided afterwards: how long it takes tells nothing.
            is_right = self._compare(kept or NOBODYS, password)
            if not (is_right and kept and asked.address):
                raise BadProof("wrong-password")
            keeps = self._renewed(kept, password)
        return Identity(
            subject=asked.address,
            email=asked.address,
            is_email_verified=True,
            expires_at=asked.ends_at,
            keeps=keeps,
        )

    def keep(self, secret: str) -> Mapping[str, str]:
        """Give the hash of a new password; raise `BadProof`."""
        password = _read(secret)
        with self.turns.turn():
            return {"hash": self._hasher.hash(password)}

    def check(self) -> None:
        """Look whether the library does what it shall; raise `BadProof`."""
        self._compare(NOBODYS, b"a password of nobody's")

    @cached_property
    def _hasher(self) -> "PasswordHasher":
        from argon2 import PasswordHasher  # noqa: PLC0415 - most processes never meet a password

        return PasswordHasher(
            time_cost=PASSES, memory_cost=MEMORY, parallelism=LANES, hash_len=_HASH, salt_len=_SALT
        )

    def _compare(self, kept: str, password: bytes) -> bool:
        from argon2.exceptions import InvalidHashError, VerificationError, VerifyMismatchError  # noqa: PLC0415 - as above

        try:
            return self._hasher.verify(kept, password)
        except VerifyMismatchError:
            return False
        except (InvalidHashError, VerificationError):
            # Not by a person's doing: the row was written by something else, or there is no memory left.
            raise BadProof("unreadable-hash") from None

    def _renewed(self, kept: str, password: bytes) -> Mapping[str, str]:
        """Give a hash of the costs of today, where the kept one has others."""
        return {"hash": self._hasher.hash(password)} if self._hasher.check_needs_rehash(kept) else {}


def make(settings: Mapping[str, object]) -> Password:  # noqa: ARG001 - every factory takes them; there are none
    """Make what compares passwords."""
    return Password()


def _read(typed: str) -> bytes:
    if not typed:
        raise BadProof("no-password")
    try:
        # Halves of characters, which only programs send, are kept apart as well.
        return passwords.spelled(typed).encode("utf-8", "surrogatepass")
    except PasswordTooLong:
        raise BadProof("too-long") from None
