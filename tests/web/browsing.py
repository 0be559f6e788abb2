"""A site on a real database behind the whole edge, and a browser's manners to visit it with."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import msgspec
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser as HTMLParser
from selectolax.lexbor import LexborNode as Node
from starlette.testclient import TestClient

from tertulia import app
from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.stories import Story
from tertulia.realtime.hub import Hub
from tertulia.realtime.revisions import Revisions
from tertulia.services import accounts
from tertulia.settings import Settings
from tertulia.store import engine
from tertulia.testing.builders import ORIGIN, Make, units_of
from tertulia.testing.clocks import Clock
from tertulia.web import asgi
from tertulia.web.parts import Parts
from tertulia.web.parts import make as make_parts

BASE = "http://testserver"
HERE = ("127.0.0.1", 50_000)
"""Who asks: somebody on this machine."""
SECRET = "s" * 43
JSON = {"Accept": "application/json"}
EMBEDDED = {**JSON, "Origin": ORIGIN, "Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET}
"""What the embed sends from a story's page."""
OWN_PAGE = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
"""What a form of our own pages sends."""


@dataclass(frozen=True, kw_only=True)
class Web:
    make: Make
    clock: Clock
    parts: Parts
    client: TestClient

    def get(self, path: str, **options: Any) -> Response:
        return self.client.get(path, follow_redirects=False, **options)

    def send(self, path: str, fields: Mapping[str, str] | None = None, **options: Any) -> Response:
        """Send a form of one of our own pages; `headers` replaces the browser's own."""
        options.setdefault("headers", OWN_PAGE)
        return self.client.post(path, data=dict(fields or {}), follow_redirects=False, **options)

    def follow(self, response: Response) -> Response:
        assert response.status_code == 303, response.text
        return self.get(response.headers["location"].removeprefix(BASE).partition("#")[0])

    def someone_else(self) -> "Web":
        """Another browser on the same application."""
        client = TestClient(self.client.app, base_url=str(self.client.base_url), client=HERE)
        client.portal = self.client.portal
        return Web(make=self.make, clock=self.clock, parts=self.parts, client=client)

    def path(self, of: Story | Comment) -> str:
        letter = "s" if isinstance(of, Story) else "c"
        return f"/{self.make.key}/{letter}/{ids.encode(of.id)}"

    def enter_desk(self) -> Response:
        """Sign the browser in as a moderator."""
        token = self.link()
        return self.send("/gazette/desk/enter", {"token": token})

    def link(self) -> str:
        with self.make.write(self.make.moderator) as unit:
            return accounts.make_link(unit, name="Maren")


@contextmanager
def opened(url: str, *, site: Mapping[str, Any] | None = None, **settings: Any) -> Iterator[Web]:
    """Open a migrated database behind the edge."""
    database, clock, revisions = engine.connect(url, threads=4), Clock(), Revisions()
    chosen = msgspec.structs.replace(
        Settings(
            database=url, base_url=BASE, threads=4, secret="a test's", posts_per_minute_per_network=1000
        ),
        **settings,
    )
    units = units_of(
        database,
        clock,
        providers=chosen.providers,
        after_commit=lambda site, happened: revisions.follow_commit(site.key, happened),
    )
    try:
        parts = make_parts(
            settings=chosen,
            units=units,
            revisions=revisions,
            hub=Hub(most=10),
            sign_ins=app.sign_ins_of(chosen),
            passkeys=app.passkeys_of(chosen),
            passwords=app.password_keeper(),
        )
        make = Make(units, clock)
        make.site(**(site or {}))
        with TestClient(asgi.create(parts), base_url=chosen.base_url, client=HERE) as client:
            yield Web(make=make, clock=clock, parts=parts, client=client)
    finally:
        database.close()


def tree(response: Response) -> HTMLParser:
    assert response.headers["content-type"].startswith("text/html"), response.headers
    return HTMLParser(response.text)


def one(response: Response, selector: str) -> Node:
    found = tree(response).css(selector)
    assert len(found) == 1, f"{selector} is there {len(found)} times in {response.text}"
    return found[0]


def said(response: Response, selector: str) -> str:
    return one(response, selector).text(strip=True)


def fields_of(response: Response, selector: str = "form.tt-form") -> dict[str, str]:
    """Read a form as a browser would send it with its first button."""
    form = one(response, selector)
    fields = {
        str(each.attributes["name"]): each.attributes.get("value") or "" for each in form.css("input[name]")
    }
    for each in form.css("textarea[name]"):
        fields[str(each.attributes["name"])] = each.text().removeprefix("\n")
    return fields


def action_of(response: Response, selector: str = "form.tt-form") -> str:
    return str(one(response, selector).attributes["action"]).removeprefix(BASE)
