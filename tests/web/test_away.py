"""While Valkey is away tries cannot be counted: what could be guessed is refused, what only makes work goes on."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest

from tertulia.domain import ids
from tertulia.services import sign_in
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import JSON, OWN_PAGE, SECRET, Web, said
from tests.web.test_sign_in import ANN, enter, mail, mine

GONE = "valkey://127.0.0.1:1/0"
"""Nobody listens there."""


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(database, is_development=True, valkey=GONE) as opened:
        yield opened


def asked(web: Web) -> str:
    """Ask for a mail where nothing is counted; give the path that takes its code."""
    with web.make.write() as unit:
        made = sign_in.ask(unit, ANN, browser_hash="of another browser", language="en")
    return f"/gazette/sign-in/{ids.encode(made)}"


def test_no_mail_is_asked_for(web: Web) -> None:
    page = web.send("/gazette/sign-in", {"email": ANN})
    told = web.send("/gazette/sign-in", {"email": ANN}, headers={**OWN_PAGE, **JSON})

    assert (page.status_code, told.status_code) == (503, 503)
    assert "try again in a few seconds" in said(page, "main")
    assert told.json()["code"] == "cannot-count"
    assert page.headers["retry-after"] == told.headers["retry-after"] == "10"
    with web.make.units.bare() as (db, _):
        assert db.exec_driver_sql("SELECT count(*) FROM sign_in").scalar_one() == 0


def test_no_code_is_tried(web: Web) -> None:
    waiting = asked(web)
    refused = web.send(waiting, {"code": mail(web, waiting).code})
    guessed = web.send(waiting, {"code": "00000000"})

    assert (refused.status_code, guessed.status_code) == (503, 503)
    with web.make.units.bare() as (db, _):
        assert db.exec_driver_sql("SELECT tries FROM sign_in").scalar_one() == 0
    assert mine(web).json()["account"] is None


def test_no_passkey_is_tried(sqlite_database: str) -> None:
    base = "https://comments.example"
    own = {"Origin": base, "Sec-Fetch-Site": "same-origin", **JSON}
    with browsing.opened(sqlite_database, base_url=base, valkey=GONE, secret="s" * 40) as web:
        for path in ("sign-in/passkey/options", "sign-in/passkey"):
            assert web.send(f"/gazette/{path}", headers=own).status_code == 503


def test_readers_go_on_writing(web: Web) -> None:
    story = web.make.story()
    fields = {"name": "Ann", "body": "Hello.", "key": "k" * 20}

    assert web.send("/gazette/preview", {"body": "Hello."}).status_code == 200
    assert web.send(f"{web.path(story)}/comments", fields).status_code == 303
    sent = {"url": f"{ORIGIN}/other", "name": "Ann", "body": "Hello."}
    shows = {"Tertulia-Guest": SECRET}
    assert web.client.post("/api/v1/sites/gazette/comments", json=sent, headers=shows).status_code == 201


def test_when_it_is_back_all_goes_on(database: str, valkey_url: str) -> None:
    with browsing.opened(database, is_development=True, valkey=valkey_url) as web:
        assert urlsplit(enter(web).headers["location"]).path == "/gazette/me"
