"""Changes that last, some time after signing in: forms lead to prove it anew and back, scripts hear of it."""

from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from tertulia.services.freshness import FRESH
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import ANN, ask, enter, mail, mine

STALE = FRESH + timedelta(seconds=1)
AGAIN = "/gazette/sign-in?again=1"


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def leave(web: Web, **headers: str) -> Response:
    """Ask for the end of one's account, as the page's form does."""
    return web.send("/gazette/me/end", {"ending": "keep"}, headers={**OWN_PAGE, **headers})


def is_leaving(web: Web) -> bool:
    return bool(tree(web.get("/gazette/me")).css("form[action$='/me/stay']"))


def test_a_reader_proves_it_anew_and_comes_back_to_the_page(web: Web) -> None:
    enter(web)
    web.clock.advance(STALE)
    led = leave(web, Referer=f"{BASE}/gazette/me?lang=de#end")
    page = web.follow(led)
    fields = fields_of(page)
    assert (fields["email"], fields["next"]) == (ANN, f"{BASE}/gazette/me?lang=de")
    assert "readonly" in one(page, "input[name=email]").attributes
    assert not is_leaving(web)

    waiting = str(web.send(action_of(page), fields).headers["location"]).removeprefix(BASE)
    form = web.get(waiting)
    done = web.send(action_of(form), {**fields_of(form), "code": mail(web, waiting).code})

    assert done.headers["location"] == f"{BASE}/gazette/me?lang=de"
    leave(web)
    assert is_leaving(web)


@pytest.mark.parametrize(
    "referer", ["https://evil.example/gazette/me", f"{ORIGIN}/harbour", "", f"{BASE}.evil/x"]
)
def test_the_way_leads_back_to_no_foreign_page(web: Web, referer: str) -> None:
    enter(web)
    web.clock.advance(STALE)
    led = urlsplit(leave(web, **({"Referer": referer} if referer else {})).headers["location"])

    assert (led.path, parse_qs(led.query)) == (
        "/gazette/sign-in",
        {"again": ["1"], "next": [f"{BASE}/gazette/me"]},
    )


def test_scripts_hear_what_is_wrong(web: Web) -> None:
    enter(web)
    web.clock.advance(STALE)
    refused = leave(web, **JSON)

    assert (refused.status_code, refused.json()["code"]) == (403, "prove-again")
    assert "once more" in refused.json()["detail"]


def test_only_ways_that_the_account_has_are_offered(web: Web) -> None:
    enter(web)
    page = web.get(AGAIN)
    assert one(page, "form.tt-form")
    assert not tree(page).css("form[data-passkey]")

    web.make.policy(ways_in="passkey")
    assert "no way to do this" in said(web.get(AGAIN), "main")
    assert not tree(web.get(AGAIN)).css("form")


def test_who_is_not_signed_in_signs_in_as_ever(web: Web) -> None:
    page = web.get(AGAIN)

    assert said(page, "h1") == "Sign in"
    assert fields_of(page)["email"] == ""


def test_proving_to_be_somebody_else_ends_in_a_refusal(web: Web) -> None:
    enter(web)
    web.clock.advance(STALE)
    asked = web.send("/gazette/sign-in", {"email": "bob@reader.example"})
    waiting = str(asked.headers["location"]).removeprefix(BASE)

    refused = web.send(waiting, {"code": mail(web, waiting).code})

    assert refused.status_code == 409
    assert "another account" in said(refused, "main")
    assert ANN in said(web.get("/gazette/me"), "main")
    assert leave(web).headers["location"].startswith(f"{BASE}/gazette/sign-in?again=1")


def test_a_browser_that_is_free_again_takes_the_other_account(web: Web) -> None:
    waiting = ask(web, "bob@reader.example")
    enter(web)
    assert web.send(waiting, {"code": mail(web, waiting).code}).status_code == 409
    web.send("/gazette/sign-out")

    assert web.send(waiting, {"code": mail(web, waiting).code}).status_code == 303
    assert mine(web).json()["account"] == {"name": ""}
    assert "bob@reader.example" in said(web.get("/gazette/me"), "main")
