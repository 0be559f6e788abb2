"""The second factor over HTTP: forms without JavaScript, the embed's window, the desk, and who is turned away."""

import re
from datetime import timedelta
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, sign_in
from tertulia.services.freshness import FRESH
from tertulia.services.second_factor import MOST_TRIES
from tertulia.settings import UNSET_SECRET
from tertulia.testing.builders import ORIGIN
from tests.telephone import Telephone, typed
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, Web, action_of, fields_of, one, said, tree
from tests.web.test_sign_in import ANN, EVIL, FOREIGN, bearer, enter, mine

SET_UP, SECOND = "/gazette/me/second", "/gazette/sign-in/second"
OWNER = "owner@gazette.example"
STALE = FRESH + timedelta(seconds=1)


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=1000) as opened:
        yield opened


def set_up(web: Web) -> tuple[Telephone, list[str]]:
    """Set an app up in a signed-in browser, by the secret that is typed; a minute passes."""
    page = web.follow(web.send(f"{SET_UP}/begin"))
    telephone = typed(said(page, "#secret"))
    done = web.send(action_of(page), {**fields_of(page), "code": telephone.show(web.clock())})
    assert done.status_code == 200, done.text
    web.clock.advance(timedelta(minutes=1))
    return telephone, [each.text() for each in tree(done).css("li code")]


def with_app(web: Web, address: str = ANN) -> tuple[Web, Telephone, list[str]]:
    """Give another browser of an account that has an app; it is not signed in."""
    enter(web, address)
    telephone, codes = set_up(web)
    return web.someone_else(), telephone, codes


def answer(web: Web, code: str, **fields: str) -> Response:
    return web.send(SECOND, {"code": code, **fields})


def is_in(web: Web) -> bool:
    return mine(web).json()["account"] is not None


def cookies(web: Web) -> list[str]:
    return [str(each.value) for each in web.client.cookies.jar if each.name == "tertulia_account_gazette"]


def test_without_javascript_a_reader_sets_it_up_and_signs_in_with_it(web: Web) -> None:
    enter(web)
    page = web.get("/gazette/me")
    picture = web.follow(web.send(action_of(page, "form[action$='/second/begin']")))
    assert one(picture, "svg[role=img] path[fill='#000']").attributes["d"]
    told = Telephone.read(str(one(picture, "a[href^='otpauth:']").attributes["href"]))
    assert told.secret == typed(said(picture, "#secret")).secret
    assert told.issuer == "The Gazette"

    shown = web.send(action_of(picture), {**fields_of(picture), "code": told.show(web.clock())})
    codes = [each.text() for each in tree(shown).css("li code")]
    assert len(codes) == 10
    assert all(re.fullmatch(r"([a-z2-7]{4} ){5}[a-z2-7]{4}", each) for each in codes)
    assert "You have 10 recovery codes left." in said(web.get("/gazette/me"), "main")

    web.send("/gazette/sign-out")
    web.clock.advance(timedelta(minutes=1))
    first = enter(web, next=f"{ORIGIN}/harbour")
    assert first.headers["location"] == f"{BASE}{SECOND}?next={ORIGIN}/harbour"
    form = web.follow(first)
    assert not is_in(web)
    done = web.send(
        action_of(form, "form:not(details form)"),
        {**fields_of(form, "form:not(details form)"), "code": told.show(web.clock())},
    )

    assert done.headers["location"] == f"{BASE}/gazette/sign-in/done?next={ORIGIN}/harbour"
    assert is_in(web)


def test_a_recovery_code_lets_in_once(web: Web) -> None:
    other, _, codes = with_app(web)
    form = other.follow(enter(other))
    fields = fields_of(form, "details form")

    assert other.send(SECOND, {**fields, "code": codes[0]}).headers["location"] == f"{BASE}/gazette/me"
    assert "You have 9 recovery codes left." in said(other.get("/gazette/me"), "main")
    third = web.someone_else()
    enter(third)
    assert answer(third, codes[0]).status_code == 403
    assert not is_in(third)


def test_the_embeds_window_leads_through_it(web: Web) -> None:
    other, telephone, _ = with_app(web)
    first = urlsplit(enter(other, embed=ORIGIN).headers["location"])
    assert (first.path, parse_qs(first.query)) == (SECOND, {"embed": [ORIGIN]})
    # Half way there is nothing to hand over.
    assert urlsplit(
        other.get("/gazette/sign-in/handover", params={"embed": ORIGIN}).headers["location"]
    ).path == ("/gazette/sign-in")
    assert other.send("/gazette/sign-in/handover", {"origin": ORIGIN}).status_code == 401

    done = urlsplit(answer(other, telephone.show(web.clock()), embed=ORIGIN).headers["location"])

    assert (done.path, parse_qs(done.query)) == ("/gazette/sign-in/handover", {"embed": [ORIGIN]})
    assert bearer(other)


@pytest.mark.parametrize("evil", [{"embed": "https://evil.example"}, {"next": "https://evil.example/"}])
def test_it_leads_nobody_away(web: Web, evil: dict[str, str]) -> None:
    other, telephone, _ = with_app(web)
    enter(other)

    assert answer(other, telephone.show(web.clock()), **evil).headers["location"] == f"{BASE}/gazette/me"


def test_half_way_a_reader_is_the_guest_they_were(web: Web) -> None:
    other, telephone, _ = with_app(web)
    sent = {"url": f"{ORIGIN}/harbour", "name": "Ann", "body": "As a guest.", "key": "k" * 20}
    other.send("/gazette/comments", sent)
    enter(other)
    assert [each.name for each in other.client.cookies.jar if each.name == "tertulia_guest_gazette"]
    assert not is_in(other)

    answer(other, telephone.show(web.clock()))

    assert mine(other).json()["account"] == {"name": "Ann"}


def test_wrong_codes_are_counted_and_lead_back_to_the_beginning(web: Web) -> None:
    other, telephone, _ = with_app(web)
    enter(other, next=f"{ORIGIN}/harbour")
    for _ in range(MOST_TRIES - 1):
        wrong = answer(other, "000000", next=f"{ORIGIN}/harbour")
        assert wrong.status_code == 403
        assert "not the code" in said(wrong, ".tt-state")
        assert fields_of(wrong, "details form")["next"] == f"{ORIGIN}/harbour"

    over = answer(other, "000000", next=f"{ORIGIN}/harbour")

    assert over.status_code == 403
    assert "sign in again" in said(over, ".tt-state")
    assert one(over, "main a").attributes["href"] == f"{BASE}/gazette/sign-in?next={ORIGIN}/harbour"
    assert answer(other, telephone.show(web.clock())).status_code == 403
    assert not is_in(other)
    assert urlsplit(other.get(SECOND).headers["location"]).path == "/gazette/sign-in"


def test_guessing_on_and_on_ends_in_waiting(web: Web) -> None:
    other, telephone, codes = with_app(web)
    for _ in range(2):
        enter(other)
        for _ in range(MOST_TRIES):
            answer(other, "000000")
    enter(other)

    refused = answer(other, telephone.show(web.clock()))

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "3600")
    assert "Too many wrong codes" in said(refused, ".tt-state")
    assert answer(other, codes[0]).status_code == 303


def test_networks_are_limited_too(database: str) -> None:
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=2) as web:
        found = [answer(web, "000000").status_code for _ in range(6)]

    assert 429 in found


def test_a_token_from_half_way_is_worth_nothing_afterwards(web: Web) -> None:
    other, telephone, codes = with_app(web)
    enter(other)
    (half,) = cookies(other)
    answer(other, telephone.show(web.clock()))
    assert cookies(other) != [half]
    thief = web.someone_else()
    thief.client.cookies.set("tertulia_account_gazette", half, domain="testserver.local", path="/")

    assert answer(thief, codes[0]).status_code == 403
    assert not is_in(thief)


@pytest.mark.parametrize("cut", [True, False])
def test_a_token_from_half_way_opens_nothing_however_it_is_written(web: Web, cut: bool) -> None:
    other, _, _ = with_app(web)
    enter(other)
    (half,) = cookies(other)
    thief = web.someone_else()
    spelled = half.removeprefix("second.") if cut else half
    thief.client.cookies.set("tertulia_account_gazette", spelled, domain="testserver.local", path="/")

    assert not is_in(thief)
    assert thief.get("/gazette/me").status_code == 303
    assert thief.get("/gazette/desk").status_code == 401
    shows = {**FOREIGN, "Authorization": f"Bearer {half}"}
    assert web.someone_else().send("/gazette/sign-in/renew", headers=shows).status_code == 401


def test_a_planted_session_from_half_way_lets_nobody_into_anothers_account(web: Web) -> None:
    """Mallory plants where she is half way herself; Ann signs in as ever and gets a token of her own."""
    mallory, _, _ = with_app(web, "mallory@reader.example")
    enter(mallory, "mallory@reader.example")
    (half,) = cookies(mallory)
    ann = web.someone_else()
    ann.client.cookies.set("tertulia_account_gazette", half, domain="testserver.local", path="/")
    enter(ann)

    assert half not in cookies(ann)[-1:]
    assert ANN in said(ann.get("/gazette/me"), "main")


def test_who_skips_the_first_factor_is_led_to_it(web: Web) -> None:
    _, telephone, _ = with_app(web)
    stranger = web.someone_else()

    assert urlsplit(stranger.get(SECOND).headers["location"]).path == "/gazette/sign-in"
    assert answer(stranger, telephone.show(web.clock())).status_code == 401


def test_signing_out_half_way_ends_it(web: Web) -> None:
    other, telephone, _ = with_app(web)
    enter(other)
    (half,) = cookies(other)
    other.send("/gazette/sign-out")
    other.client.cookies.set("tertulia_account_gazette", half, domain="testserver.local", path="/")

    assert answer(other, telephone.show(web.clock())).status_code == 403


@pytest.mark.parametrize("path", [SECOND, SET_UP, f"{SET_UP}/begin", f"{SET_UP}/codes", f"{SET_UP}/remove"])
@pytest.mark.parametrize("headers", [EVIL, FOREIGN])
def test_no_foreign_page_asks(web: Web, path: str, headers: dict[str, str]) -> None:
    enter(web)

    refused = web.send(path, {"code": "123456"}, headers=headers)
    assert (refused.status_code, refused.json()["code"]) == (403, "cross-site")


@pytest.mark.parametrize("path", [SET_UP, f"{SET_UP}/begin", f"{SET_UP}/codes", f"{SET_UP}/remove"])
def test_an_embeds_bearer_changes_nothing(web: Web, path: str) -> None:
    enter(web)
    shows = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}

    refused = web.someone_else().send(path, {"code": "123456"}, headers=shows)
    assert (refused.status_code, refused.json()["code"]) == (401, "session-over")


@pytest.mark.parametrize("path", [f"{SET_UP}/begin", f"{SET_UP}/codes", f"{SET_UP}/remove"])
def test_some_time_later_one_proves_it_anew_by_the_app(web: Web, path: str) -> None:
    enter(web)
    telephone, _ = set_up(web)
    web.clock.advance(STALE)
    led = web.send(path, headers={**OWN_PAGE, "Referer": f"{BASE}/gazette/me"})
    page = web.follow(led)
    form = f"form[action='{BASE}{SECOND}']"
    assert fields_of(page, form)["next"] == f"{BASE}/gazette/me"

    wrong = web.send(SECOND, {**fields_of(page, form), "code": "000000"})
    assert wrong.status_code == 403
    done = web.send(SECOND, {**fields_of(page, form), "code": telephone.show(web.clock())})

    assert done.headers["location"] == f"{BASE}/gazette/me"
    again = web.send(path)
    assert again.status_code in (200, 303, 409)
    assert "again=1" not in again.headers.get("location", "")


def test_the_picture_is_for_who_proved_it_a_short_while_ago(web: Web) -> None:
    enter(web)
    web.send(f"{SET_UP}/begin")
    web.clock.advance(STALE)

    led = web.get(SET_UP)
    assert parse_qs(urlsplit(led.headers["location"]).query)["again"] == ["1"]
    assert urlsplit(web.someone_else().get(SET_UP).headers.get("location", "")).path in (
        "",
        "/gazette/sign-in",
    )


def test_once_it_is_set_up_the_picture_is_gone(web: Web) -> None:
    enter(web)
    assert web.get(SET_UP).headers["location"] == f"{BASE}/gazette/me#second"
    set_up(web)

    assert web.get(SET_UP).headers["location"] == f"{BASE}/gazette/me#second"
    assert web.send(f"{SET_UP}/begin").status_code == 409


def test_a_wrong_first_code_shows_the_same_picture_again(web: Web) -> None:
    enter(web)
    page = web.follow(web.send(f"{SET_UP}/begin"))
    wrong = web.send(action_of(page), {**fields_of(page), "code": "000000"})

    assert wrong.status_code == 403
    assert said(wrong, "#secret") == said(page, "#secret")
    assert "not the code" in said(wrong, ".tt-state")
    assert wrong.headers["cache-control"] == "no-store"


def test_new_codes_are_made_and_all_is_removed(web: Web) -> None:
    enter(web)
    _, codes = set_up(web)
    fresh = [each.text() for each in tree(web.send(f"{SET_UP}/codes")).css("li code")]
    assert len(fresh) == 10
    assert not set(fresh) & set(codes)

    gone = web.follow(web.send(f"{SET_UP}/remove"))
    assert "second factor was removed" in said(gone, ".tt-state")
    other = web.someone_else()
    assert enter(other).headers["location"] == f"{BASE}/gazette/me"
    assert is_in(other)


@pytest.mark.parametrize(
    "code", ["", " ", "12345", "1234567", "١٢٣٤٥٦", "²²²²²²", "x" * 60_000, "a" * 24, "\0", "000000\r\nx: y"]
)
def test_whatever_is_typed_is_a_wrong_code(web: Web, code: str) -> None:
    other, _, _ = with_app(web)
    enter(other)

    assert answer(other, code).status_code == 403
    assert not is_in(other)


@pytest.mark.parametrize("body", [b'{"code": 5}', b"[]", b"{", b'{"code": null}'])
def test_what_is_no_form_is_refused(web: Web, body: bytes) -> None:
    other, _, _ = with_app(web)
    enter(other)
    headers = {**OWN_PAGE, "Content-Type": "application/json"}

    assert other.client.post(SECOND, content=body, headers=headers, follow_redirects=False).status_code == 400


def test_without_the_operators_key_nothing_is_set_up(database: str) -> None:
    with browsing.opened(database, is_development=True, secret=f"{UNSET_SECRET} of this process") as web:
        with web.make.write() as unit:
            accounts.open_for(unit, email=ANN, language="en")
            token = sign_in.open_session(unit, accounts.find(unit, ANN), way="email", device="")
        web.client.cookies.set("tertulia_account_gazette", token, domain="testserver.local", path="/")
        refused = web.send(f"{SET_UP}/begin", headers={**OWN_PAGE, **JSON})

    assert (refused.status_code, refused.json()["code"]) == (409, "second-factor-not-set-up")


# The desk.


def owner(web: Web) -> Response:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, OWNER, Role.OWNER)
    web.make.policy(staff_need_second=True)
    enter(web, OWNER)
    return web.get("/gazette/desk")


def test_the_desk_explains_what_it_asks_for_and_opens_by_it(web: Web) -> None:
    closed = owner(web)
    assert closed.status_code == 403
    assert "more than a mailbox" in said(closed, "main")
    assert one(closed, "main a.tt-first").attributes["href"] == f"{BASE}/gazette/me#second"
    assert "Your role asks" in said(web.get("/gazette/me"), "main")

    telephone, _ = set_up(web)
    assert web.get("/gazette/desk").status_code == 200

    web.send("/gazette/sign-out")
    enter(web, OWNER)
    assert web.get("/gazette/desk").status_code == 401
    answer(web, telephone.show(web.clock()))
    assert web.get("/gazette/desk").status_code == 200


def test_at_the_desk_nothing_is_decided_with_one_factor(web: Web) -> None:
    held = web.make.comment(status="held")
    owner(web)

    refused = web.send(
        f"/gazette/desk{web.path(held).removeprefix('/gazette')}",
        {"outcome": "publish", "revision": str(held.revision)},
    )

    assert refused.status_code == 403
    assert web.get(web.path(held)).status_code == 404


def test_a_session_from_before_is_led_to_the_code(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, OWNER, Role.OWNER)
    enter(web, OWNER)
    other = web.someone_else()
    enter(other, OWNER)
    telephone, _ = set_up(web)
    assert other.get("/gazette/desk").status_code == 200
    web.make.policy(staff_need_second=True)

    closed = other.get("/gazette/desk")
    assert closed.status_code == 403
    again = str(one(closed, "main a.tt-first").attributes["href"]).removeprefix(BASE)
    form = f"form[action='{BASE}{SECOND}']"
    done = other.send(SECOND, {**fields_of(other.get(again), form), "code": telephone.show(web.clock())})

    assert done.headers["location"] == f"{BASE}/gazette/desk"
    assert other.follow(done).status_code == 200


def test_the_operators_own_link_opens_the_desk_all_the_same(web: Web) -> None:
    web.make.policy(staff_need_second=True)
    web.enter_desk()

    assert web.get("/gazette/desk").status_code == 200


def test_the_language_goes_along(web: Web) -> None:
    enter(web)
    page = web.get("/gazette/me?lang=de")
    assert "Zweiter Faktor" in said(page, "#second")
    begun = web.send(action_of(page, "form[action*='/second/begin']"))
    assert "Sie " in said(web.follow(begun), "main")
