"""Whatever is sent, the server answers, and never with a failure of its own."""

from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from tertulia.domain import ids
from tertulia.web.call import MOST_FIELDS
from tests.web.browsing import EMBEDDED, OWN_PAGE, Web

# The same browser visits with every example; only the answers matter.
many = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
STRANGE = (
    "%00",
    "%ff%fe",
    "%ed%a0%80",
    "%F0%9F%A6%89",
    "..%2f..%2fetc",
    "%2e%2e",
    "a" * 3000,
    "%25%30%30",
    "'--",
)
PATHS = (
    "/{}/",
    "/gazette/{}",
    "/gazette/s/{}",
    "/gazette/s/{}/fragment",
    "/gazette/s/{}/write",
    "/gazette/c/{}",
    "/gazette/c/{}/fragment",
    "/gazette/c/{}/replies",
    "/gazette/c/{}/reply",
    "/gazette/c/{}/edit",
    "/gazette/c/{}/standing",
    "/gazette/c/{}/source",
    "/gazette/c/{}/r/{}",
    "/gazette/c/{}/flag",
    "/gazette/report/{}",
    "/gazette/statements/{}",
    "/gazette/desk/c/{}",
    "/gazette/desk/c/{}/audit",
    "/gazette/desk/appeals/{}",
    "/gazette/desk/c/{}/opinions",
    "/gazette/desk/authors/{}",
    "/gazette/desk/reports/{}",
    "/gazette/sign-in/{}",
    "/gazette/sign-in/password/{}",
    "/gazette/sign-in/password/{}/open",
    "/static/{}/{}",
    "/{}",
)
QUERIES = (
    "/gazette/?after={0}&lang={0}",
    "/gazette/discussion?url={0}",
    "/gazette/discussion?url=https://gazette.example/{0}&sort={0}&after={0}&lang={0}",
    "/gazette/discussion-page?url={0}&title={0}",
    "/gazette/write?url={0}&title={0}",
    "/gazette/write?url=https://gazette.example/{0}&title={0}",
    "/gazette/counts?url={0}&url={0}",
    "/gazette/mine?story={0}",
    "/gazette/desk?after={0}&done={0}",
    "/gazette/statements/0000000000000?access={0}&done={0}",
    "/gazette/log?kind={0}&reason={0}&section={0}&month={0}&before={0}",
    "/gazette/log/feed?kind={0}&lang={0}",
    "/gazette/report?comment={0}&lang={0}",
    "/gazette/report/0000000000000?token={0}&done={0}",
    "/gazette/desk/enter?token={0}",
    "/gazette/keys?lang={0}",
    "/gazette/sign-in/password/new?embed={0}&next={0}&lang={0}",
)
POSTS = (
    "/gazette/comments",
    "/gazette/s/{}/comments",
    "/gazette/c/{}/edit",
    "/gazette/c/{}/withdraw",
    "/gazette/preview",
    "/gazette/desk/enter",
    "/gazette/desk/leave",
    "/gazette/c/{}/flag",
    "/gazette/report",
    "/gazette/statements/{}/appeal",
    "/gazette/desk/c/{}",
    "/gazette/desk/appeals/{}",
    "/gazette/desk/appeals/{}/take",
    "/gazette/desk/reports/{}",
    "/gazette/desk/authors/{}",
    "/gazette/desk/authors/{}/lift",
    "/gazette/desk/authors/{}/remarks",
    "/gazette/desk/c/{}/opinions",
    "/gazette/desk/c/{}/remarks",
    "/gazette/desk/opinions",
    "/gazette/warnings",
    "/gazette/sign-in/password",
    "/gazette/sign-in/password/{}",
    "/gazette/sign-in/password/{}/save",
    "/gazette/me/password",
    "/gazette/me/password/remove",
)


@pytest.mark.parametrize("path", PATHS)
def test_strange_paths_are_answered(web: Web, path: str) -> None:
    for strange in STRANGE:
        response = web.get(path.format(strange, strange))

        assert response.status_code in (303, 308, 400, 401, 404, 405), (path, strange)


@pytest.mark.parametrize("path", QUERIES)
def test_strange_queries_are_answered(web: Web, path: str) -> None:
    for strange in STRANGE:
        response = web.get(path.format(strange))

        assert response.status_code < 500, (path, strange)


def test_strange_places_in_a_discussion_are_answered(web: Web) -> None:
    comment = web.make.comment()
    story = f"/gazette/s/{ids.encode(comment.story_id)}"

    for strange in (*STRANGE, "0000000000000", "zzzzzzzzzzzzz", "0000000000000.9.fffffffffffff", ".", "..."):
        for path in (
            f"{story}?after={strange}&sort={strange}",
            f"{story}?sort=replied&after={strange}",
            f"{web.path(comment)}?from={strange}&v={strange}",
            f"{web.path(comment)}?after={strange}",
            f"{web.path(comment)}/replies?after={strange}",
            f"{web.path(comment)}/reply?quote={strange}",
            f"{web.path(comment)}/r/1?lang={strange}",
        ):
            assert web.get(path).status_code < 500, path


@pytest.mark.parametrize(
    ("content", "media_type", "status"),
    [
        (b"\xff\xfe", "application/x-www-form-urlencoded", 400),
        (b"body=%ff", "application/x-www-form-urlencoded", 400),
        (
            b"&".join(b"a%d=1" % number for number in range(MOST_FIELDS + 1)),
            "application/x-www-form-urlencoded",
            400,
        ),
        (b"{", "application/json", 400),
        (b"[1]", "application/json", 400),
        (b"null", "application/json", 400),
        (b'{"body": 7}', "application/json", 400),
        (b'{"body": "\\ud800"}', "application/json", 400),
        (b"[" * 60_000, "application/json", 400),
        (b"--x--", "multipart/form-data; boundary=x", 415),
        (b"<a/>", "text/xml", 415),
        (b"body=x", "", 415),
        (b"body=" + b"x" * 70_000, "application/x-www-form-urlencoded", 413),
    ],
)
def test_bodies_that_cannot_be_read_are_refused(
    web: Web, content: bytes, media_type: str, status: int
) -> None:
    for path in ("/gazette/comments", "/gazette/preview"):
        response = web.client.post(path, content=content, headers={**EMBEDDED, "Content-Type": media_type})

        assert response.status_code == status, response.text


def test_body_without_a_length_is_measured_while_it_comes(web: Web) -> None:
    def endless() -> Any:
        for _ in range(100):
            yield b"x" * 1000

    headers = {**EMBEDDED, "Content-Type": "application/x-www-form-urlencoded"}

    assert web.client.post("/gazette/comments", content=endless(), headers=headers).status_code == 413


@pytest.mark.parametrize("length", ["-1", "x", "9" * 40, ""])
def test_lengths_that_are_none_are_refused(web: Web, length: str) -> None:
    headers = {**EMBEDDED, "Content-Length": length}

    assert web.client.post("/gazette/comments", content=b"", headers=headers).status_code == 413


def test_text_that_a_database_cannot_keep_is_cleaned(web: Web) -> None:
    response = web.send(
        "/gazette/comments",
        {
            "url": "https://gazette.example/a",
            "title": "T\0itle",
            "name": "A\0nn\u202e",
            "body": "O\0ne\u0007.",
            "key": "\0" * 30,
            "lang": "\0",
        },
        headers=EMBEDDED,
    )

    assert response.status_code == 201
    assert "One." in response.json()["fragment"]
    assert "Title" in web.get(f"/gazette/s/{response.json()['story']}").text


@pytest.mark.parametrize("headers", [EMBEDDED, OWN_PAGE], ids=["embed", "form"])
@pytest.mark.parametrize("path", POSTS)
@many
@given(
    some.dictionaries(
        some.sampled_from(
            [
                "body",
                "name",
                "key",
                "parent",
                "url",
                "title",
                "lang",
                "preview",
                "token",
                "outcome",
                "revision",
            ]
        ),
        some.text(max_size=30),
        max_size=6,
    ),
    some.sampled_from(["0000000000000", "1hj60h1g00000", "x", "é"]),
)
def test_any_form_is_answered(
    sqlite_web: Web, path: str, headers: dict[str, str], fields: dict[str, str], strange: str
) -> None:
    encoded = {name: value.encode("utf-8", "replace").decode() for name, value in fields.items()}

    response = sqlite_web.send(path.format(quote(strange)), encoded, headers=headers)

    assert response.status_code < 500


@many
@given(some.text(max_size=40), some.text(max_size=40))
def test_any_cookie_and_header_is_answered(sqlite_web: Web, cookie: str, value: str) -> None:
    headers = {
        "Cookie": f"tertulia_guest_gazette={cookie}".encode("utf-8", "replace"),
        "If-None-Match": value.encode("utf-8", "replace"),
        "Tertulia-Revision": value.encode("utf-8", "replace"),
        "Accept-Encoding": value.encode("utf-8", "replace"),
        "X-Forwarded-For": value.encode("utf-8", "replace"),
    }

    for path in ("/gazette/", "/gazette/desk", "/gazette/mine?story=0000000000000"):
        assert sqlite_web.get(path, headers=headers).status_code < 500


def test_wrong_method_is_told_the_right_ones(web: Web) -> None:
    response = web.client.delete("/gazette/comments")

    assert response.status_code == 405
    assert response.headers["allow"] == "POST"


def test_bug_is_said_without_its_details(sqlite_web: Web) -> None:
    with sqlite_web.parts.units.bare(write=True) as (db, _):
        db.exec_driver_sql("ALTER TABLE site RENAME TO lost_table")

    public, page = sqlite_web.get("/gazette/"), sqlite_web.get("/gazette/keys")
    problem = sqlite_web.get("/gazette/mine?story=0", headers=EMBEDDED)

    for answer in (public, page, problem):
        assert answer.status_code == 500
        assert "no such table" not in answer.text
        assert answer.headers["cache-control"] == "no-store"
    assert problem.json()["code"] == "bug"
    assert page.headers["content-security-policy"]


def test_a_field_of_the_address_is_no_field_of_the_form(web: Web) -> None:
    """Parameters are read where they belong, so that no link changes what a form says."""
    path = f"{web.path(web.make.story())}/comments"
    posted = web.send(
        f"{path}?body=Smuggled.&name=Mallory", {"name": "Ann", "body": "Mine.", "key": "k" * 20}
    )
    page = web.follow(posted).text

    assert "Mine." in page
    assert "Smuggled" not in page
    assert "Mallory" not in page
    assert web.send(f"{path}?body=Smuggled.", {"name": "Ann", "key": "l" * 20}).status_code == 422


def test_of_a_field_that_comes_twice_one_counts(web: Web) -> None:
    headers = {**OWN_PAGE, "Content-Type": "application/x-www-form-urlencoded"}
    body = b"name=Ann&body=First.&body=Second.&key=" + b"k" * 20
    path = f"{web.path(web.make.story())}/comments"
    page = web.follow(web.client.post(path, content=body, headers=headers, follow_redirects=False)).text

    assert "Second." in page
    assert "First." not in page


def test_a_parameter_that_comes_twice_is_refused_or_counts_once(web: Web) -> None:
    web.make.comment()

    assert web.get("/api/v1/sites/gazette/comments/counts?sort=newest&sort=oldest").status_code < 500
    assert web.get("/gazette/?lang=de&lang=en").text == web.get("/gazette/?lang=en").text
