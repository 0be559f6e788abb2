"""Who may ask from where: cross-site requests by `Sec-Fetch-Site` and `Origin`, CORS for the site's own origins.

No tokens: a cookie of ours never comes along from a foreign page, and what comes with a header instead is let in
from the site's own origins only (ADR 0008, architecture 3.10).
"""

import re
from enum import Enum
from functools import lru_cache
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tertulia.domain.errors import Forbidden, TertuliaError
from tertulia.domain.sites import BadOrigin, normal_origin
from tertulia.web import headers
from tertulia.web.call import Call, header
from tertulia.web.sessions import GUEST_HEADER

RETURN: Final = re.compile(r"/[^/]+/sign-in/with/[^/]+/back\Z")
"""Where a provider's page may send its reader back by a form: it reads no cookie there and changes nothing."""
SAFE: Final = frozenset({"GET", "HEAD", "OPTIONS"})
LONGEST_ORIGIN: Final = 300
PREFLIGHT_SECONDS: Final = "7200"
WITH_COOKIE: Final = ("/sign-in/exchange", "/sign-in/resume")
"""Ends of addresses where a page of the site brings and takes a cookie: what lets it sign in again (ADR 0020)."""
EXCHANGES: Final = (*WITH_COOKIE, "/sign-in/token")
ALLOWED_HEADERS: Final = (
    "Authorization, Tertulia-Guest, Tertulia-Revision, Idempotency-Key, Accept, Content-Type"
)
EXPOSED_HEADERS: Final = b"Tertulia-Revision, Retry-After, Location"


class CrossSite(Forbidden):
    """The request comes from a page that may not make it."""

    code = "cross-site"


class From(Enum):
    """Where a request comes from."""

    HERE = "here"
    """Our own pages, an address typed in, or a program that is no browser."""
    SITE = "site"
    """A page on one of the site's origins."""
    ELSEWHERE = "elsewhere"


def came_from(call: Call) -> From:
    """Say where a request comes from; raise `NotFound` for an unknown site."""
    request = call.request
    if is_from_here(request, call.parts.settings.base_url):
        return From.HERE
    origin = _origin(request)
    if origin and call.site and origin in call.known().site.origins:
        return From.SITE
    return From.ELSEWHERE


def is_from_here(request: Request, base_url: str) -> bool:
    """Whether no foreign page makes this request."""
    told = headers.named(request.scope)
    fetch_site = told.get(b"sec-fetch-site")
    if fetch_site is not None:
        return fetch_site in (b"same-origin", b"none")
    # Browsers without Sec-Fetch-Site send Origin with everything unsafe; who sends neither is no browser.
    return b"origin" not in told or _origin(request) == base_url


def admit(call: Call) -> None:
    """Let an unsafe request in, or raise `CrossSite`."""
    if call.request.method in SAFE or RETURN.match(call.request.scope["path"]):
        return
    where = came_from(call)
    if where is From.HERE:
        return
    # What is shown is a secret of the asker's own, a code that our own page handed to this very origin, what the
    # publication signed, or what the browser keeps for this publication's pages alone.
    path = str(call.request.scope["path"])
    shows = header(call, GUEST_HEADER) or header(call, "authorization") or path.endswith(EXCHANGES)
    has_secret = bool(shows) and (
        b"cookie" not in headers.named(call.request.scope) or path.endswith(WITH_COOKIE)
    )
    if where is From.ELSEWHERE or not has_secret:
        raise CrossSite


def share(call: Call, response: Response) -> Response:
    """Let a page on one of the site's origins read a personal answer; nobody else's may."""
    told = dict(response.raw_headers)
    if b"access-control-allow-origin" in told:
        return response
    if b"vary" in told:
        response.headers.add_vary_header("Origin")
    else:
        response.raw_headers.append((b"vary", b"Origin"))
    if b"origin" not in headers.named(call.request.scope):
        return response
    try:
        if came_from(call) is not From.SITE:
            return response
    except TertuliaError:
        return response
    response.raw_headers += [
        (b"access-control-allow-origin", _origin(call.request).encode()),
        (b"access-control-expose-headers", EXPOSED_HEADERS),
    ]
    if with_cookie := _with_cookie(call):
        response.headers.update(with_cookie)
    return response


def preflight(call: Call) -> Response:
    """Answer a browser that asks whether a page may ask."""
    origin = _origin(call.request)
    if not origin or origin not in call.known().site.origins:
        raise CrossSite
    return Response(
        status_code=204,
        headers={
            "Access-Control-Allow-Methods": "GET, POST, PATCH, DELETE",
            "Access-Control-Allow-Headers": ALLOWED_HEADERS,
            "Access-Control-Max-Age": PREFLIGHT_SECONDS,
            **_with_cookie(call),
        },
    )


def _with_cookie(call: Call) -> dict[str, str]:
    is_one = str(call.request.scope["path"]).endswith(WITH_COOKIE)
    return {"Access-Control-Allow-Credentials": "true"} if is_one else {}


def _origin(request: Request) -> str:
    return _normal(headers.named(request.scope).get(b"origin", b"")[:LONGEST_ORIGIN].decode("latin-1"))


@lru_cache(maxsize=1024)
def _normal(told: str) -> str:
    try:
        return normal_origin(told)
    except BadOrigin:
        return ""
