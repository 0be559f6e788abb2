"""Headers that protect readers, and those that let other origins read what is public."""

from typing import Final

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
