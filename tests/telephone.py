"""A telephone's app for one-time codes, as RFC 6238 has it: reads the address of a picture, shows codes."""

import base64
import hashlib
import hmac
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import parse_qs, unquote, urlsplit


@dataclass(frozen=True)
class Telephone:
    secret: bytes
    label: str
    issuer: str

    @classmethod
    def read(cls, address: str) -> "Telephone":
        """Read what the picture says; an app takes no other settings than these."""
        parts = urlsplit(address)
        told = {name: values[0] for name, values in parse_qs(parts.query, strict_parsing=True).items()}
        assert (parts.scheme, parts.netloc) == ("otpauth", "totp")
        assert (told["algorithm"], told["digits"], told["period"]) == ("SHA1", "6", "30")
        return cls(secret=decoded(told["secret"]), label=unquote(parts.path[1:]), issuer=told["issuer"])

    def show(self, now: datetime, *, periods: int = 0) -> str:
        """Show the code of now, or of so many periods later."""
        counter = int(now.timestamp()) // 30 + periods
        digest = hmac.digest(self.secret, counter.to_bytes(8), hashlib.sha1)
        at = digest[-1] & 15
        return f"{(int.from_bytes(digest[at : at + 4]) & 0x7FFFFFFF) % 1_000_000:06d}"


def typed(secret: str) -> Telephone:
    """Take a secret that somebody typed."""
    return Telephone(secret=decoded(secret.replace(" ", "")), label="", issuer="")


def decoded(secret: str) -> bytes:
    return base64.b32decode(secret + "=" * (-len(secret) % 8))
