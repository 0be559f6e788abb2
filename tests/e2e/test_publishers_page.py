"""The publication's page as publications really have it: a strict policy, a paper of its own, an origin of its own."""

import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, expect

from tertulia.web import host_page
from tests.e2e import looking
from tests.e2e.conftest import Reader
from tests.e2e.house import SITE, House
from tests.e2e.looking import comment, press

INK_OF_THE_DAY = "rgb(28, 29, 31)"
INK_OF_THE_NIGHT = "rgb(228, 226, 221)"


@pytest.fixture
def strict_story(house: House) -> Iterator[str]:
    """A story's page under the policy that our manual tells publications to set, and nothing beyond it."""
    story = f"{house.publisher}/strict"
    sources = ("script-src", "style-src", "connect-src")
    policy = "; ".join(["default-src 'none'", *(f"{each} 'self' {house.base}" for each in sources)])
    head = "<!doctype html><html lang=en><meta charset=utf-8><title>Strict</title>"
    page = f"{head}<main><h1>Strict</h1>{host_page.snippet(house.base, SITE, story)}</main>".encode()

    class Publication(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200 if self.path == "/strict" else 404)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Security-Policy", policy)
            self.end_headers()
            self.wfile.write(page)

        def log_message(self, format: str, *arguments: object) -> None:  # noqa: A002 - the base class's name
            """Say nothing."""

    port = urlsplit(house.publisher).port or 0
    with ThreadingHTTPServer(("127.0.0.1", port), Publication) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        yield story
        server.shutdown()
        thread.join()


def test_the_embed_works_under_the_documented_policy(strict_story: str, reader: Reader) -> None:
    page = reader()  # which fails the test at its browser's first complaint

    page.goto(strict_story)
    expect(page.locator(".tt-head")).to_have_css("display", "flex")
    press(page.locator(".tt-head"), "write")
    looking.write(page, "Strictly speaking, every fifty.")
    expect(comment(page, "Strictly speaking, every fifty.")).to_be_focused()
    press(comment(page, "Strictly speaking, every fifty."), "quote")
    looking.write(page, f"{page.locator('[name=body]').input_value()}Every sixty.")

    expect(comment(page, "Every sixty.")).to_be_focused()
    looking.picture(page, "strict")


def test_a_page_of_a_foreign_origin_can_send_nothing(house: House, browser: Browser) -> None:
    page = browser.new_page()  # its browser complains, and rightly so
    page.goto(house.story("strict").replace("127.0.0.1", "localhost"))
    looking.ready(page)

    press(page.locator(".tt-head"), "write")
    looking.write(page, "From somewhere else.")

    expect(page.locator(".tt-composing .tt-state")).to_have_attribute("data-state", "failed")
    expect(comment(page, "From somewhere else.")).to_have_count(0)
    page.close()


def test_the_embed_stands_on_the_page_s_own_paper(house: House, reader: Reader) -> None:
    page = reader(color_scheme="light")
    page.goto(house.story("strict"))
    looking.ready(page)
    discussion = page.locator("section.tt-discussion")
    expect(discussion).to_have_css("color", INK_OF_THE_DAY)

    page.evaluate("document.body.style.background = '#101214'")
    page.locator("tertulia-discussion").evaluate("(host) => host.refresh()")

    expect(discussion).to_have_css("color", INK_OF_THE_NIGHT)
    expect(discussion).to_have_css("background-color", "rgba(0, 0, 0, 0)")
