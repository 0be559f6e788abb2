"""Sign-in by a token that the publication signs for its own subscribers (a JWT, RFC 7519 and 8725).

The algorithm is the one of the settings, never the token's own choice. Refusals are words for developers; nothing of a
token is repeated.
"""

from base64 import urlsafe_b64decode
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

import msgspec
from joserfc import jwt
from joserfc.errors import JoseError, UnsupportedAlgorithmError
from joserfc.jws import JWSRegistry

from tertulia.builtin.sign_in.keys import Keys, KeySet, OneKey, import_key
from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity

LONGEST_TOKEN: Final = 8 * 1024
LONGEST_CLAIM: Final = 200
LONGEST_LIFE: Final = 3600
"""Seconds between `iat` and `exp`: a token that leaks is soon worth nothing."""
SKEW: Final = 60
"""Seconds by which two clocks may differ."""
_LATEST: Final = 2**40

Claims = Mapping[str, Any]


class PinnedAlgorithm(JWSRegistry):
    """The library's algorithms, but for all but one.

    A class of its own, because the library warns of `EdDSA`: its new name `Ed25519` (RFC 9864) is hardly spoken yet.
    """

    max_header_length = LONGEST_TOKEN

    def __init__(self, name: str) -> None:
        super().__init__(strict_check_header=False)
        self.names: Final = ("EdDSA", "Ed25519") if name == "EdDSA" else (name,)

    def get_alg(self, name: str) -> Any:
        """Give the one algorithm. The library does not export what it is."""
        if name not in self.names:
            raise UnsupportedAlgorithmError(name)
        return self.algorithms[name]


@dataclass(frozen=True, kw_only=True, slots=True)
class PublisherToken:
    """Reads the tokens of one site's publication."""

    site: str
    keys: Keys = field(repr=False)
    registry: PinnedAlgorithm
    issuer: str = ""
    type: str = ""
    """What `typ` must be; empty: nothing, or what any JWT has."""
    is_one_time: bool = False
    allowed_badges: tuple[str, ...] = ()
    name: str = "publisher-token"

    def begin(self, asked: Asked) -> Challenge:  # noqa: ARG002 - the contract's
        """Ask for nothing: the publication's page has the token already."""
        return Challenge()

    def finish(self, asked: Asked, answer: Mapping[str, str]) -> Identity:
        """Say whom the answer's `token` is about; raise `BadProof`."""
        return self.identify(answer.get("token", ""), now=asked.now)

    def identify(self, proof: str, *, now: datetime) -> Identity:
        """Say whom a token is about; raise `BadProof`."""
        claims = self._signed(proof.strip(), now)
        _check_time(claims, now.timestamp())
        self._check_parties(claims)
        told = claims.get("badges")
        badges = told if isinstance(told, list) else []
        return Identity(
            subject=_required(claims, "sub"),
            name=_text(claims, "name"),
            email=_text(claims, "email"),
            # A word that means yes is no yes: what links accounts is said plainly or not at all.
            is_email_verified=claims.get("email_verified") is True,
            badges=tuple(badge for badge in self.allowed_badges if badge in badges),
            expires_at=datetime.fromtimestamp(claims["exp"] + SKEW, UTC),
            one_time_id=_required(claims, "jti") if self.is_one_time else "",
        )

    def check(self) -> None:
        """Look whether the keys are there; raise `BadProof`."""
        self.keys.check()

    def _signed(self, token: str, now: datetime) -> Claims:
        """Give what is signed with the publication's key."""
        if len(token) > LONGEST_TOKEN:
            raise BadProof("too-long")
        header = _header(token)
        if header.get("alg") not in self.registry.names:
            raise BadProof("wrong-algorithm")
        if not self._is_of_type(header.get("typ", "")):
            raise BadProof("wrong-type")
        kid = header.get("kid")
        key = self.keys.find(kid if isinstance(kid, str) else None, now=now)
        try:
            return jwt.decode(token, key, registry=self.registry).claims
        except (JoseError, ValueError, TypeError, RecursionError):
            # Also what is signed well and no set of claims: only the publication itself could make that.
            raise BadProof("bad-signature") from None

    def _is_of_type(self, told: object) -> bool:
        """Whether a token says that it is one for us: not one for an API, a sign-out or whatever else a key signs."""
        if not isinstance(told, str):
            return False
        # RFC 7515: the first half of a media type may be left out, and case makes no difference.
        wanted = (self.type,) if self.type else ("", "jwt")
        return told.lower().removeprefix("application/") in wanted

    def _check_parties(self, claims: Claims) -> None:
        told = claims.get("aud")
        if self.site not in (told if isinstance(told, list) else [told]):
            raise BadProof("wrong-audience")
        if self.issuer and claims.get("iss") != self.issuer:
            raise BadProof("wrong-issuer")


def make(settings: Mapping[str, object]) -> PublisherToken:
    """Make the reader of one site's tokens; raise `ValueError` for a key that does not fit."""
    given: Any = settings
    site, algorithm, url = str(given["site"]), str(given["algorithm"]), str(given.get("jwks_url", ""))
    try:
        key = None if url else import_key(str(given.get("key", "")), algorithm)
    except ValueError as error:
        message = f"{site}: {error}"
        raise ValueError(message) from None
    return PublisherToken(
        site=site,
        keys=KeySet(url, algorithm=algorithm) if key is None else OneKey(key=key),
        registry=PinnedAlgorithm(algorithm),
        issuer=str(given.get("issuer", "")),
        type=str(given.get("token_type", "")).lower().removeprefix("application/"),
        is_one_time=bool(given.get("one_time", False)),
        allowed_badges=tuple(given.get("allows_badges", ())),
    )


def _header(token: str) -> Claims:
    """Read what a token says of itself, which nobody has signed yet."""
    try:
        first, _, _ = token.encode("ascii").split(b".")
        return msgspec.json.decode(urlsafe_b64decode(first + b"=" * (-len(first) % 4)), type=dict[str, Any])
    except (msgspec.DecodeError, ValueError, RecursionError):
        raise BadProof("unreadable") from None


def _check_time(claims: Claims, now: float) -> None:
    begins, ends = _moment(claims, "iat"), _moment(claims, "exp")
    if ends + SKEW <= now:
        raise BadProof("expired")
    if max(begins, _moment(claims, "nbf") if "nbf" in claims else 0) - SKEW > now:
        raise BadProof("not-yet-valid")
    if ends - begins > LONGEST_LIFE:
        raise BadProof("lives-too-long")


def _moment(claims: Claims, name: str) -> float:
    told = claims.get(name)
    # Written so that what is no number fails it too.
    if isinstance(told, bool) or not isinstance(told, int | float) or not 0 <= told < _LATEST:
        raise BadProof(f"no-{name}")
    return told


def _required(claims: Claims, name: str) -> str:
    told = claims.get(name)
    if not isinstance(told, str) or not told.strip() or len(told) > LONGEST_CLAIM or not told.isprintable():
        raise BadProof(f"no-{name}")
    return told


def _text(claims: Claims, name: str) -> str:
    told = claims.get(name)
    return told[: 2 * LONGEST_CLAIM] if isinstance(told, str) else ""
