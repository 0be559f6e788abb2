"""Sign-in by a token that the publication signs for its own subscribers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from tertulia.builtin.sign_in.keys import Keys, KeySet, OneKey, import_key
from tertulia.builtin.sign_in.tokens import (
    SKEW,
    Claims,
    PinnedAlgorithm,
    check_time,
    moment,
    required,
    signed,
    text,
)
from tertulia.plugins.contracts import Asked, BadProof, Challenge, Identity

LONGEST_TOKEN: Final = 8 * 1024
LONGEST_LIFE: Final = 3600
"""Seconds between `iat` and `exp`: a token that leaks is soon worth nothing."""


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
        claims = signed(
            proof.strip(), self.keys, self.registry, now=now, longest=LONGEST_TOKEN, of_type=self.type
        )
        check_time(claims, now.timestamp())
        if moment(claims, "exp") - moment(claims, "iat") > LONGEST_LIFE:
            raise BadProof("lives-too-long")
        self._check_parties(claims)
        told = claims.get("badges")
        badges = told if isinstance(told, list) else []
        return Identity(
            subject=required(claims, "sub"),
            name=text(claims, "name"),
            email=text(claims, "email"),
            # A word that means yes is no yes: what links accounts is said plainly or not at all.
            is_email_verified=claims.get("email_verified") is True,
            badges=tuple(badge for badge in self.allowed_badges if badge in badges),
            expires_at=datetime.fromtimestamp(claims["exp"] + SKEW, UTC),
            one_time_id=required(claims, "jti") if self.is_one_time else "",
        )

    def check(self) -> None:
        """Look whether the keys are there; raise `BadProof`."""
        self.keys.check()

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
