"""Sign-in by a passkey: a key pair of which a reader's own device keeps the private half.

A challenge is not kept: it carries its end and a keyed hash over what it is for. Whoever calls remembers its id until
then, so that nothing is answered twice. WebAuthn itself is in `ceremonies`, which is imported by the first passkey of a
process.
"""

import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

import msgspec

from tertulia.plugins.contracts import Asked, BadProof, Challenge, Holder, Identity

LONGEST_ANSWER: Final = 64 * 1024
_TIME: Final = 8
_RANDOM: Final = 24
_HASH: Final = 32
_USE: Final = "use"
_MAKE: Final = "make"


@dataclass(frozen=True, kw_only=True, slots=True)
class PasskeyWay:
    """Asks devices and believes their answers, for one server's address."""

    origin: str
    name: str = "passkey"

    def begin(self, asked: Asked) -> Challenge:
        """Write what a browser needs to use any of its passkeys for this server."""
        from tertulia.builtin.sign_in import ceremonies  # noqa: PLC0415 - see there

        return Challenge(options=ceremonies.request(self.origin, challenge=_challenge(asked, _USE)))

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say which passkey the answer's `credential` (JSON) has used; `asked.kept` is what is kept of it."""
        from tertulia.builtin.sign_in import ceremonies  # noqa: PLC0415 - see there

        told = ceremonies.read_used(_credential(answer))
        ends_at = _require_ours(asked, told.challenge, _USE)
        kept = asked.kept
        if not kept or kept["credential_id"] != told.credential_id:
            raise BadProof("unknown-passkey")
        if not hmac.compare_digest(kept["handle"], told.handle):
            raise BadProof("wrong-handle")
        count = ceremonies.check_used(self.origin, told, kept)
        return _identity(told.credential_id, told.challenge, ends_at, {"sign_count": str(count)})

    def begin_to_keep(self, asked: Asked, holder: Holder) -> Challenge:
        """Write what a browser needs to make a passkey."""
        from tertulia.builtin.sign_in import ceremonies  # noqa: PLC0415 - see there

        challenge = _challenge(asked, _MAKE)
        return Challenge(options=ceremonies.creation(self.origin, holder, challenge=challenge))

    def keep(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say which passkey the answer's `credential` has made, and what is kept of it."""
        from tertulia.builtin.sign_in import ceremonies  # noqa: PLC0415 - see there

        told = ceremonies.read_made(_credential(answer))
        ends_at = _require_ours(asked, told.challenge, _MAKE)
        return _identity(
            told.credential_id, told.challenge, ends_at, ceremonies.check_made(self.origin, told)
        )

    def check(self) -> None:
        """Do nothing: all it needs is the server's own address."""


def make(settings: Mapping[str, object]) -> PasskeyWay:
    """Make the way in for a server's `origin`."""
    return PasskeyWay(origin=str(settings["origin"]))


def _challenge(asked: Asked, purpose: str) -> bytes:
    body = int(asked.ends_at.timestamp()).to_bytes(_TIME) + secrets.token_bytes(_RANDOM)
    return body + _keyed(asked, purpose, body)


def _require_ours(asked: Asked, challenge: bytes, purpose: str) -> datetime:
    """Give the end of a challenge of ours for this try; raise `BadProof` when it is over, or another's."""
    body, kept = challenge[:-_HASH], challenge[-_HASH:]
    if len(body) != _TIME + _RANDOM or not hmac.compare_digest(kept, _keyed(asked, purpose, body)):
        raise BadProof("strange-challenge")
    ends_at = datetime.fromtimestamp(int.from_bytes(body[:_TIME]), UTC)
    if ends_at <= asked.now:
        raise BadProof("over")
    return ends_at


def _keyed(asked: Asked, purpose: str, body: bytes) -> bytes:
    return hmac.digest(asked.secret, f"{purpose}\0".encode() + body, hashlib.sha256)


def _identity(name: str, challenge: bytes, ends_at: datetime, keeps: Mapping[str, str]) -> Identity:
    return Identity(subject=name, expires_at=ends_at, one_time_id=challenge.hex(), keeps=keeps)


def _credential(answer: Mapping[str, str]) -> dict[str, Any]:
    """Read what a browser sent of its device's answer."""
    text = answer.get("credential", "")
    if len(text) > LONGEST_ANSWER:
        raise BadProof("too-long")
    try:
        return msgspec.json.decode(text, type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadProof("unreadable") from None
