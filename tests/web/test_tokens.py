"""Tokens for programs on the page of what is one's own: made, shown once, listed, ended."""

import pytest

from tertulia.services.freshness import FRESH
from tests.web import browsing
from tests.web.browsing import OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import FOREIGN, bearer, enter

MAKE = "form[action$='/me/tokens']"
END = "form[action$='/me/tokens/end']"
CHOSEN = {"name": "My archive", "scope": "read", "days": "90"}


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def make(web: Web, **fields: str) -> str:
    """Make a token with the page's form; give it as the page shows it."""
    page = web.send(action_of(web.get("/gazette/me"), MAKE), {**CHOSEN, **fields})
    assert page.status_code == 200, page.text
    return str(one(page, "input[readonly]").attributes["value"])


def ask(web: Web, token: str) -> int:
    shown = {"Authorization": f"Bearer {token}"}
    return web.someone_else().get("/api/v1/sites/gazette/me", headers=shown).status_code


def test_a_token_is_shown_this_once_and_works(web):
    enter(web)

    token = make(web)

    assert ask(web, token) == 200
    page = web.get("/gazette/me")
    assert token not in page.text
    # The default clock is at noon of a day in March; ninety days later it is June.
    assert said(page, f"{END} span").startswith("My archive· reads only · until ")
    assert said(page, f"{END} span").endswith("never used")


def test_its_owner_ends_it(web):
    enter(web)
    token = make(web, scope="write")
    page = web.get("/gazette/me")
    assert "reads and writes" in said(page, f"{END} span")

    after = web.follow(web.send(action_of(page, END), fields_of(page, END)))

    assert ask(web, token) == 401
    assert tree(after).css(END) == []


def test_the_form_offers_reading_first(web):
    enter(web)
    page = web.get("/gazette/me")

    offered = [each.attributes["value"] for each in tree(page).css(f"{MAKE} option")]
    assert offered == ["read", "write", "30", "90", "365"]


def test_who_proved_long_ago_who_they_are_does_so_again(web):
    enter(web)
    web.clock.advance(FRESH)
    web.clock.advance(FRESH)

    answer = web.send("/gazette/me/tokens", CHOSEN)

    assert answer.status_code == 303
    assert "/sign-in?" in answer.headers["location"]
    assert tree(web.get("/gazette/me")).css(END) == []


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"name": ""}, 422),
        ({"name": "x" * 61}, 422),
        ({"name": "\u202e"}, 422),
        ({"scope": "admin"}, 422),
        ({"days": "0"}, 422),
        ({"days": "99999999999999999999"}, 422),
        ({"days": "soon"}, 400),
        ({"days": ""}, 400),
    ],
)
def test_what_cannot_be_is_refused(web, fields, status):
    enter(web)

    assert web.send("/gazette/me/tokens", {**CHOSEN, **fields}).status_code == status
    assert tree(web.get("/gazette/me")).css(END) == []


def test_a_hostile_name_is_a_name(web):
    enter(web)
    make(web, name="<script>alert(1)</script>")

    assert "<script>alert" not in web.get("/gazette/me").text
    assert "<script>alert(1)</script>" in said(web.get("/gazette/me"), f"{END} bdi")


def test_nobody_makes_or_ends_one_without_a_session_of_our_own_pages(web):
    enter(web)
    token = make(web)
    ending = fields_of(web.get("/gazette/me"), END)
    shown = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}
    stranger = web.someone_else()

    for path, fields in (("tokens", CHOSEN), ("tokens/end", ending)):
        assert stranger.send(f"/gazette/me/{path}", fields).status_code == 401
        assert stranger.send(f"/gazette/me/{path}", fields, headers=shown).status_code == 401
        foreign = {**OWN_PAGE, "Sec-Fetch-Site": "cross-site"}
        assert web.send(f"/gazette/me/{path}", fields, headers=foreign).status_code == 403
    enter(stranger, "bob@reader.example")
    stranger.send("/gazette/me/tokens/end", ending)
    assert ask(web, token) == 200
