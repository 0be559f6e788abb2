"""Headers that protect readers, those that let other origins read what is public, and a quick look at a request's."""

from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from starlette.types import Scope

from tertulia.settings import Settings

Header = tuple[bytes, bytes]

CONTENT_SECURITY_POLICY: Final = b"; ".join(
    (
        b"default-src 'none'",
        b"script-src 'self'",
        b"style-src 'self'",
        b"connect-src 'self'",
        b"img-src 'self' data:",
        b"form-action 'self'",
        b"frame-ancestors 'self'",
        b"base-uri 'none'",
    )
)

_NAMED: Final = "tertulia.headers"

OF_EVERYTHING: Final[tuple[Header, ...]] = (
    (b"x-content-type-options", b"nosniff"),
    # Stories see which site a reader came from, never which page of it.
    (b"referrer-policy", b"strict-origin-when-cross-origin"),
)

OF_PAGES: Final[tuple[Header, ...]] = (
    *OF_EVERYTHING,
    (b"content-security-policy", CONTENT_SECURITY_POLICY),
)

OF_OTHERS: Final[tuple[Header, ...]] = (
    *OF_EVERYTHING,
    # Data, files and empty answers: nothing in them acts when it is opened, and nobody frames them.
    (b"content-security-policy", b"default-src 'none'; frame-ancestors 'none'"),
)

# `*` and not the origin that asked: a shared cache keeps one copy for all. Nothing here depends on a cookie.
FOR_EVERYBODY: Final[tuple[Header, ...]] = (
    (b"access-control-allow-origin", b"*"),
    (b"access-control-expose-headers", b"Tertulia-Revision"),
)


def named(scope: Scope) -> Mapping[bytes, bytes]:
    """Give a request's headers by name; of several with one name, the first.

    Made once for a request: Starlette looks through all of them for each, and a comment is asked for a dozen.
    """
    found: Mapping[bytes, bytes] | None = scope.get(_NAMED)
    if found is None:
        found = scope[_NAMED] = dict(reversed(scope["headers"]))
    return found


def always(settings: Settings) -> tuple[Header, ...]:
    """Give what every answer says at this address: over https, that browsers ask in no other way (HSTS).

    Not where the address names a port: the policy is for a whole host, which we share there.
    """
    address = urlsplit(settings.base_url)
    if not settings.hsts or address.scheme != "https" or address.port is not None:
        return ()
    return ((b"strict-transport-security", settings.hsts.encode()),)
