"""The layer around all routes: a sane Host, protecting headers, a request id, one count per answer."""

import random
import re
import time
from collections.abc import Mapping, Sequence
from typing import Any, Final

import structlog
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from tertulia.web import errors, headers
from tertulia.web.metrics import Metrics
from tertulia.web.trail import REQUEST_ID

log = structlog.get_logger()

_HOST: Final = re.compile(rb"[A-Za-z0-9._~-]{1,255}(:[0-9]{1,5})?\Z|\[[0-9A-Fa-f:.]{2,45}\](:[0-9]{1,5})?\Z")


class Shell:
    """Wraps the routes. The page cache stands outside: its answers carry their headers ready made."""

    def __init__(
        self, app: ASGIApp, *, metrics: Metrics, routes: Mapping[Any, str], always: Sequence[headers.Header]
    ) -> None:
        self._app = app
        self._of_pages, self._of_others = (*headers.OF_PAGES, *always), (*headers.OF_OTHERS, *always)
        self._metrics = metrics
        self._routes = routes

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        # No secret: it has to differ. Asking the kernel would let the writing thread have the interpreter each time.
        request_id = scope[REQUEST_ID] = f"{random.getrandbits(64):016x}"  # nosec B311
        began = time.perf_counter()

        async def send_dressed(message: Message) -> None:
            if message["type"] == "http.response.start":
                seconds = time.perf_counter() - began
                route = self._routes.get(scope.get("endpoint"), "none")
                self._metrics.count(route, message["status"], seconds)
                message = {**message, "headers": self._dressed(message["headers"], request_id)}
            await send(message)

        if not _has_sane_host(scope):
            await errors.plain(400)(scope, receive, send_dressed)
            return
        await self._app(scope, receive, send_dressed)

    def _dressed(self, given: list[headers.Header], request_id: str) -> list[headers.Header]:
        names = dict(given)
        is_page = names.get(b"content-type", b"").startswith(b"text/html")
        wanted = self._of_pages if is_page else self._of_others
        added = [each for each in wanted if each[0] not in names]
        if b"cache-control" not in names:
            added.append((b"cache-control", b"no-store"))
        return [*given, *added, (b"request-id", request_id.encode())]


def _has_sane_host(scope: Scope) -> bool:
    """Addresses are built from the settings, never from Host; a strange one is an attack on somebody else."""
    hosts = [value for name, value in scope["headers"] if name == b"host"]
    return len(hosts) == 1 and _HOST.match(hosts[0]) is not None
