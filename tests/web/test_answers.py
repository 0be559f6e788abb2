"""What every answer says, of whatever kind it is: its type, who may frame it, how browsers come back."""

from collections.abc import Iterator

import pytest
from httpx2 import Response

from tertulia.render.assets import shipped
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import JSON, Web

SAFE_TYPES = ("application/json", "application/problem+json", "application/zip")
"""Types that know one encoding, or none."""


@pytest.fixture
def web(sqlite_database: str) -> Iterator[Web]:
    with browsing.opened(sqlite_database, base_url="https://comments.example") as opened:
        yield opened


def every_kind(web: Web) -> list[Response]:
    """Ask for one of each kind of answer, public pages twice: the second comes out of the cache."""
    comment = web.make.comment(story=web.make.story("harbour"))
    path, static = web.path(comment), f"/static/{shipped().digest}"
    story = path.rpartition("/")[2]
    asked = [
        web.get(each)
        for each in (
            "/", "/gazette", *["/gazette/"] * 2, *[path] * 2, *[f"{path}/fragment"] * 2, f"{path}/r/1",
            f"{path}/reply", "/gazette/keys", "/gazette/desk", "/gazette/me", "/gazette/nowhere", "/nowhere",
            f"/gazette/counts?url={ORIGIN}/harbour", f"/gazette/mine?story={story}", "/embed.js", "/healthz",
            f"{static}/widget/widget.css", f"{static}/widget/embed.js", f"{static}/none.js", "/metrics",
            "/gazette/feed/none", "/api/docs", "/api/v1/openapi.json", "/api/v1/sites/gazette/stories/x",
        )
    ]  # fmt: skip
    return [
        *asked,
        web.get("/gazette/nowhere", headers=JSON),
        web.send("/gazette/keys"),
        web.send("/gazette/comments", headers={"Origin": "https://elsewhere.example"}),
        web.send("/gazette/preview", content=b"\xff", headers={"Content-Type": "application/x-www-form-urlencoded"}),
        web.client.options("/gazette/comments", headers={"Origin": ORIGIN, "Access-Control-Request-Method": "POST"}),
        web.client.head(path),
        web.client.head(f"/gazette/stream?story={story}"),
        web.get("/gazette/keys", headers={"Host": "<strange>"}),
    ]  # fmt: skip


def test_every_kind_is_there(web: Web) -> None:
    answers = every_kind(web)

    assert {each.status_code for each in answers} >= {200, 204, 303, 400, 401, 403, 404, 405}
    assert len({each.headers.get("content-type", "").partition(";")[0] for each in answers}) >= 7


def test_every_answer_says_its_type_and_its_encoding(web: Web) -> None:
    for each in every_kind(web):
        if not each.content:
            continue
        kind, _, rest = each.headers["content-type"].partition(";")
        assert "charset=utf-8" in rest.lower() or kind in SAFE_TYPES, (each.url, kind)
        assert each.headers["x-content-type-options"] == "nosniff"


def test_every_answer_says_who_may_frame_it(web: Web) -> None:
    for each in every_kind(web):
        policy = each.headers["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy, each.url
        # Our own pages, or nobody.
        assert {"frame-ancestors 'self'", "frame-ancestors 'none'"} & set(policy), each.url


def test_over_https_every_answer_asks_browsers_to_come_by_it_only(web: Web) -> None:
    comment = web.make.comment()
    page = web.get(web.path(comment))
    unchanged = web.get(web.path(comment), headers={"If-None-Match": page.headers["etag"]})

    assert unchanged.status_code == 304
    for each in (*every_kind(web), page, unchanged):
        said = each.headers.get_list("strict-transport-security")
        assert said == ["max-age=31536000; includeSubDomains"], each.url


@pytest.mark.parametrize(
    ("base_url", "hsts", "said"),
    [
        ("https://comments.example", "max-age=0", "max-age=0"),
        ("https://comments.example", "", None),
        # Other things may be on other ports of the same host, and the policy would be for all of them.
        ("https://comments.example:8443", "max-age=31536000", None),
        ("http://comments.example", "max-age=31536000", None),
    ],
)
def test_the_operator_chooses_and_shared_hosts_are_left_alone(
    sqlite_database: str, base_url: str, hsts: str, said: str | None
) -> None:
    with browsing.opened(sqlite_database, base_url=base_url, hsts=hsts) as web:
        for path in ("/gazette/", "/gazette/", "/healthz"):
            assert web.get(path).headers.get("strict-transport-security") == said
