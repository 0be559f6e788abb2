"""Signing in by the publication's token over HTTP: from which pages, with which answers, and what it opens."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from httpx2 import Response

from tertulia.settings import Publisher
from tertulia.testing.builders import ORIGIN
from tests.publication import Signer, offering, signer
from tests.web import browsing
from tests.web.browsing import EMBEDDED, JSON, OWN_PAGE, SECRET, Web

FOREIGN = {**JSON, "Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}
EVIL = {**JSON, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
PATH = "/gazette/sign-in/token"


def publisher(of: Signer, **settings: Any) -> dict[str, Publisher]:
    return {"gazette": Publisher(algorithm=of.algorithm, key=of.key, **settings)}


@pytest.fixture
def ours() -> Signer:
    return signer()


@pytest.fixture
def web(database: str, ours: Signer) -> Iterator[Web]:
    with browsing.opened(database, publishers=publisher(ours, allows_badges=("subscriber",))) as opened:
        yield opened


@pytest.fixture
def strict(sqlite_database: str, ours: Signer) -> Iterator[Web]:
    """Takes each token once."""
    with browsing.opened(sqlite_database, publishers=publisher(ours, one_time=True)) as opened:
        yield opened


def show(web: Web, token: str, headers: dict[str, str] = FOREIGN) -> Response:
    return web.someone_else().send(PATH, {"token": token}, headers=headers)


def refused(response: Response, code: str = "bad-token", status: int = 403) -> Any:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return response.json()["parameters"].get("reason")


def test_a_subscriber_is_signed_in_at_once_and_writes(web: Web, ours: Signer) -> None:
    given = show(web, ours.token(badges=["subscriber"]))

    assert given.status_code == 200
    assert given.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-credentials" not in given.headers
    assert given.headers["cache-control"] == "no-store"
    answer = given.json()
    assert (answer["name"], answer["seconds"]) == ("Nora Lind", 660)
    headers = {**FOREIGN, "Authorization": f"Bearer {answer['token']}"}
    posted = web.someone_else().send(
        "/gazette/comments", {"url": f"{ORIGIN}/harbour", "body": "As a subscriber."}, headers=headers
    )
    assert posted.status_code == 201, posted.text
    assert "subscriber" in posted.json()["fragment"]
    assert "Nora Lind" in posted.json()["fragment"]


def test_its_bearer_is_not_renewed_and_reaches_no_desk(web: Web, ours: Signer) -> None:
    headers = {**FOREIGN, "Authorization": f"Bearer {show(web, ours.token()).json()['token']}"}
    other = web.someone_else()

    refused(other.send("/gazette/sign-in/renew", headers=headers), "session-over", 401)
    refused(
        other.send("/gazette/sign-in/handover", {"origin": ORIGIN}, headers={**headers, **OWN_PAGE}),
        "session-over",
        401,
    )
    assert other.send("/gazette/sign-out", headers=headers).status_code == 204
    refused(other.get("/gazette/mine?story=0000000000001", headers=headers), "session-over", 401)


def test_what_a_guest_wrote_comes_along(web: Web, ours: Signer) -> None:
    fields = {"url": f"{ORIGIN}/harbour", "body": "As a guest.", "name": "Nora"}
    assert web.someone_else().send("/gazette/comments", fields, headers=EMBEDDED).status_code == 201

    given = show(web, ours.token(), {**FOREIGN, "Tertulia-Guest": SECRET})

    assert given.json()["name"] == "Nora"


def test_html_in_a_name_is_shown_as_text(web: Web, ours: Signer) -> None:
    given = show(web, ours.token(name="<img src=x onerror=alert(1)>")).json()
    headers = {**FOREIGN, "Authorization": f"Bearer {given['token']}"}
    fields = {"url": f"{ORIGIN}/harbour", "body": "Hello."}

    fragment = web.someone_else().send("/gazette/comments", fields, headers=headers).json()["fragment"]

    assert "<img" not in fragment
    assert "&lt;img src=x" in fragment


@pytest.mark.parametrize(
    ("claims", "reason"),
    [
        ({"aud": "other"}, "wrong-audience"),
        ({"exp": 1}, "expired"),
        ({"iat": 2**33, "exp": 2**33 + 60}, "not-yet-valid"),
        ({"sub": None}, "no-sub"),
        ({"name": "x" * 9000}, "too-long"),
        ({"exp": 10**400}, "no-exp"),
    ],
)
def test_a_refusal_tells_a_developer_why_and_repeats_nothing(
    web: Web, ours: Signer, claims: dict[str, Any], reason: str
) -> None:
    token = ours.token(**claims)
    response = show(web, token)

    assert refused(response) == reason
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert token[:100] not in response.text


@pytest.mark.parametrize("token", ["", "\0", "x", "é.é.é", "a.b.c", "e30.e30.e30"])
def test_what_is_no_token_is_refused(web: Web, token: str) -> None:
    assert refused(show(web, token)) in ("unreadable", "wrong-algorithm")


def test_json_is_taken_and_only_text_in_it(web: Web, ours: Signer) -> None:
    someone = web.someone_else().client
    assert someone.post(PATH, json={"token": ours.token()}, headers=FOREIGN).status_code == 200
    refused(someone.post(PATH, json={"token": 7}, headers=FOREIGN), "unreadable", 400)
    half = {**FOREIGN, "Content-Type": "application/json"}
    refused(someone.post(PATH, content=b'{"token": "\\ud800"}', headers=half), "unreadable", 400)


def test_no_other_page_signs_anybody_in(web: Web, ours: Signer) -> None:
    refused(show(web, ours.token(), EVIL), "cross-site")
    refused(show(web, ours.token(), {**JSON, "Origin": "null", "Sec-Fetch-Site": "cross-site"}), "cross-site")
    refused(show(web, ours.token(), {**FOREIGN, "Cookie": "tertulia_account_gazette=x"}), "cross-site")


def test_the_browser_may_ask_from_the_site_s_origins_only(web: Web) -> None:
    ask = {"Access-Control-Request-Method": "POST"}
    allowed = web.client.options(PATH, headers={**FOREIGN, **ask})
    denied = web.client.options(PATH, headers={**EVIL, **ask})

    assert (allowed.status_code, denied.status_code) == (204, 403)
    assert allowed.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in denied.headers


def test_a_site_without_a_publisher_has_no_such_address(sqlite_web: Web, ours: Signer) -> None:
    refused(show(sqlite_web, ours.token()), "not-found", 404)


def test_a_token_of_one_time_is_taken_once(strict: Web, ours: Signer) -> None:
    token = ours.token(jti="j-1")

    assert show(strict, token).status_code == 200
    refused(show(strict, token), "token-used")
    refused(show(strict, ours.token(jti="j-1", sub="another")), "token-used")
    assert refused(show(strict, ours.token())) == "no-jti"
    assert show(strict, ours.token(jti="j-2")).status_code == 200


def test_tokens_of_one_network_are_counted(sqlite_database: str, ours: Signer) -> None:
    settings = {"publishers": publisher(ours), "sign_ins_per_minute_per_network": 1}
    with browsing.opened(sqlite_database, **settings) as web:
        statuses = [show(web, "x").status_code for _ in range(21)]

    assert statuses == [403] * 20 + [429]


def test_keys_from_an_address_are_asked_for_and_may_change(sqlite_database: str) -> None:
    spring, summer = signer("ES256", "spring"), signer("ES256", "summer")
    with offering(spring) as server:
        publishers = {"gazette": Publisher(algorithm="ES256", jwks_url=server.url)}
        with browsing.opened(sqlite_database, publishers=publishers) as web:
            assert show(web, spring.token()).status_code == 200
            assert refused(show(web, summer.token())) == "unknown-key"
            server.offer(spring, summer)
            web.clock.advance(timedelta(minutes=1))
            assert show(web, summer.token()).status_code == 200
