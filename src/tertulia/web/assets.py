"""Files that browsers load, ready made in memory; and the one line that publications name in their pages."""

from collections.abc import Awaitable, Callable
from typing import Final

from starlette.requests import Request
from starlette.responses import Response

from tertulia.render import assets
from tertulia.web import errors
from tertulia.web.entry import encoding_of
from tertulia.web.parts import Parts

Endpoint = Callable[[Request], Awaitable[Response]]

FOREVER: Final = "public, max-age=31536000, immutable"
A_MOMENT: Final = "public, max-age=60"
ENTRANCE: Final = "widget/embed.js"


def file(parts: Parts) -> Endpoint:
    """Serve a file of this release."""

    async def answer(request: Request) -> Response:
        asset = parts.assets.files.get(request.path_params["name"])
        if asset is None:
            return errors.plain(404)
        # A page of the release before may still be read somewhere: it gets our files, all of them, for a moment.
        is_ours = request.path_params["digest"] == parts.assets.digest
        encoding = encoding_of(request.headers.get("accept-encoding", "").encode("latin-1"))
        body = {"br": asset.brotli, "gzip": asset.gzip}.get(encoding, asset.body)
        headers = {
            "Cache-Control": FOREVER if is_ours else A_MOMENT,
            "Vary": "Accept-Encoding",
            # Modules are loaded by other origins' pages, and always with CORS.
            "Access-Control-Allow-Origin": "*",
            "Cross-Origin-Resource-Policy": "cross-origin",
        }
        if encoding:
            headers["Content-Encoding"] = encoding
        return Response(body, media_type=asset.media_type, headers=headers)

    return answer


def entrance(parts: Parts) -> Endpoint:
    """Serve `/embed.js`: it changes with each release, what it loads never does."""
    line = f'import "{assets.address(parts.settings.base_url, ENTRANCE)}";\n'

    async def answer(request: Request) -> Response:
        del request
        return Response(
            line,
            media_type="text/javascript",
            headers={
                "Cache-Control": "public, max-age=300",
                "Access-Control-Allow-Origin": "*",
                "Cross-Origin-Resource-Policy": "cross-origin",
            },
        )

    return answer
