"""What operators ask: is it well, what does it count."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tertulia.services import sites
from tertulia.web import errors, sessions
from tertulia.web.call import Call
from tertulia.web.metrics import MEDIA_TYPE
from tertulia.web.parts import Parts


def health(call: Call) -> Response:
    """Say that the database answers and has our tables. A database that does not ends in 500, and in the log."""
    sites.list_all(call.parts.units)
    return JSONResponse({"status": "ok"})


def metrics(parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    """Serve this process's figures, to the networks of the settings; for others there is nothing here."""
    settings = parts.settings

    async def answer(request: Request) -> Response:
        if not sessions.is_within(request, settings.metrics_networks, trusted=settings.trusted_proxies):
            return errors.plain(404)
        return Response(parts.metrics.text(), media_type=MEDIA_TYPE)

    return answer
