"""Headers that protect readers, those that let other origins read what is public, and a quick look at a request's."""

from collections.abc import Mapping
from typing import Final

from starlette.types import Scope

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
