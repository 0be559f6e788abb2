"""Signing in over HTTP: forms without JavaScript, the handover to an embed, and who is turned away."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from tertulia.domain import ids
from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.domain.policy import GuestPolicy
from tertulia.services import accounts, proofs
from tertulia.services.proofs import Letter
from tertulia.settings import UNSET_SECRET
from tertulia.testing.builders import ORIGIN
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, SECRET, Web, action_of, fields_of, one, said

ANN = "ann@reader.example"
FOREIGN = {**JSON, "Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}
"""What an embed sends from a story's page before anybody wrote there."""
EVIL = {**JSON, "Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def web(database: str):
    with browsing.opened(database, is_development=True) as opened:
        yield opened


def ask(web: Web, address: str = ANN, **fields: str) -> str:
    """Ask for a mail; give the path of the page that waits for its code."""
    page = web.get("/gazette/sign-in", params=fields)
    response = web.send(action_of(page), {**fields_of(page), "email": address})
    assert response.status_code == 303
    return str(response.headers["location"]).removeprefix(BASE)


def mail(web: Web, waiting: str) -> Letter:
    asked = ids.decode(urlsplit(waiting).path.rpartition("/")[2])
    with web.make.read() as unit:
        found = proofs.letter(unit, asked, key=web.parts.settings.secret)
    assert found is not None
    return found


def enter(web: Web, address: str = ANN, **fields: str) -> Response:
    """Sign the browser in by code; give the answer, which leads on."""
    waiting = ask(web, address, **fields)
    page = web.get(waiting)
    return web.send(action_of(page), {**fields_of(page), "code": mail(web, waiting).code})


def mine(web: Web, headers: dict[str, str] = OWN_PAGE, story: str = "") -> Any:
    path = story or web.path(web.make.story("mine")).rpartition("/")[2]
    return web.get("/gazette/mine", params={"story": path}, headers=headers)


def bearer(web: Web) -> str:
    code = web.send("/gazette/sign-in/handover", {"origin": ORIGIN}).json()["code"]
    given = web.someone_else().send("/gazette/sign-in/exchange", {"code": code}, headers=FOREIGN)
    assert given.status_code == 200
    assert given.headers["access-control-allow-origin"] == ORIGIN
    return str(given.json()["token"])


def test_without_javascript_a_reader_signs_in_by_code_and_sees_their_account(web: Web) -> None:
    response = enter(web)

    assert response.headers["location"] == f"{BASE}/gazette/me"
    page = web.follow(response)
    assert ANN in said(page, "main")
    assert mine(web).json()["account"] == {"name": ""}


def test_a_link_signs_in_by_a_button_and_only_where_it_was_asked_for(web: Web) -> None:
    waiting = ask(web)
    link = f"{urlsplit(waiting).path}/open?token={mail(web, waiting).token}"

    elsewhere = web.someone_else().get(link)
    page = web.get(link)
    before = mine(web).json()["account"]
    response = web.send(action_of(page), fields_of(page))

    assert elsewhere.status_code == 403
    assert "browser that asked" in said(elsewhere, "main")
    assert before is None
    assert response.status_code == 303
    assert mine(web).json()["account"] == {"name": ""}
    assert web.get(link).status_code == 403


def test_known_and_unknown_addresses_are_answered_alike(web: Web) -> None:
    enter(web)
    other = web.someone_else()
    known, unknown = other.get(ask(other)), other.get(ask(other, "nobody@reader.example"))

    assert known.status_code == unknown.status_code == 200
    assert said(known, "main") == said(unknown, "main")


def test_a_wrong_code_is_said_and_the_form_stays(web: Web) -> None:
    waiting = ask(web, next=f"{ORIGIN}/harbour")
    page = web.get(waiting)

    refused = web.send(action_of(page), {**fields_of(page), "code": "00000000"})

    assert refused.status_code == 403
    assert "not the code" in said(refused, ".tt-state")
    assert fields_of(refused)["next"] == f"{ORIGIN}/harbour"
    assert mine(web).json()["account"] is None


def test_what_is_no_address_is_said_in_the_form(web: Web) -> None:
    page = web.get("/gazette/sign-in")
    refused = web.send(action_of(page), {**fields_of(page), "email": "ann at reader"})

    assert refused.status_code == 422
    assert said(refused, ".tt-state")
    assert fields_of(refused)["email"] == "ann at reader"


def test_the_session_is_kept_where_no_script_and_no_foreign_page_reads_it(database: str) -> None:
    with browsing.opened(database, is_development=True, base_url="https://comments.example") as web:
        page = web.get("/gazette/sign-in")
        own = {"Origin": "https://comments.example", "Sec-Fetch-Site": "same-origin"}
        asked = web.send("/gazette/sign-in", {**fields_of(page), "email": ANN}, headers=own)
        waiting = asked.headers["location"].removeprefix("https://comments.example")
        done = web.send(waiting, {"code": mail(web, waiting).code}, headers=own)

    cookie = next(each for each in done.headers.get_list("set-cookie") if "account" in each)
    assert cookie.startswith("__Host-tertulia_account_gazette=")
    assert {"HttpOnly", "Secure", "Path=/", "SameSite=lax"} <= {part.strip() for part in cookie.split(";")}


def test_signing_in_again_ends_the_session_that_the_browser_had(web: Web) -> None:
    enter(web)
    (before,) = [each.value for each in web.client.cookies.jar if each.name == "tertulia_account_gazette"]
    waiting = ask_anew(web)
    web.send(waiting, {"code": mail(web, waiting).code})
    thief = web.someone_else()
    thief.client.cookies.set("tertulia_account_gazette", str(before), domain="testserver.local", path="/")

    assert mine(thief).json()["account"] is None
    assert mine(web).json()["account"] == {"name": ""}


def ask_anew(web: Web) -> str:
    """Ask for a mail while signed in: the form was opened before."""
    response = web.send("/gazette/sign-in", {"email": ANN})
    return str(response.headers["location"]).removeprefix(BASE)


def test_a_planted_session_is_replaced_at_sign_in(web: Web) -> None:
    planted = "p" * 43
    web.client.cookies.set("tertulia_account_gazette", planted, domain="testserver.local", path="/")
    enter(web)
    with web.make.read() as unit:
        assert accounts.staff_of(unit, planted) is None
    kept = [each.value for each in web.client.cookies.jar if each.name == "tertulia_account_gazette"]
    assert any(each != planted for each in kept)


@pytest.mark.parametrize(
    "goal",
    ["https://evil.example/", "//evil.example", "https:evil.example", "javascript:alert(1)", "\\\\evil.example",
     "https://gazette.example@evil.example/", "https://gazette.example.evil.example/", "/\\evil.example",
     "https://gazette.example\\@evil.example", "http://gazette.example/", "https://gazette.example:8443/x",
     "https://gazette.example/\r\nx: y", "data:text/html,x", "x" * 3000],
)  # fmt: skip
def test_nobody_is_led_away_from_the_publication(web: Web, goal: str) -> None:
    assert enter(web, next=goal).headers["location"] == f"{BASE}/gazette/me"
    again = web.get("/gazette/sign-in", params={"next": goal})
    assert again.headers["location"] == f"{BASE}/gazette/me"


def test_the_way_leads_straight_back_to_a_page_of_ours(web: Web) -> None:
    assert enter(web, next=f"{BASE}/gazette/keys").headers["location"] == f"{BASE}/gazette/keys"


def test_the_way_leads_back_to_the_publications_own_pages(web: Web) -> None:
    goal = f"{ORIGIN}/harbour?a=b#comment-1"
    page = web.follow(enter(web, next=goal))

    assert one(page, "main a").attributes["href"] == goal
    assert one(page, "meta[http-equiv=refresh]").attributes["content"] == f"0; url={goal}"
    # A form's answer that leads to another origin is stopped by our own policy.
    assert "form-action 'self'" in page.headers["content-security-policy"]


def test_a_popup_hands_the_session_over_to_its_own_origin(web: Web) -> None:
    response = enter(web, embed=ORIGIN)
    page = web.follow(response)

    told = one(page, "[data-handover]").attributes
    assert (told["data-origin"], told["data-action"]) == (ORIGIN, f"{BASE}/gazette/sign-in/handover")
    # Who is signed in already comes straight here.
    again = web.get("/gazette/sign-in", params={"embed": ORIGIN})
    assert parse_qs(urlsplit(again.headers["location"]).query)["embed"] == [ORIGIN]
    assert web.get("/gazette/sign-in/handover", params={"embed": "https://evil.example"}).status_code == 403


def test_the_handover_page_asks_who_is_not_signed_in_to_do_so(web: Web) -> None:
    response = web.get("/gazette/sign-in/handover", params={"embed": ORIGIN})
    assert urlsplit(response.headers["location"]).path == "/gazette/sign-in"


def test_an_embed_writes_with_its_bearer(web: Web) -> None:
    enter(web)
    token = bearer(web)
    embed = web.someone_else()
    shows = {**FOREIGN, "Authorization": f"Bearer {token}"}

    sent = {"url": f"{ORIGIN}/harbour", "name": "Ann", "body": "Signed in."}
    posted = embed.send("/gazette/comments", sent, headers=shows)

    assert posted.status_code == 201
    assert "set-cookie" not in posted.headers
    assert posted.headers["access-control-allow-origin"] == ORIGIN
    story = posted.json()["story"]
    assert mine(embed, shows, story).json()["account"] == {"name": "Ann"}
    assert [each["id"] for each in mine(embed, shows, story).json()["own"]] == [posted.json()["id"]]
    # The same account in its own browser.
    assert mine(web, story=story).json()["account"] == {"name": "Ann"}


def test_what_a_guest_wrote_in_an_embed_becomes_the_accounts(web: Web) -> None:
    embed = web.someone_else()
    guest = {**FOREIGN, "Tertulia-Guest": SECRET}
    sent = {"url": f"{ORIGIN}/harbour", "name": "Ann", "body": "As a guest."}
    posted = embed.send("/gazette/comments", sent, headers=guest).json()
    enter(web)
    code = web.send("/gazette/sign-in/handover", {"origin": ORIGIN}).json()["code"]

    given = embed.send("/gazette/sign-in/exchange", {"code": code}, headers=guest)

    assert given.json()["name"] == "Ann"
    shows = {**FOREIGN, "Authorization": f"Bearer {given.json()['token']}"}
    edited = embed.send(f"/gazette/c/{posted['id']}/edit", {"body": "Signed in."}, headers=shows)
    assert edited.status_code == 200
    refused = embed.send(f"/gazette/c/{posted['id']}/edit", {"body": "Still me?"}, headers=guest)
    assert refused.status_code == 403


@pytest.mark.parametrize("headers", [EVIL, {**FOREIGN, "Origin": "https://gazette.example:8443"}])
def test_a_code_is_worth_nothing_elsewhere(web: Web, headers: dict[str, str]) -> None:
    enter(web)
    code = web.send("/gazette/sign-in/handover", {"origin": ORIGIN}).json()["code"]
    refused = web.someone_else().send("/gazette/sign-in/exchange", {"code": code}, headers=headers)

    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


@pytest.mark.parametrize("headers", [EVIL, FOREIGN])
def test_a_foreign_page_gets_no_code_and_no_session_by_a_visitors_cookie(
    web: Web, headers: dict[str, str]
) -> None:
    enter(web)
    sessions = [
        web.send("/gazette/sign-in/handover", {"origin": ORIGIN}, headers=headers),
        web.send("/gazette/sign-out", headers=headers),
        web.send("/gazette/me/name", {"name": "Mallory"}, headers=headers),
        web.send("/gazette/sign-in", {"email": ANN}, headers=headers),
        web.send("/gazette/sign-in/renew", headers={**headers, "Authorization": "Bearer x"}),
    ]
    assert [each.status_code for each in sessions] == [403] * 5
    assert all(each.json()["code"] == "cross-site" for each in sessions)
    assert mine(web).json()["account"] == {"name": ""}


def test_no_origin_but_the_sites_own_is_handed_a_session(web: Web) -> None:
    enter(web)
    assert web.send("/gazette/sign-in/handover", {"origin": "https://evil.example"}).status_code == 403
    assert web.send("/gazette/sign-in/handover", {"origin": ""}).status_code == 403


def test_a_bearer_in_the_place_of_a_cookie_opens_nothing(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.OWNER)
    enter(web)
    token, thief = bearer(web), web.someone_else()
    thief.client.cookies.set("tertulia_account_gazette", token, domain="testserver.local", path="/")

    assert thief.get("/gazette/desk").status_code == 401
    assert thief.get("/gazette/me").status_code == 303
    assert thief.send("/gazette/sign-in/handover", {"origin": ORIGIN}).status_code == 401


def test_a_bearer_makes_no_bearers_by_itself(web: Web) -> None:
    enter(web)
    shows = {**OWN_PAGE, **JSON, "Authorization": f"Bearer {bearer(web)}"}
    refused = web.someone_else().send("/gazette/sign-in/handover", {"origin": ORIGIN}, headers=shows)

    assert (refused.status_code, refused.json()["code"]) == (401, "session-over")


def test_a_bearer_that_is_over_is_told_so(web: Web) -> None:
    shows = {**FOREIGN, "Authorization": f"Bearer {'x' * 43}"}
    for refused in (
        mine(web, shows),
        web.send("/gazette/sign-in/renew", headers=shows),
        web.send("/gazette/comments", {"url": f"{ORIGIN}/a", "name": "A", "body": "B"}, headers=shows),
        web.send("/gazette/sign-out", headers=shows),
    ):
        assert (refused.status_code, refused.json()["code"]) == (401, "session-over")
        assert refused.headers["www-authenticate"] == "Bearer"


def test_a_cookie_that_is_over_makes_a_guest_again(web: Web) -> None:
    enter(web)
    with web.make.write(SYSTEM) as unit:
        accounts.end_sessions(unit, ANN)
    posted = web.send(
        "/gazette/comments", {"url": f"{ORIGIN}/a", "name": "Ann", "body": "Hello.", "key": "k" * 20}
    )

    assert posted.status_code == 303
    page = web.follow(posted)
    assert "Hello." in said(page, "main")
    assert mine(web).json()["account"] is None


def test_an_embed_renews_and_signs_out(web: Web) -> None:
    enter(web)
    shows = {**FOREIGN, "Authorization": f"Bearer {bearer(web)}"}
    embed = web.someone_else()
    renewed = embed.send("/gazette/sign-in/renew", headers=shows)
    fresh = {**FOREIGN, "Authorization": f"Bearer {renewed.json()['token']}"}

    assert renewed.status_code == 200
    assert embed.send("/gazette/sign-in/renew", headers=shows).status_code == 401
    assert embed.send("/gazette/sign-out", headers=fresh).status_code == 204
    assert embed.send("/gazette/sign-in/renew", headers=fresh).status_code == 401
    assert mine(web).json()["account"] is None


def test_browsers_may_ask_whether_an_embed_may_show_its_bearer(web: Web) -> None:
    asked = {
        "Origin": ORIGIN,
        "Access-Control-Request-Method": "POST",
        "Access-Control-Request-Headers": "authorization, content-type",
    }
    allowed = web.client.options("/gazette/sign-in/renew", headers=asked)
    refused = web.client.options(
        "/gazette/sign-in/renew", headers={**asked, "Origin": "https://evil.example"}
    )

    assert allowed.status_code == 204
    assert "authorization" in allowed.headers["access-control-allow-headers"].lower()
    assert refused.status_code == 403


def test_where_guests_are_refused_the_composer_leads_to_the_door(web: Web) -> None:
    web.make.policy(guests=GuestPolicy.REFUSED)
    story = web.make.story("harbour")
    page = web.get(f"{web.path(story)}/write")

    assert page.status_code == 403
    (link,) = [
        each.attributes["href"]
        for each in browsing.tree(page).css("main a")
        if "sign-in" in str(each.attributes)
    ]
    enter(web)
    assert parse_qs(urlsplit(str(link)).query)["next"] == [story.url]
    assert web.get(f"{web.path(story)}/write").status_code == 200


def test_a_moderators_account_opens_the_desk(web: Web) -> None:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.MODERATOR)
    assert web.get("/gazette/desk").status_code == 401
    enter(web)
    assert web.get("/gazette/desk").status_code == 200


def test_a_reader_changes_their_name_and_ends_other_sessions(web: Web) -> None:
    other = web.someone_else()
    enter(other)
    enter(web)
    renamed = web.send("/gazette/me/name", {"name": "Ann B."})
    refused = web.send("/gazette/me/name", {"name": "  "})
    page = web.get("/gazette/me")
    ended = web.send("/gazette/me/sessions", {"session": "all"})

    assert said(web.follow(renamed), ".tt-state") == "Your name is changed. Pages show it within a minute."
    assert refused.status_code == 422
    assert len(browsing.tree(page).css(".tt-devices li")) == 2
    assert ended.status_code == 303
    assert mine(other).json()["account"] is None
    assert mine(web).json()["account"] == {"name": "Ann B."}
    assert web.send("/gazette/sign-out").status_code == 303
    assert web.get("/gazette/me").headers["location"] == f"{BASE}/gazette/sign-in"


def test_one_sees_which_sessions_come_from_elsewhere(database: str) -> None:
    # All that come in here come through the proxy on this machine.
    with browsing.opened(database, is_development=True, trusted_proxies=("127.0.0.1",)) as web:
        for where in ("192.0.2.7", "198.51.100.4"):
            browser = web.someone_else()
            browser.client.headers["x-forwarded-for"] = where
            enter(browser)
        web.client.headers["x-forwarded-for"] = "192.0.2.7"
        enter(web)
        page = web.get("/gazette/me")

    words = ("this browser", "from another network", "from the network you are on now")
    listed = [each.text() for each in browsing.tree(page).css(".tt-devices li span")]
    assert [sum(word in each for each in listed) for word in words] == [1, 1, 1]


@pytest.mark.parametrize("path", ["name", "sessions"])
def test_who_is_not_signed_in_changes_nothing(web: Web, path: str) -> None:
    refused = web.send(f"/gazette/me/{path}", {"name": "Mallory", "session": "all"})
    assert refused.status_code == 401


def test_a_server_without_mail_says_so(database: str) -> None:
    with browsing.opened(database) as web:
        assert web.get("/gazette/sign-in").status_code == 409
        assert web.send("/gazette/sign-in", {"email": ANN}).status_code == 409


def test_a_server_whose_key_anybody_could_guess_signs_nobody_in(database: str) -> None:
    guessable = f"{UNSET_SECRET}{BASE}"
    with browsing.opened(database, is_development=True, secret=guessable) as web:
        assert web.get("/gazette/sign-in").status_code == 409
        assert web.send("/gazette/sign-in", {"email": ANN}).status_code == 409
        assert web.send(f"/gazette/sign-in/{ids.encode(5)}", {"code": "1"}).status_code == 409


def test_names_are_not_changed_without_end(database: str) -> None:
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=3) as web:
        enter(web)
        statuses = [
            web.send("/gazette/me/name", {"name": f"Ann {number}"}).status_code for number in range(4)
        ]
        assert mine(web).json()["account"] == {"name": "Ann 2"}

    assert statuses == [303, 303, 303, 429]


def test_networks_that_ask_too_often_wait(database: str) -> None:
    with browsing.opened(database, is_development=True, sign_ins_per_minute_per_network=3) as web:
        statuses = [web.send("/gazette/sign-in", {"email": f"a{n}@b.example"}).status_code for n in range(4)]
        proofs = [
            web.send(f"/gazette/sign-in/{ids.encode(5)}", {"code": "1"}, headers={**OWN_PAGE, **JSON})
            for _ in range(7)
        ]

    assert statuses == [303, 303, 303, 429]
    assert [each.status_code for each in proofs] == [403] * 6 + [429]
    assert proofs[0].json()["code"] == "sign-in-over"
    assert proofs[-1].headers["retry-after"]


def test_a_reader_leaves_and_thinks_again(web: Web) -> None:
    enter(web)
    page = web.get("/gazette/me")
    asked = web.send(action_of(page, "form[action$='/me/end']"), {"ending": "remove"})
    waiting = web.follow(asked)
    back = web.send(action_of(waiting, "form:has([role=status])"))

    assert "Your account ends on" in said(waiting, "main")
    assert "Your comments go with it." in said(waiting, "main")
    assert "Your account ends on" not in said(web.follow(back), "main")
    assert web.send("/gazette/me/end", {"ending": "at once"}).status_code == 422
    assert web.someone_else().send("/gazette/me/end", {"ending": "keep"}).status_code == 401
