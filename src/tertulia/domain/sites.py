"""A site is one publication: its key in addresses, its name, its origins and its language."""

import hashlib
import re
from dataclasses import dataclass
from typing import Final
from urllib.parse import urlsplit

from tertulia.domain.errors import Invalid
from tertulia.domain.ids import SiteId

_KEY: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,39}\Z")
_ORIGIN: Final = re.compile(
    r"(https?)://(\[[0-9a-f:.]+\]|[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?)(?::([0-9]{1,5}))?\Z"
)
_DEFAULT_PORTS: Final = {"http": 80, "https": 443}

# Words that stand where a site's key stands in our addresses.
RESERVED_KEYS: Final = frozenset({"api", "static", "healthz", "metrics", "embed", "sites", "site", "favicon"})


class BadSiteKey(Invalid):
    """A site's key is not one to forty of a-z, 0-9 and hyphen, or is a reserved word."""

    code = "bad-site-key"


class BadOrigin(Invalid):
    """An origin is not `http(s)://host[:port]`."""

    code = "bad-origin"


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """One publication. `origins` are the pages that may embed its discussions."""

    id: SiteId
    key: str
    name: str
    origins: tuple[str, ...]
    language: str = "en"

    @property
    def state(self) -> str:
        """What stands for all that can change, as somebody saw it."""
        told = "\0".join((self.name, self.language, *self.origins))
        return hashlib.sha256(told.encode()).hexdigest()[:16]


def check_key(key: str) -> str:
    """Give the key back when it can stand in an address."""
    if not _KEY.match(key) or key in RESERVED_KEYS:
        raise BadSiteKey(key=key[:60])
    return key


def normal_origin(text: str) -> str:
    """Write an origin as browsers send it: lower case, without default port and without a path."""
    match = _ORIGIN.match(text.strip().rstrip("/").lower())
    if match is None:
        raise BadOrigin(origin=text[:200])
    scheme, host, port = match.groups()
    number = _DEFAULT_PORTS[scheme] if port is None else int(port)
    if not 0 < number < 65536:
        raise BadOrigin(origin=text[:200])
    return f"{scheme}://{host}" if number == _DEFAULT_PORTS[scheme] else f"{scheme}://{host}:{number}"


def is_private_way(url: str) -> bool:
    """Whether nobody on the way can change what an address answers: https, or http on this machine."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    is_here = parts.scheme == "http" and parts.hostname in ("127.0.0.1", "::1", "localhost")
    return bool(parts.hostname) and (parts.scheme == "https" or is_here)
