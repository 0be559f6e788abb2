"""Passkeys over HTTP: adding and removing one, signing in with it, and who is turned away."""

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from httpx2 import Response

from tertulia.domain.passkeys import MOST
from tertulia.settings import UNSET_SECRET
from tertulia.testing.builders import ORIGIN
from tests.authenticator import Device
from tests.web import browsing
from tests.web.browsing import JSON, OWN_PAGE, Web, one, said, tree
from tests.web.test_sign_in import ANN, EVIL, bearer, enter, mine

HERE = "https://comments.example"
OWN = {**JSON, "Origin": HERE, "Sec-Fetch-Site": "same-origin"}
OPTIONS, USED = "/gazette/sign-in/passkey/options", "/gazette/sign-in/passkey"
MAKING, MADE, REMOVE = "/gazette/me/passkeys/options", "/gazette/me/passkeys", "/gazette/me/passkeys/remove"


@pytest.fixture
def web(database: str, monkeypatch: pytest.MonkeyPatch):
    """A site under an address for which browsers keep passkeys."""
    monkeypatch.setattr(browsing, "BASE", HERE)
    monkeypatch.setitem(OWN_PAGE, "Origin", HERE)
    with browsing.opened(
        database, is_development=True, base_url=HERE, sign_ins_per_minute_per_network=1000
    ) as opened:
        yield opened


@pytest.fixture
def device() -> Device:
    return Device(origin=HERE)


def post(web: Web, path: str, content: Any = None, headers: dict[str, str] = OWN) -> Response:
    return web.client.post(path, json=content or {}, headers=headers, follow_redirects=False)


def add(web: Web, device: Device, name: str = "Phone") -> Response:
    """Add a passkey to the account of a signed-in browser."""
    asked = post(web, MAKING)
    assert asked.status_code == 200, asked.text
    return post(web, MADE, {"credential": device.make(asked.text), "name": name})


def use(web: Web, device: Device, **fields: str) -> Response:
    """Sign a browser in with a passkey."""
    asked = post(web, OPTIONS)
    assert asked.status_code == 200, asked.text
    return post(web, USED, {"credential": device.use(asked.text), **fields})


def is_in(web: Web) -> bool:
    return mine(web).json()["account"] is not None


def sign_in_by_mail(web: Web, address: str = ANN) -> None:
    path = enter(web, address).headers["location"]
    assert path == f"{HERE}/gazette/me"


def test_a_reader_adds_a_passkey_signs_in_with_it_elsewhere_and_removes_it(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    added = add(web, device)
    assert added.json() == {"lead": f"{HERE}/gazette/me?done=passkey#passkeys"}
    page = web.get("/gazette/me?done=passkey")
    assert "sign in with this passkey" in said(page, ".tt-state")
    assert "Phone" in said(page, f"form[action='{HERE}{REMOVE}']")

    other = web.someone_else()
    used = use(other, device)
    assert used.json() == {"lead": f"{HERE}/gazette/me"}
    assert is_in(other)
    assert ANN in said(other.get("/gazette/me"), "main")

    fields = browsing.fields_of(page, f"form[action='{HERE}{REMOVE}']")
    assert web.send(REMOVE, fields).headers["location"] == f"{HERE}/gazette/me#passkeys"
    assert not tree(web.get("/gazette/me")).css(f"form[action='{HERE}{REMOVE}']")
    third = web.someone_else()
    assert use(third, device).status_code == 403
    assert not is_in(third)


def test_without_a_script_nothing_is_offered_that_does_not_work(web: Web) -> None:
    page = web.get("/gazette/sign-in")
    assert "hidden" in one(page, "form[data-passkey=sign-in]").attributes
    sign_in_by_mail(web)
    page = web.get("/gazette/me")
    assert "hidden" in one(page, "form[data-passkey=add]").attributes


def test_the_way_leads_on_to_the_embed_s_hand_over_or_the_story(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device)

    embedded = urlsplit(use(web.someone_else(), device, embed=ORIGIN).json()["lead"])
    assert (embedded.path, parse_qs(embedded.query)) == ("/gazette/sign-in/handover", {"embed": [ORIGIN]})
    onward = urlsplit(use(web.someone_else(), device, next=f"{ORIGIN}/harbour").json()["lead"])
    assert (onward.path, parse_qs(onward.query)) == ("/gazette/sign-in/done", {"next": [f"{ORIGIN}/harbour"]})
    for evil in ({"embed": "https://evil.example"}, {"next": "https://evil.example/"}):
        assert use(web.someone_else(), device, **evil).json()["lead"] == f"{HERE}/gazette/me"


def test_who_signs_in_by_passkey_hands_over_to_an_embed(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device)
    other = web.someone_else()
    use(other, device, embed=ORIGIN)

    assert bearer(other)


def test_an_answer_is_refused_the_second_time_and_in_another_browser(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device)
    first, second = web.someone_else(), web.someone_else()
    answer = {"credential": device.use(post(first, OPTIONS).text)}
    post(second, OPTIONS)

    refused = post(second, USED, answer)
    assert (refused.status_code, refused.json()["code"]) == (403, "bad-passkey")
    assert post(web.someone_else(), USED, answer).status_code == 403
    assert post(first, USED, answer).status_code == 200
    assert post(first, USED, answer).status_code == 403
    assert not is_in(second)


def test_a_challenge_is_bound_to_the_session_that_asked_to_add(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    eve = web.someone_else()
    sign_in_by_mail(eve, "eve@reader.example")
    made = device.make(post(web, MAKING).text)

    assert post(eve, MADE, {"credential": made, "name": "Mine"}).json()["code"] == "bad-passkey"


def test_the_cookie_of_a_browser_that_asks_is_kept_from_scripts(web: Web) -> None:
    (cookie,) = post(web, OPTIONS).headers.get_list("set-cookie")

    assert cookie.startswith("__Host-tertulia_asked_gazette=")
    assert {"HttpOnly", "Secure", "SameSite=lax", "Path=/"} <= {part.strip() for part in cookie.split(";")}


def test_a_session_is_new_at_each_sign_in(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device)
    cookies = [
        each for _ in range(2) for each in use(web.someone_else(), device).headers.get_list("set-cookie")
    ]
    sessions = [each.partition(";")[0] for each in cookies if "tertulia_account" in each]

    assert len(set(sessions)) == 2
    assert all(each.startswith("__Host-") for each in sessions)


def test_nobody_is_told_which_passkeys_there_are(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device)
    unknown, forged = Device(origin=HERE), Device(origin=HERE)
    unknown.make(post(web, MAKING).text)
    forged.keys = {next(iter(device.keys)): next(iter(unknown.keys.values()))}
    answers = [use(web.someone_else(), each).json() for each in (unknown, forged)]

    assert answers[0]["code"] == answers[1]["code"] == "bad-passkey"
    assert answers[0]["detail"] == answers[1]["detail"]


@pytest.mark.parametrize("path", [OPTIONS, USED, MAKING, MADE, REMOVE])
def test_foreign_pages_ask_for_nothing(web: Web, path: str) -> None:
    sign_in_by_mail(web)

    for headers in (EVIL, {**EVIL, "Origin": ORIGIN}, {**OWN, "Sec-Fetch-Site": "same-site"}):
        assert post(web, path, headers=headers).json()["code"] == "cross-site"


@pytest.mark.parametrize("path", [MAKING, MADE, REMOVE])
def test_a_bearer_of_an_embed_adds_and_removes_nothing(web: Web, path: str) -> None:
    sign_in_by_mail(web)
    shown = {**JSON, "Authorization": f"Bearer {bearer(web)}"}
    other = web.someone_else()

    for headers in ({**shown, "Origin": ORIGIN, "Sec-Fetch-Site": "cross-site"}, {**OWN, **shown}):
        refused = post(other, path, {"passkey": "0000000000001"}, headers=headers)
        assert (refused.status_code, refused.json()["code"]) == (401, "session-over")


@pytest.mark.parametrize("path", [MAKING, MADE, REMOVE])
def test_who_is_not_signed_in_has_no_passkeys(web: Web, path: str) -> None:
    web.client.cookies.set("__Host-tertulia_account_gazette", "x" * 43, domain="comments.example", path="/")

    assert post(web, path).status_code == 401


def test_the_list_ends_at_twenty(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    for number in range(MOST):
        add(web, device, f"Device {number}")

    refused = post(web, MAKING)
    assert (refused.status_code, refused.json()["code"]) == (409, "too-many-passkeys")
    assert not tree(web.get("/gazette/me")).css("form[data-passkey=add]")


@pytest.mark.parametrize(
    "content", [[], {"credential": []}, {"credential": 1}, {"credential": {"id": {}}}, {"credential": {"response": 1}}]
)  # fmt: skip
def test_what_is_no_answer_of_a_device_is_refused(web: Web, content: Any) -> None:
    sign_in_by_mail(web)

    for path in (USED, MADE):
        assert post(web, path, content).status_code in (400, 403)


def test_names_of_passkeys_are_shown_as_text(web: Web, device: Device) -> None:
    sign_in_by_mail(web)
    add(web, device, "<b>Phone</b>")

    assert "&lt;b&gt;Phone" in web.get("/gazette/me").text


def test_tries_are_limited_by_network(database: str) -> None:
    with browsing.opened(
        database, is_development=True, base_url=HERE, sign_ins_per_minute_per_network=1
    ) as web:
        codes = [post(web, OPTIONS).status_code for _ in range(4)]

    assert codes[-1] == 429


@pytest.mark.parametrize(
    "settings", [{"base_url": HERE, "secret": f"{UNSET_SECRET}x"}, {"base_url": "http://192.0.2.1"}]
)
def test_without_a_key_or_a_name_there_are_no_passkeys(database: str, settings: dict[str, str]) -> None:
    own = {**OWN, "Origin": settings["base_url"]}
    with browsing.opened(database, is_development=True, **settings) as web:
        refused = post(web, OPTIONS, headers=own)

        assert (refused.status_code, refused.json()["code"]) == (409, "passkeys-not-set-up")
        assert "data-passkey" not in web.get("/gazette/sign-in").text
