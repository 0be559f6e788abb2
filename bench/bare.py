"""The yardstick: one Starlette route that sends bytes it was given, on the settings of `tertulia serve`.

Run as a program: `python -m bench.bare FILE PORT`; FILE holds a captured answer (`keep`).
"""

import base64
import json
import sys
from pathlib import Path

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from bench.requests import Answer

PATH = "/page"
_BY_UVICORN = ("date", "server")


def keep(answer: Answer, file: Path) -> None:
    """Keep an answer for the route to send."""
    headers = [(name, value) for name, value in answer.headers if name.lower() not in _BY_UVICORN]
    file.write_text(json.dumps({"headers": headers, "body": base64.b64encode(answer.body).decode()}))


def application(file: Path) -> Starlette:
    """Make the application with its one route."""
    kept = json.loads(file.read_text())
    headers = dict(kept["headers"])
    body = base64.b64decode(kept["body"])

    async def page(_request: Request) -> Response:
        return Response(body, headers=headers)

    return Starlette(routes=[Route(PATH, page)])


def main() -> None:
    """Serve, configured as `tertulia.cli.serve` configures uvicorn."""
    uvicorn.run(
        application(Path(sys.argv[1])),
        host="127.0.0.1",
        port=int(sys.argv[2]),
        loop="uvloop",
        http="httptools",
        lifespan="off",
        access_log=False,
        log_config=None,
        server_header=False,
        date_header=True,
        proxy_headers=False,
        backlog=2048,
    )


if __name__ == "__main__":
    main()
