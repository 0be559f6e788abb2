"""Publications that sign their own subscribers in: the table of each, and what is wrong with it."""

from collections.abc import Mapping
from typing import Final, Literal

import msgspec

from tertulia.domain.sites import is_private_way

SHORTEST_KEY: Final = 32
"""Characters of a secret that tokens are signed with: as many bytes as their hash has."""


class Publisher(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """How a publication signs the tokens of its own subscribers, for one site."""

    algorithm: Literal["EdDSA", "ES256", "RS256", "HS256"]
    """The one algorithm that is taken, whatever a token says of itself."""
    key: str = ""
    """Public key as PEM or JWK; for HS256 the shared secret."""
    jwks_url: str = ""
    """Where the publication offers its public keys instead; asked anew when it changes them."""
    issuer: str = ""
    """What `iss` of a token must be; empty: anything."""
    token_type: str = ""
    """What `typ` of a token must be; empty: `JWT`, or none."""
    one_time: bool = False
    """Take each token once, by its `jti`."""
    allows_badges: tuple[str, ...] = ()
    """Badges that a token may give."""

    def __repr__(self) -> str:
        """Say whose it is without the secret."""
        return f"Publisher(algorithm={self.algorithm!r}, jwks_url={self.jwks_url!r})"


def fault_among(publishers: Mapping[str, Publisher]) -> str:
    """Say what is wrong among publishers; empty when nothing is."""
    faults = ((site, _fault_of(publisher)) for site, publisher in publishers.items())
    return next((f"{site}: {fault}" for site, fault in faults if fault), "")


def _fault_of(publisher: Publisher) -> str:
    """Say what is wrong with a publisher; empty when nothing is."""
    is_secret = publisher.algorithm == "HS256"
    if bool(publisher.key) == bool(publisher.jwks_url):
        return "needs either key or jwks_url"
    if publisher.jwks_url and is_secret:
        return "HS256 takes a secret as key, and no jwks_url"
    if publisher.jwks_url and not is_private_way(publisher.jwks_url):
        return "jwks_url must begin with https://, or http:// on this machine"
    if is_secret and len(publisher.key.encode()) < SHORTEST_KEY:
        return f"a key for HS256 has at least {SHORTEST_KEY} characters"
    if is_secret and publisher.key.lstrip().startswith(("-----BEGIN", "ssh-", "{")):
        # Everybody has a public key: as a secret it would let everybody sign.
        return "a key for HS256 is a secret of its own, and no PEM or JWK"
    return ""
