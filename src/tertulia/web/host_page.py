"""A page of a pretended publication on another origin, with our embed in it: for the demo and for tests."""

from html import escape
from pathlib import Path
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import HTMLResponse
from starlette.routing import Route

MARK = "<!-- discussion -->"
STORY_URL = "{{story_url}}"


def create(file: Path, *, site: str, base: str) -> Starlette:
    """Make an application that answers every path with the page; the path decides which story it is."""
    page = file.read_text(encoding="utf-8")

    async def answer(request: Request) -> HTMLResponse:
        path = request.url.path
        if path == "/":
            path = "/harbour-bridge"
        story = f"{request.url.scheme}://{request.url.netloc}{path}"
        wanted = {
            name: request.query_params[name] for name in ("lang", "sort") if name in request.query_params
        }
        shown = page.replace(STORY_URL, escape(story)).replace(MARK, snippet(base, site, story, **wanted))
        return HTMLResponse(shown, headers={"cache-control": "no-store"})

    return Starlette(routes=[Route("/{path:path}", answer)])


def snippet(base: str, site: str, story: str, **attributes: str) -> str:
    """Give what a publication puts into its template; the link is for readers whose browser runs no script."""
    plain = f"{base}/{site}/discussion-page?{urlencode({'url': story})}"
    extra = "".join(f' {name}="{escape(value)}"' for name, value in attributes.items())
    return (
        f'<script type="module" src="{escape(base)}/embed.js"></script>\n'
        f'<tertulia-discussion site="{escape(site)}"{extra}>'
        f'<a href="{escape(plain)}">Comments</a></tertulia-discussion>'
    )
