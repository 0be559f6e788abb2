"""An embed that comes back after a reload: what its browser keeps, for which pages, for what, and until when."""

from datetime import timedelta

import pytest
from httpx2 import Response

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, sign_in, sites
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import OWN_PAGE, SECRET, Web
from tests.web.test_sign_in import ANN, EVIL, FOREIGN, enter, mail, mine

COOKIE = "tertulia_embed_gazette"
WITH_GUEST = {**FOREIGN, "Tertulia-Guest": SECRET}
OTHER = "https://other.gazette.example"
RESUME = "/gazette/sign-in/resume"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def exchanged(web: Web, headers: dict[str, str] = WITH_GUEST, origin: str = ORIGIN) -> Response:
    """Hand the browser's session over to a page; give what that is answered."""
    code = web.send("/gazette/sign-in/handover", {"origin": origin}).json()["code"]
    return web.someone_else().send("/gazette/sign-in/exchange", {"code": code}, headers=headers)


def kept(web: Web) -> str:
    """Sign a page in; give what its browser keeps for it."""
    enter(web)
    return kept_by(exchanged(web))


def kept_by(response: Response) -> str:
    (cookie,) = response.headers.get_list("set-cookie")
    return str(cookie).partition("=")[2].partition(";")[0]


def resumed(web: Web, kept: str, headers: dict[str, str] = WITH_GUEST, name: str = COOKIE) -> Response:
    return web.someone_else().send(RESUME, headers={**headers, "Cookie": f"{name}={kept}"})


def test_a_page_that_was_signed_in_gets_a_token_again(web: Web) -> None:
    response = resumed(web, kept(web))

    assert response.status_code == 200
    assert set(response.json()) == {"token", "name", "seconds"}
    assert response.headers["cache-control"] == "no-store"
    assert "set-cookie" not in response.headers
    shows = {**FOREIGN, "Authorization": f"Bearer {response.json()['token']}"}
    assert mine(web.someone_else(), shows).json()["account"] == {"name": ""}


@pytest.mark.parametrize(
    ("base", "name"),
    [("http://testserver", COOKIE), ("https://comments.example", f"__Host-{COOKIE}")],
)
def test_what_it_keeps_is_for_the_pages_of_one_publication_and_for_no_script(
    sqlite_database: str, base: str, name: str
) -> None:
    own = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    with browsing.opened(sqlite_database, is_development=True, base_url=base) as web:
        signed_in = sign_in_at(web, base)
        code = web.send("/gazette/sign-in/handover", {"origin": ORIGIN}, headers=own).json()["code"]
        response = web.someone_else().send("/gazette/sign-in/exchange", {"code": code}, headers=FOREIGN)

    assert signed_in.status_code == 303
    (cookie,) = response.headers.get_list("set-cookie")
    assert str(cookie).startswith(f"{name}=")
    assert {part.strip() for part in str(cookie).split(";")[1:]} == {
        "HttpOnly", "Secure", "SameSite=None", "Partitioned", "Path=/", "Max-Age=15552000",
    }  # fmt: skip


def sign_in_at(web: Web, base: str) -> Response:
    own = {"Origin": base, "Sec-Fetch-Site": "same-origin"}
    asked = web.send("/gazette/sign-in", {"email": ANN}, headers=own)
    waiting = asked.headers["location"].removeprefix(base)
    return web.send(waiting, {"code": mail(web, waiting).code}, headers=own)


def test_only_these_two_addresses_are_shared_with_a_cookie(web: Web) -> None:
    enter(web)
    answers = [exchanged(web), resumed(web, "nothing"), mine(web, WITH_GUEST)]
    asks = {"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}
    before = [web.client.options(f"/gazette/{each}", headers=asks) for each in ("sign-in/resume", "comments")]

    shared = [each.headers.get("access-control-allow-credentials") for each in (*answers, *before)]
    assert shared == ["true", "true", None, "true", None]
    assert all(each.headers["access-control-allow-origin"] == ORIGIN for each in (*answers, *before))


def test_a_page_elsewhere_gets_nothing_and_may_not_read_that(web: Web) -> None:
    cookie = kept(web)

    for headers in (EVIL, {**EVIL, "Tertulia-Guest": SECRET}, {**EVIL, "Sec-Fetch-Site": "same-site"}):
        refused = resumed(web, cookie, headers)
        assert (refused.status_code, refused.json()["code"]) == (403, "cross-site")
        assert "access-control-allow-origin" not in refused.headers
        assert "access-control-allow-credentials" not in refused.headers
    asked = web.client.options(RESUME, headers={**EVIL, "Access-Control-Request-Method": "POST"})
    assert asked.status_code == 403
    assert "access-control-allow-credentials" not in asked.headers


def test_another_page_of_the_same_publication_gets_nothing(sqlite_database: str) -> None:
    """Where a browser does not part cookies, we do: it is good where it was made, and nowhere else."""
    site = {"origins": (ORIGIN, OTHER)}
    with browsing.opened(sqlite_database, site=site, is_development=True) as web:
        cookie = kept(web)
        elsewhere = resumed(web, cookie, {**WITH_GUEST, "Origin": OTHER})
        here = resumed(web, cookie)

    assert (elsewhere.status_code, elsewhere.json()["code"]) == (401, "session-over")
    assert here.status_code == 200


@pytest.mark.parametrize("headers", [OWN_PAGE, {}, {"Sec-Fetch-Site": "none"}])
def test_our_own_pages_and_programs_get_nothing_by_it(web: Web, headers: dict[str, str]) -> None:
    assert resumed(web, kept(web), headers).status_code == 401


def test_a_page_of_an_origin_that_the_site_has_no_more_gets_nothing(web: Web) -> None:
    cookie = kept(web)
    with web.make.write(SYSTEM) as unit:
        sites.change(unit, origins=[OTHER])

    # At once, also where the edge still knows the site as it was a moment ago.
    assert resumed(web, cookie).status_code in (401, 403)


@pytest.mark.parametrize("nonsense", ["", "x", "x" * 43, "x" * 5000, '"', "a b", "%00", "ä"])
def test_nonsense_is_no_session(web: Web, nonsense: str) -> None:
    headers = {**WITH_GUEST, "Cookie": f"{COOKIE}={nonsense}".encode()}
    refused = web.someone_else().send(RESUME, headers=headers)

    assert (refused.status_code, refused.json()["code"]) == (401, "session-over")


def test_it_opens_nothing_else(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.OWNER)
    cookie, thief = kept(web), web.someone_else()
    shows = {**FOREIGN, "Authorization": f"Bearer {cookie}"}
    for path in ("sign-in/renew", "sign-out", "comments", "me/name"):
        assert thief.send(f"/gazette/{path}", {"url": f"{ORIGIN}/a"}, headers=shows).status_code == 401
    for name in ("account", "desk"):
        thief.client.cookies.set(f"tertulia_{name}_gazette", cookie, domain="testserver.local")

    assert thief.get("/gazette/desk").status_code in (401, 403)
    assert thief.get("/gazette/me").status_code == 303
    assert thief.send("/gazette/sign-in/handover", {"origin": ORIGIN}).status_code == 401
    assert mine(thief).json()["account"] is None
    thief.send("/gazette/sign-out")
    assert resumed(web, cookie).status_code == 200


def test_no_other_session_does_in_its_place(web: Web) -> None:
    enter(web)
    (session,) = [each.value for each in web.client.cookies.jar if each.name == "tertulia_account_gazette"]
    bearer = exchanged(web).json()["token"]

    assert session
    for other in (session, bearer):
        assert resumed(web, str(other)).status_code == 401
    # From a page of the same domain the browser brings the session's own cookie along: it counts for nothing there.
    assert resumed(web, str(session), name="tertulia_account_gazette").status_code == 401


def test_a_page_of_the_same_domain_comes_back_though_other_cookies_come_along(web: Web) -> None:
    """`www` and `comments` of one domain: the browser sends what is `SameSite=Lax` too."""
    enter(web)
    (session,) = [each.value for each in web.client.cookies.jar if each.name == "tertulia_account_gazette"]
    near = {**WITH_GUEST, "Sec-Fetch-Site": "same-site"}
    along = f"tertulia_account_gazette={session}; tertulia_asked_gazette={'a' * 43}"
    code = web.send("/gazette/sign-in/handover", {"origin": ORIGIN}).json()["code"]

    exchanged = web.someone_else().send(
        "/gazette/sign-in/exchange", {"code": code}, headers={**near, "Cookie": along}
    )
    back = web.someone_else().send(
        RESUME, headers={**near, "Cookie": f"{along}; {COOKIE}={kept_by(exchanged)}"}
    )

    assert (exchanged.status_code, back.status_code) == (200, 200)
    assert back.headers["access-control-allow-origin"] == ORIGIN


def test_signing_out_in_the_embed_ends_it(web: Web) -> None:
    cookie = kept(web)
    shows = {**FOREIGN, "Authorization": f"Bearer {resumed(web, cookie).json()['token']}"}

    assert web.someone_else().send("/gazette/sign-out", headers=shows).status_code == 204
    assert resumed(web, cookie).status_code == 401


@pytest.mark.parametrize("way", ["sign-out", "sessions", "role", "end"])
def test_it_ends_with_the_session_it_came_of(web: Web, way: str) -> None:
    cookie = kept(web)

    if way == "sign-out":
        web.send("/gazette/sign-out")
    else:
        with web.make.write(SYSTEM) as unit:
            if way == "role":
                accounts.set_role(unit, ANN, Role.MODERATOR)
            else:
                accounts.end_sessions(unit, ANN)

    refused = resumed(web, cookie)
    assert (refused.status_code, refused.json()["code"]) == (401, "session-over")


def test_it_lives_as_long_as_that_session_and_counts_as_its_use(web: Web) -> None:
    cookie = kept(web)

    for _ in range(sign_in.LONGEST_DAYS // 20 - 1):
        web.clock.advance(timedelta(days=20))
        assert resumed(web, cookie).status_code == 200
    web.clock.advance(timedelta(days=20))
    assert resumed(web, cookie).status_code == 401


def test_unused_it_ends_with_that_session(web: Web) -> None:
    cookie = kept(web)
    web.clock.advance(timedelta(days=sign_in.IDLE_DAYS))

    assert resumed(web, cookie).status_code == 401


def test_signing_in_again_ends_what_the_page_kept_before(web: Web) -> None:
    """Whatever somebody put there before: each sign-in makes its own."""
    before = kept(web)

    after = kept_by(exchanged(web, {**WITH_GUEST, "Cookie": f"{COOKIE}={before}"}))

    assert resumed(web, before).status_code == 401
    assert resumed(web, after).status_code == 200


def test_two_pages_of_a_browser_come_back_at_once(web: Web) -> None:
    cookie = kept(web)
    first, second = resumed(web, cookie), resumed(web, cookie)

    for each in (first, second):
        shows = {**FOREIGN, "Authorization": f"Bearer {each.json()['token']}"}
        assert mine(web.someone_else(), shows).status_code == 200


def test_coming_back_has_a_limit(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, is_development=True, sign_ins_per_minute_per_network=1) as web:
        cookie = kept(web)
        answers = [resumed(web, cookie).status_code for _ in range(21)]

    assert answers == [200] * 20 + [429]
