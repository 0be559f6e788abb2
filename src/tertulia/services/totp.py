"""Codes that follow from a secret and the time (RFC 6238), by the library.

It is imported only where a code is at hand, never when the program starts.
"""

from datetime import datetime

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor import InvalidToken
from cryptography.hazmat.primitives.twofactor.totp import TOTP

from tertulia.domain.second_factor import DIGITS, PERIOD_SECONDS, SKEW


def period_of(secret: bytes, code: str, *, now: datetime) -> int | None:
    """Give the period around now whose code this is; None for a wrong one."""
    # SHA-1 is what apps know; as HMAC it is not weakened by what is known of it.
    codes = TOTP(secret, DIGITS, SHA1(), PERIOD_SECONDS)  # noqa: S303 - as above  # nosec B303
    here = int(now.timestamp()) // PERIOD_SECONDS
    for period in range(here - SKEW, here + SKEW + 1):
        try:
            codes.verify(code.encode(), period * PERIOD_SECONDS)
        except InvalidToken:
            continue
        return period
    return None
