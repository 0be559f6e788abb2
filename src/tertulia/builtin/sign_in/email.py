"""Sign-in by a mail with a link and a code, either of which proves that its reader has the mailbox.

Both follow from the secret of the one try: neither is kept, and a database that is read by a stranger signs nobody in.
"""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity

CODE_DIGITS: Final = 8


@dataclass(frozen=True, kw_only=True, slots=True)
class EmailLink:
    """Writes what a mail says, and reads what somebody brings back."""

    name: str = "email"

    def begin(self, asked: Asked) -> Challenge:
        """Give the link's `token` and the `code` for the mail; raise `BadProof` without an address."""
        if not asked.address:
            raise BadProof("no-address")
        return Challenge(letter={"token": _token(asked), "code": _code(asked)})

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Believe the `token` where there is one, or else the `code`; raise `BadProof`."""
        if not asked.address:
            raise BadProof("no-address")
        if asked.now >= asked.ends_at:
            raise BadProof("over")
        if token := answer.get("token", ""):
            _require(_token(asked), token, "wrong-token")
        else:
            _require(_code(asked), _digits(answer.get("code", "")), "wrong-code")
        return Identity(
            subject=asked.address, email=asked.address, is_email_verified=True, expires_at=asked.ends_at
        )

    def check(self) -> None:
        """Do nothing: whether mail goes out is the notifier's affair."""


def make(settings: Mapping[str, object]) -> EmailLink:  # noqa: ARG001 - every factory takes them; there are none
    """Make the way in by mail."""
    return EmailLink()


def _token(asked: Asked) -> str:
    return base64.urlsafe_b64encode(_derived(asked, "token")).decode().rstrip("=")


def _code(asked: Asked) -> str:
    number = int.from_bytes(_derived(asked, "code")) % 10**CODE_DIGITS
    return f"{number:0{CODE_DIGITS}d}"


def _derived(asked: Asked, purpose: str) -> bytes:
    return hmac.digest(asked.secret, f"{purpose}\0{asked.address}".encode(), hashlib.sha256)


def _digits(typed: str) -> str:
    """Read a code as people type it, with blanks and hyphens."""
    return "".join(character for character in typed if character.isdigit() and character.isascii())


def _require(wanted: str, given: str, reason: str) -> None:
    if not hmac.compare_digest(wanted.encode(), given.encode("utf-8", "replace")):
        raise BadProof(reason)
