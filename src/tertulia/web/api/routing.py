"""The routes of the API: its operations, its description for programs, and the same as a page for people."""

import msgspec
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tertulia.render import api_page
from tertulia.web import openapi
from tertulia.web.api import answering
from tertulia.web.api.table import TABLE
from tertulia.web.endpoint import Endpoint, Page
from tertulia.web.entry import Public, encoding_of, make_entry, make_form
from tertulia.web.parts import Parts


def routes(parts: Parts) -> list[Route]:
    """Make the routes of everything under `/api`."""
    base = parts.settings.base_url
    document = openapi.describe(TABLE, base=base)
    text = msgspec.json.encode(document).decode()
    page = api_page.page(base, document)
    return [
        Route(
            openapi.DOCUMENT_PATH, _fixed(openapi.DOCUMENT_PATH, text, "application/json"), methods=["GET"]
        ),
        Route(
            openapi.PAGE_PATH, _fixed(openapi.PAGE_PATH, page, "text/html; charset=utf-8"), methods=["GET"]
        ),
        *answering.routes(parts, TABLE),
    ]


def _fixed(path: str, text: str, media_type: str) -> Endpoint:
    """Serve what does not change while the process lives; made, compressed and named by its digest once."""
    public = Public(text=text, story=None, revision=0, media_type=media_type)
    entry = make_entry((path, ""), "", public, "")
    for encoding in ("br", "gzip"):
        entry.forms[encoding] = make_form(entry, encoding)

    async def answer(request: Request) -> Response:
        encoding = encoding_of(request.headers.get("accept-encoding", "").encode("latin-1"))
        return Page(entry, entry.forms[encoding], request)

    return answer
