"""Tokens that others sign (JWT, RFC 7519 and 8725): what of them is believed, whoever signs.

The algorithm is the one of the settings, never the token's own choice. Refusals are words for developers; nothing of a
token is repeated.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from tertulia.builtin.sign_in.keys import Keys
from tertulia.plugins.contracts import BadProof

LONGEST_HEAD: Final = 8 * 1024
LONGEST_CLAIM: Final = 200
SKEW: Final = 60
"""Seconds by which two clocks may differ."""
_LATEST: Final = 2**40

Claims = Mapping[str, Any]


class PinnedAlgorithm(JWSRegistry):
    """The library's algorithms, but for all but one.

    A class of its own, because the library warns of `EdDSA`: its new name `Ed25519` (RFC 9864) is hardly spoken yet.
    """

    max_header_length = LONGEST_HEAD

    def __init__(self, name: str) -> None:
        super().__init__(strict_check_header=False)
        self.names: Final = ("EdDSA", "Ed25519") if name == "EdDSA" else (name,)

    def get_alg(self, name: str) -> Any:
        """Give the one algorithm. The library does not export what it is."""
        if name not in self.names:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


def signed(
    token: str, keys: Keys, registry: PinnedAlgorithm, *, now: datetime, longest: int, of_type: str = ""
) -> Claims:
    """Give what is signed with one of these keys, and is of a type; raise `BadProof`."""
    if len(token) > longest:
        raise BadProof("too-long")
    header = _header(token)
    if header.get("alg") not in registry.names:
        raise BadProof("wrong-algorithm")
    if not _is_of_type(header.get("typ", ""), of_type):
        raise BadProof("wrong-type")
    kid = header.get("kid")
    key = keys.find(kid if isinstance(kid, str) else None, now=now)
    try:
        return jwt.decode(token, key, registry=registry).claims
    except (JoseError, ValueError, TypeError, RecursionError):
        # Also what is signed well and no set of claims: only who has the key could make that.
        raise BadProof("bad-signature") from None


def check_time(claims: Claims, now: float) -> None:
    """Look whether a token is good at a moment, give or take what clocks differ; raise `BadProof`."""
    begins, ends = moment(claims, "iat"), moment(claims, "exp")
    if ends + SKEW <= now:
        raise BadProof("expired")
    if max(begins, moment(claims, "nbf") if "nbf" in claims else 0) - SKEW > now:
        raise BadProof("not-yet-valid")


def moment(claims: Claims, name: str) -> float:
    """Give a claim that is a time; raise `BadProof`."""
    told = claims.get(name)
    # Written so that what is no number fails it too.
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < _LATEST:
        raise BadProof(f"no-{name}")
    return told


def required(claims: Claims, name: str, *, longest: int = LONGEST_CLAIM) -> str:
    """Give a claim that must be a text of some characters; raise `BadProof`."""
    told = claims.get(name)
    if not isinstance(told, str) or not told.strip() or len(told) > longest or not told.isprintable():
        raise BadProof(f"no-{name}")
    return told


def text(claims: Claims, name: str) -> str:
    """Give a claim that may be a text; empty where it is none."""
    told = claims.get(name)
    return told[: 2 * LONGEST_CLAIM] if isinstance(told, str) else ""


def _is_of_type(told: object, wanted: str) -> bool:
    """Whether a token says that it is one for us: not one for an API, a sign-out or whatever else a key signs."""
    if not isinstance(told, str):
        return False
    # RFC 7515: the first half of a media type may be left out, and case makes no difference.
    return told.lower().removeprefix("application/") in ((wanted,) if wanted else ("", "jwt"))


def _header(token: str) -> Claims:
    """Read what a token says of itself, which nobody has signed yet."""
    try:
        first, _, _ = token.encode("ascii").split(b".")
        return msgspec.json.decode(urlsafe_b64decode(first + b"=" * (-len(first) % 4)), type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadProof("unreadable") from None
