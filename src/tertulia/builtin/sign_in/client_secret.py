"""The secret that Apple wants of its clients: a token signed with the team's own key, made anew for each question."""

from dataclasses import dataclass, field
from typing import Final

from joserfc import jwt
from joserfc.errors import JoseError
from joserfc.jwk import ECKey

AUDIENCE: Final = "https://appleid.apple.com"
LIFE_SECONDS: Final = 300


@dataclass(frozen=True, kw_only=True, slots=True)
class AppleSecret:
    """A team's key, and whom it signs for."""

    team: str
    client_id: str
    key_id: str
    pem: str = field(repr=False)

    def __post_init__(self) -> None:
        """Read the key once, so that a wrong one is heard of at the start; raise `ValueError`."""
        self._key()

    def at(self, now: float) -> str:
        """Sign a secret that is good from a moment on, for five minutes."""
        header = {"alg": "ES256", "kid": self.key_id}
        claims = {
            "iss": self.team,
            "sub": self.client_id,
            "aud": AUDIENCE,
            "iat": int(now),
            "exp": int(now) + LIFE_SECONDS,
        }
        return jwt.encode(header, claims, self._key())

    def _key(self) -> ECKey:
        try:
            key = ECKey.import_key(self.pem.strip())
        except (JoseError, ValueError, TypeError, LookupError):
            key = None
        if key is None or not key.is_private or key.curve_name != "P-256":
            message = "key is not the private key that Apple gave, as PEM"
            raise ValueError(message)
        return key
