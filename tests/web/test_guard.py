"""Which pages may ask: cross-site requests, CORS, strange hosts, headers that protect."""

import pytest
from starlette.requests import Request

from tertulia.domain import ids
from tertulia.testing.builders import ORIGIN, Make
from tertulia.web import guard
from tests.web import browsing
from tests.web.browsing import BASE, EMBEDDED, SECRET, Web

ELSEWHERE = "https://elsewhere.example"
FIELDS = {"name": "Ann", "body": "Hello.", "key": "k" * 20}


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": BASE, "Sec-Fetch-Site": "same-origin"},
        {"Origin": BASE},
        {"Sec-Fetch-Site": "none"},
        {},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET},
        {"Origin": ORIGIN, "Tertulia-Guest": SECRET},
    ],
)
def test_own_pages_programs_and_the_site_s_pages_may_write(web: Web, headers: dict[str, str]) -> None:
    story = web.make.story()

    assert web.send(f"{web.path(story)}/comments", FIELDS, headers=headers).status_code in (201, 303)


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET},
        {"Origin": ELSEWHERE, "Tertulia-Guest": SECRET},
        {"Origin": "null", "Tertulia-Guest": SECRET},
        {"Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET},
        {"Sec-Fetch-Site": "same-site", "Tertulia-Guest": SECRET},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"},
        {"Origin": ORIGIN, "Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET, "Cookie": "a=b"},
        {"Origin": f"{ORIGIN}.evil.example", "Tertulia-Guest": SECRET},
        {"Origin": f"http://{ORIGIN.partition('://')[2]}", "Tertulia-Guest": SECRET},
    ],
)
def test_foreign_pages_and_cookies_from_foreign_pages_may_not(web: Web, headers: dict[str, str]) -> None:
    story = web.make.story()

    for path in ("comments",):
        response = web.send(f"{web.path(story)}/{path}", FIELDS, headers=headers)

        assert response.status_code == 403
        assert "set-cookie" not in response.headers
    assert "Hello." not in web.get(web.path(story), headers={"Tertulia-Revision": "1"}).text


def test_of_several_headers_with_one_name_the_first_counts() -> None:
    told = [(b"sec-fetch-site", b"cross-site"), (b"sec-fetch-site", b"same-origin")]
    request = Request({"type": "http", "headers": told})

    assert not guard.is_from_here(request, BASE)


def test_desk_takes_nothing_from_any_foreign_page(web: Web) -> None:
    web.enter_desk()
    held = web.make.comment(status="held")

    for origin in (ORIGIN, ELSEWHERE):
        response = web.send(
            f"/gazette/desk{web.path(held).removeprefix('/gazette')}",
            {"outcome": "publish", "revision": "1"},
            headers={"Origin": origin, "Sec-Fetch-Site": "cross-site", "Tertulia-Guest": SECRET},
        )

        assert response.status_code == 403


def test_personal_answers_are_for_the_site_s_own_origins(web: Web) -> None:
    comment = web.make.comment()
    path = f"/gazette/mine?story={web.path(comment).rpartition('/')[2]}"

    own = web.get(path, headers=EMBEDDED)
    foreign = web.get(path, headers={**EMBEDDED, "Origin": ELSEWHERE})

    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert "access-control-allow-origin" not in foreign.headers
    assert "Origin" in own.headers["vary"]
    assert "Origin" in foreign.headers["vary"]
    assert "access-control-allow-credentials" not in own.headers


def test_refusals_can_be_read_by_the_page_that_asked(web: Web) -> None:
    story = web.make.story()

    response = web.send(f"{web.path(story)}/comments", {**FIELDS, "body": ""}, headers=EMBEDDED)

    assert response.status_code == 422
    assert response.headers["access-control-allow-origin"] == ORIGIN
    assert "Retry-After" in response.headers["access-control-expose-headers"]


def test_public_answers_are_for_everybody_so_that_caches_keep_one(web: Web) -> None:
    comment = web.make.comment()
    path = web.path(comment)

    for where in (f"{path}/fragment", f"{path}/r/1", f"/gazette/counts?url={ORIGIN}/1", f"{path}/r/x"):
        response = web.get(where, headers={"Origin": ELSEWHERE, "Sec-Fetch-Site": "cross-site"})

        assert response.headers["access-control-allow-origin"] == "*", where
        assert "Origin" not in response.headers.get("vary", ""), where


def test_browser_may_ask_before_it_asks(web: Web) -> None:
    asks = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "tertulia-guest",
    }

    for path in ("/gazette/comments", "/gazette/mine", "/gazette/s/0000000000000/fragment"):
        allowed = web.client.options(path, headers=asks)
        refused = web.client.options(path, headers={**asks, "Origin": ELSEWHERE})

        assert allowed.status_code == 204
        assert allowed.headers["access-control-allow-origin"] == ORIGIN
        assert "POST" in allowed.headers["access-control-allow-methods"]
        assert "Tertulia-Guest" in allowed.headers["access-control-allow-headers"]
        assert refused.status_code == 403
        assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("host", ["", "a b", "a,b", "<script>", "x" * 300, "testserver:port", "[::1", "a/b"])
def test_strange_hosts_are_refused(sqlite_web: Web, host: str) -> None:
    assert sqlite_web.get("/gazette/keys", headers={"Host": host}).status_code == 400


@pytest.mark.parametrize("host", ["testserver", "comments.example:8443", "[::1]:80", "127.0.0.1"])
def test_addresses_do_not_depend_on_the_host(sqlite_web: Web, host: str) -> None:
    page = sqlite_web.get("/gazette/keys", headers={"Host": host})

    assert page.status_code == 200
    assert 'href="http://testserver/' in page.text


def test_pages_protect_their_readers(web: Web) -> None:
    comment = web.make.comment()

    for path in (web.path(comment), f"{web.path(comment)}/reply", "/gazette/desk", "/nowhere"):
        headers = web.get(path).headers

        policy = headers["content-security-policy"].split("; ")
        assert {"default-src 'none'", "script-src 'self'", "style-src 'self'", "base-uri 'none'"} <= set(
            policy
        )
        assert {"frame-ancestors 'self'", "form-action 'self'"} <= set(policy)
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["referrer-policy"] == "strict-origin-when-cross-origin"


@pytest.mark.parametrize("secret", ["x", "s" * 42, "s" * 44, "s" * 42 + "!", "s" * 42 + "\xe9"])
def test_secret_of_a_wrong_shape_is_refused(web: Web, secret: str) -> None:
    story = web.make.story()
    headers = {**EMBEDDED, "Tertulia-Guest": secret.encode("latin-1")}

    response = web.client.post(f"{web.path(story)}/comments", data=FIELDS, headers=headers)

    assert (response.status_code, response.json()["code"]) == (422, "bad-secret")


def test_cookies_are_kept_from_scripts_and_for_the_site(web: Web) -> None:
    sent = web.send(f"{web.path(web.make.story())}/comments", FIELDS)
    entered = web.enter_desk()

    guest, staff = sent.headers["set-cookie"].lower(), entered.headers["set-cookie"].lower()
    assert guest.startswith("tertulia_guest_gazette=")
    assert {"httponly", "samesite=lax", "path=/", "max-age=31536000"} <= set(guest.split("; "))
    assert staff.startswith("tertulia_desk_gazette=")
    assert {"httponly", "samesite=lax"} <= set(staff.split("; "))


def test_cookies_over_https_are_bound_to_it(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, base_url="https://comments.example") as web:
        own = {"Sec-Fetch-Site": "same-origin"}
        sent = web.send(f"{web.path(web.make.story())}/comments", FIELDS, headers=own)
        entered = web.send("/gazette/desk/enter", {"token": web.link()}, headers=own)

    for response, name in ((sent, "guest"), (entered, "desk")):
        (cookie,) = response.headers.get_list("set-cookie")
        assert cookie.startswith(f"__Host-tertulia_{name}_gazette=")
        # The prefix asks for all three: else a browser keeps no such cookie.
        assert {"secure", "path=/"} <= set(cookie.lower().split("; "))
        assert "domain" not in cookie.lower()


def test_a_cookie_without_the_prefix_counts_for_nothing_over_https(sqlite_database: str) -> None:
    """A neighbouring host can plant one for the whole domain, but none with this prefix."""
    with browsing.opened(sqlite_database, base_url="https://comments.example") as web:
        own = {"Sec-Fetch-Site": "same-origin"}
        posts = f"{web.path(web.make.story())}/comments"
        sent = web.send(posts, FIELDS, headers={**own, "Cookie": f"tertulia_guest_gazette={SECRET}"})

    # They are somebody new, and get a secret of their own.
    (cookie,) = sent.headers.get_list("set-cookie")
    assert cookie.startswith("__Host-tertulia_guest_gazette=")
    assert SECRET not in cookie


def test_sites_of_one_house_keep_their_guests_apart(web: Web) -> None:
    other = Make(web.make.units, web.clock, key="tribune")
    other.site(name="The Tribune")

    web.send(f"{web.path(web.make.story())}/comments", FIELDS)
    web.send(f"/tribune/s/{ids.encode(other.story().id)}/comments", FIELDS)

    kept = {each.name: each.value for each in web.client.cookies.jar}
    assert set(kept) == {"tertulia_guest_gazette", "tertulia_guest_tribune"}
    assert len(set(kept.values())) == 2
