"""What operators and browsers ask beside discussions: health, figures, files; and networks as they are counted."""

import gzip
from functools import partial

import pytest
from starlette.requests import Request
from starlette.testclient import TestClient

from tertulia.render.assets import shipped
from tertulia.web import sessions
from tertulia.web.call import Call
from tests.web import browsing
from tests.web.browsing import BASE, Web


def test_health_asks_the_database(web: Web) -> None:
    assert web.get("/healthz").json() == {"status": "ok"}


def test_figures_name_routes_and_not_addresses(web: Web) -> None:
    comment = web.make.comment()
    web.get(web.path(comment))
    web.get(web.path(comment))
    web.get("/gazette/s/0000000000000")

    figures = web.get("/metrics").text

    assert 'tertulia_requests_total{route="/{site}/c/{comment}",status="200"} 1.0' in figures
    assert 'tertulia_requests_total{route="/{site}/s/{story}",status="404"} 1.0' in figures
    assert 'tertulia_page_cache_total{outcome="hit"} 1.0' in figures
    assert web.path(comment).rpartition("/")[2] not in figures


def test_files_never_change_under_their_address(sqlite_web: Web) -> None:
    for name, asset in shipped().files.items():
        path = f"/static/{shipped().digest}/{name}"
        plain = sqlite_web.get(path, headers={"Accept-Encoding": "identity"})
        packed = sqlite_web.get(path, headers={"Accept-Encoding": "gzip"})

        assert plain.content == packed.content == asset.body == gzip.decompress(asset.gzip)
        assert plain.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert plain.headers["access-control-allow-origin"] == "*"
        assert plain.headers["content-type"] == asset.media_type
        assert packed.headers["content-encoding"] == "gzip"


def test_files_of_another_release_are_ours_for_a_moment(sqlite_web: Web) -> None:
    response = sqlite_web.get("/static/0123456789abcdef/widget/embed.js")

    assert response.headers["cache-control"] == "public, max-age=60"
    assert sqlite_web.get("/static/0123456789abcdef/none.js").status_code == 404
    assert sqlite_web.get("/static/0123456789abcdef/../assets.py").status_code == 404


def test_entrance_loads_the_modules_of_this_release(sqlite_web: Web) -> None:
    response = sqlite_web.get("/embed.js")

    assert response.text == f'import "{BASE}/static/{shipped().digest}/widget/embed.js";\n'
    assert response.headers["access-control-allow-origin"] == "*"
    assert response.headers["content-type"].startswith("text/javascript")


def network(web: Web, client: str, *forwarded: str) -> str:
    headers = [(b"x-forwarded-for", each.encode()) for each in forwarded]
    scope = {"type": "http", "method": "GET", "headers": headers, "client": (client, 1), "path": "/"}
    return sessions.network(Call(parts=web.parts, request=Request(scope)))


def test_everybody_is_counted_by_their_own_network(sqlite_web: Web) -> None:
    of = partial(network, sqlite_web)

    assert of("192.0.2.1") == of("192.0.2.1", "203.0.113.9"), "nobody names another's address"
    assert of("192.0.2.1") != of("192.0.2.2")
    assert of("2001:db8:1:2::1") == of("2001:db8:1:2:ffff::9"), "a household is one network"
    assert of("2001:db8:1:2::1") != of("2001:db8:1:3::1")
    assert of("::ffff:192.0.2.1") == of("192.0.2.1")
    assert len(of("192.0.2.1")) == 32


def test_trusted_proxies_name_the_reader_s_network(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, trusted_proxies=("10.0.0.0/8",)) as web:
        of = partial(network, web)

        assert of("10.0.0.1", "192.0.2.1") == of("192.0.2.1")
        assert of("10.0.0.1", "192.0.2.1, 10.0.0.7") == of("192.0.2.1")
        assert of("10.0.0.1", "203.0.113.9, 192.0.2.1") == of("192.0.2.1"), "their own claim counts nothing"
        assert of("10.0.0.1", "203.0.113.9", "192.0.2.1") == of("192.0.2.1")
        assert of("10.0.0.1", "", "192.0.2.1") == of("192.0.2.1"), "an empty claim hides nobody"
        assert of("10.0.0.1", "garbage") == of("10.0.0.1")


STRANGER, PROXY = "203.0.113.9", "10.0.0.1"


def figures(web: Web, client: str, **headers: str) -> int:
    browser = TestClient(web.client.app, base_url=BASE, client=(client, 1))
    browser.portal = web.client.portal
    return browser.get("/metrics", headers=headers).status_code


@pytest.mark.parametrize("client", ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
def test_figures_are_for_this_machine(sqlite_web: Web, client: str) -> None:
    assert figures(sqlite_web, client) == 200


@pytest.mark.parametrize("client", [STRANGER, PROXY, "2001:db8::1", "testclient", ""])
def test_for_strangers_there_are_no_figures(sqlite_web: Web, client: str) -> None:
    assert figures(sqlite_web, client) == 404


@pytest.mark.parametrize("name", ["X-Forwarded-For", "X-Real-IP", "Forwarded", "Via"])
def test_a_proxy_on_this_machine_shows_figures_to_nobody(sqlite_web: Web, name: str) -> None:
    for told in (STRANGER, "127.0.0.1", "::1", "garbage", ""):
        assert figures(sqlite_web, "127.0.0.1", **{name: told}) == 404


def test_behind_a_known_proxy_the_asker_s_own_network_counts(sqlite_database: str) -> None:
    ours = ("127.0.0.1", "10.0.0.0/24")
    with browsing.opened(sqlite_database, trusted_proxies=ours, metrics_networks=("192.0.2.0/24",)) as web:
        assert figures(web, "192.0.2.7") == 200
        assert figures(web, PROXY, **{"X-Forwarded-For": "192.0.2.7"}) == 200
        assert figures(web, PROXY, **{"X-Forwarded-For": f"192.0.2.7, {STRANGER}"}) == 404
        assert figures(web, PROXY, **{"X-Real-IP": "192.0.2.7"}) == 404
        assert figures(web, "127.0.0.1") == 404


def test_what_only_proxies_say_of_themselves_is_nobody_s_address(sqlite_database: str) -> None:
    ours = ("127.0.0.1", "10.0.0.0/24")
    with browsing.opened(sqlite_database, trusted_proxies=ours, metrics_networks=ours) as web:
        assert figures(web, "127.0.0.1") == 200
        for told in ("garbage", "127.0.0.1", STRANGER):
            assert figures(web, "127.0.0.1", **{"X-Forwarded-For": told}) == 404
