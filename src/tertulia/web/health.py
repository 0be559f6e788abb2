"""What operators ask: is it well, what does it count."""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from tertulia.services import sites
from tertulia.web.call import Call
from tertulia.web.metrics import MEDIA_TYPE
from tertulia.web.parts import Parts


def health(call: Call) -> Response:
    """Say that the database answers and has our tables. A database that does not ends in 500, and in the log."""
    sites.list_all(call.parts.units)
    return JSONResponse({"status": "ok"})


def metrics(parts: Parts) -> Callable[[Request], Awaitable[Response]]:
    """Serve this process's figures."""

    async def answer(request: Request) -> Response:
        del request
        return Response(parts.metrics.text(), media_type=MEDIA_TYPE)

    return answer
