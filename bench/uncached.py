"""Tertulia's own server with a page cache that keeps nothing: every read is rendered and compressed.

Run as a program with `TERTULIA_*` set: `python -m bench.uncached PORT`.
"""

import sys
from dataclasses import replace

import uvicorn

from tertulia import app, settings
from tertulia.web import asgi
from tertulia.web.cache import PageCache


def main() -> None:
    """Serve until stopped."""
    with app.serving(settings.load()) as server:
        # An entry larger than the whole cache is sent and not kept.
        parts = replace(server.parts, cache=PageCache(server.parts.revisions, most_bytes=1))
        uvicorn.run(
            asgi.create(parts),
            host="127.0.0.1",
            port=int(sys.argv[1]),
            loop="uvloop",
            http="httptools",
            lifespan="off",
            access_log=False,
            log_config=None,
            server_header=False,
        )


if __name__ == "__main__":
    main()
