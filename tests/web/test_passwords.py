"""Passwords over HTTP: forms without JavaScript, one answer for known and unknown, and where guessing ends."""

import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

import pytest
from httpx2 import Response
from structlog.testing import capture_logs

from tertulia.domain import ids
from tertulia.domain.permissions import NOBODY
from tertulia.plugins.contracts import Asked, BadProof, Identity, SecretKeeper
from tertulia.testing.builders import ORIGIN
from tertulia.web import limits
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, Web, action_of, fields_of, one, said
from tests.web.test_sign_in import bearer, mail, mine

ANN = "ann@reader.example"
RIGHT, NEW = "correct horse battery staple", "ein ganz anderes Passwort"
WAYS = ("password", "email", "passkey")
ENTER = "/gazette/sign-in/password"
MY = "/gazette/me/password"


@pytest.fixture
def web(database: str) -> Iterator[Web]:
    with browsing.opened(
        database, site={"ways_in": WAYS}, is_development=True, sign_ins_per_minute_per_network=1000
    ) as opened:
        yield opened


def ask(web: Web, address: str = ANN, **fields: str) -> str:
    """Ask for a mail by which a password is chosen; give the path of the page that waits for its code."""
    page = web.get("/gazette/sign-in/password/new", params=fields)
    response = web.send(action_of(page), {**fields_of(page), "email": address})
    assert response.status_code == 303
    return str(response.headers["location"]).removeprefix(BASE)


def form_by_code(web: Web, address: str = ANN, **fields: str) -> Response:
    """Give the page on which the new password is typed."""
    waiting = ask(web, address, **fields)
    page = web.get(waiting)
    return web.send(action_of(page), {**fields_of(page), "code": mail(web, waiting).code})


def choose(web: Web, password: str = RIGHT, address: str = ANN, **fields: str) -> Response:
    """Choose a password by the mail's code as a browser without scripts does; give the answer, which leads on."""
    page = form_by_code(web, address, **fields)
    return web.send(action_of(page), {**fields_of(page), "password": password, "again": password})


def sign_in_by_mail(web: Web, address: str = ANN, **query: str) -> None:
    """Sign in as somebody who has no password need not know of any."""
    form = "form:not(:has([name=password])):has([name=email])"
    page = web.get("/gazette/sign-in", params=query)
    response = web.send(action_of(page, form), {**fields_of(page, form), "email": address})
    waiting = response.headers["location"].removeprefix(BASE)
    page = web.get(waiting)
    assert web.send(action_of(page), {**fields_of(page), "code": mail(web, waiting).code}).status_code == 303


def enter(web: Web, password: str = RIGHT, address: str = ANN, **options: Any) -> Response:
    return web.send(ENTER, {"email": address, "password": password}, **options)


def is_in(web: Web) -> bool:
    return mine(web).json()["account"] is not None


def test_without_javascript_somebody_new_chooses_a_password_and_signs_in_with_it(web: Web) -> None:
    chosen = choose(web, next=f"{ORIGIN}/harbour")
    assert one(web.follow(chosen), "main a").attributes["href"] == f"{ORIGIN}/harbour"
    assert is_in(web)
    web.send("/gazette/sign-out")
    assert not is_in(web)

    page = web.get("/gazette/sign-in", params={"next": f"{ORIGIN}/harbour"})
    form = "form:has([name=password])"
    entered = web.send(
        action_of(page, form), {**fields_of(page, form), "email": " Ann@Reader.EXAMPLE ", "password": RIGHT}
    )

    assert one(web.follow(entered), "main a").attributes["href"] == f"{ORIGIN}/harbour"
    assert is_in(web)


def test_fields_are_what_password_managers_and_pasting_need(web: Web) -> None:
    page, choosing = web.get("/gazette/sign-in"), form_by_code(web)

    told = one(page, "[name=password]").attributes
    assert (told["type"], told["autocomplete"]) == ("password", "current-password")
    assert one(page, "form:has([name=password]) [type=email]").attributes["autocomplete"] == "username"
    for name in ("password", "again"):
        told = one(choosing, f"[name={name}]").attributes
        assert (told["type"], told["autocomplete"]) == ("password", "new-password")
    assert one(choosing, "[type=email]").attributes["value"] == ANN
    for each in browsing.tree(choosing).css("[type=password]"):
        assert {"maxlength", "pattern", "onpaste", "value"}.isdisjoint(each.attributes)


def test_a_link_shows_the_form_only_where_it_was_asked_for(web: Web) -> None:
    waiting = ask(web)
    link = f"{urlsplit(waiting).path}/open?token={mail(web, waiting).token}"

    elsewhere = web.someone_else().get(link)
    page = web.get(link)
    chosen = web.send(action_of(page), {**fields_of(page), "password": RIGHT, "again": RIGHT})

    assert elsewhere.status_code == 403
    assert ANN not in elsewhere.text
    assert chosen.status_code == 303
    assert is_in(web)
    assert web.get(link).status_code == 403


def test_a_forgotten_password_is_chosen_anew_and_other_browsers_are_signed_out(web: Web) -> None:
    other = web.someone_else()
    choose(other)
    assert is_in(other)

    choose(web, NEW)

    assert (is_in(other), is_in(web)) == (False, True)
    assert enter(other).status_code == 403
    assert enter(other, NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "word"),
    [
        ({"password": "short"}, "at least 8"),
        ({"password": "x" * 257}, "at most 256"),
        ({"password": "Password1"}, "Many people"),
        ({"password": "Ann Reader Example 1"}, "your name or address"),
        ({"password": RIGHT, "again": NEW}, "two different"),
        ({}, "at least 8"),
    ],
)
def test_what_is_wrong_with_a_password_is_said_and_the_mail_stays_good(
    web: Web, fields: dict[str, str], word: str
) -> None:
    page = form_by_code(web, embed=ORIGIN)
    refused = web.send(action_of(page), {**fields_of(page), "again": fields.get("password", ""), **fields})

    assert refused.status_code == 422
    assert word in said(refused, ".tt-state")
    assert not fields or fields["password"] not in refused.text
    assert not is_in(web)
    again = web.send(action_of(refused), {**fields_of(refused), "password": RIGHT, "again": RIGHT})
    assert again.headers["location"].startswith(f"{BASE}/gazette/sign-in/handover")


def test_a_wrong_code_is_said_and_the_form_stays(web: Web) -> None:
    waiting = ask(web, next=f"{ORIGIN}/harbour")
    page = web.get(waiting)
    refused = web.send(action_of(page), {**fields_of(page), "code": "00000000"})

    assert refused.status_code == 403
    assert "not the code" in said(refused, ".tt-state")
    assert fields_of(refused)["next"] == f"{ORIGIN}/harbour"


@dataclass
class Counting:
    """The true keeper of passwords, which notes what it compares."""

    true: SecretKeeper
    asked: list[Asked] = field(default_factory=list)
    refuses: str = ""
    meanwhile: Callable[[], None] = lambda: None
    written: int = 0

    def _wait(self) -> None:
        other = threading.Thread(target=self.meanwhile)
        other.start()
        other.join(20)
        assert not other.is_alive(), "nobody else could write"
        self.written += 1

    def finish(self, asked: Asked, answer: dict[str, str]) -> Identity:
        self.asked.append(asked)
        self._wait()
        if self.refuses:
            raise BadProof(self.refuses)
        return self.true.finish(asked, answer)

    def keep(self, secret: str) -> Mapping[str, str]:
        self._wait()
        return self.true.keep(secret)


def watched(web: Web) -> Counting:
    counting = Counting(web.parts.passwords)
    object.__setattr__(web.parts, "passwords", counting)
    return counting


def test_known_and_unknown_addresses_are_answered_alike_and_after_the_same_work(web: Web) -> None:
    choose(web)
    other, counting = web.someone_else(), watched(web)

    pages = [enter(other, "wrong password", each) for each in (ANN, "nobody@reader.example")]
    asked = [other.get(ask(other, each)) for each in (ANN, "nobody@reader.example")]

    known, unknown = (page.text.replace("nobody@", "ann@") for page in pages)
    assert known == unknown
    assert {page.status_code for page in pages} == {403}
    assert "do not belong together" in said(pages[0], ".tt-state[data-state]")
    assert [each.address for each in counting.asked] == [ANN, "nobody@reader.example"]
    assert said(asked[0], "main") == said(asked[1], "main")


def test_an_account_without_a_password_is_refused_like_a_wrong_one(web: Web) -> None:
    assert enter(web, "").status_code == 403
    assert enter(web).status_code == 403
    assert enter(web, address="ann at reader").status_code == 422
    assert web.send(ENTER, {}, headers={**OWN_PAGE, **JSON}).json()["code"] == "bad-address"
    assert not is_in(web)


def test_guesses_at_an_address_end_but_not_the_way_by_mail(web: Web) -> None:
    choose(web)
    thief, counting = web.someone_else(), watched(web)
    wrong = [enter(thief, f"guess number {number}") for number in range(limits.GUESSES_AN_HOUR)]
    late = enter(thief)
    unknown = [enter(thief, address="nobody@reader.example") for _ in range(limits.GUESSES_AN_HOUR + 1)]

    assert {each.status_code for each in wrong} == {403}
    assert (late.status_code, unknown[-1].status_code) == (429, 429)
    assert late.text.replace("ann@", "nobody@") == unknown[-1].text
    assert 0 < int(late.headers["retry-after"]) <= 3600
    assert len(counting.asked) == 2 * limits.GUESSES_AN_HOUR
    assert enter(thief, address="bob@reader.example").status_code == 403
    assert choose(web, NEW).status_code == 303
    assert enter(thief, NEW).status_code == 303


def test_a_right_password_begins_the_count_anew(web: Web) -> None:
    choose(web)
    for _ in range(2):
        for number in range(limits.GUESSES_AN_HOUR - 1):
            assert enter(web, f"guess number {number}").status_code == 403
        assert enter(web).status_code == 303


def test_a_network_that_guesses_at_many_addresses_waits(database: str) -> None:
    with browsing.opened(
        database, site={"ways_in": WAYS}, is_development=True, sign_ins_per_minute_per_network=3
    ) as web:
        statuses = [enter(web, address=f"a{number}@b.example").status_code for number in range(4)]
    assert statuses == [403, 403, 403, 429]


def test_guesses_are_counted_while_valkey_is_away(database: str) -> None:
    with browsing.opened(
        database, site={"ways_in": WAYS}, is_development=True, valkey="valkey://127.0.0.1:1"
    ) as web:
        statuses = [enter(web).status_code for _ in range(limits.GUESSES_AN_HOUR + 1)]
    assert statuses == [403] * limits.GUESSES_AN_HOUR + [429]


def test_who_finds_all_turns_taken_comes_back(web: Web) -> None:
    choose(web)
    watched(web).refuses = "busy"
    refused = enter(web.someone_else())

    assert refused.status_code == 429
    assert refused.headers["retry-after"] == "2"


def test_nobody_waits_for_a_password_that_is_compared_or_hashed(web: Web) -> None:
    choose(web)
    counting = watched(web)

    def write() -> None:
        with web.make.write(NOBODY):
            pass

    # Whoever hashes does so only when somebody else has written meanwhile.
    counting.meanwhile = write
    assert enter(web.someone_else()).status_code == 303
    assert web.send(MY, {"old": RIGHT, "password": NEW}).status_code == 303
    assert choose(web, RIGHT).status_code == 303
    assert counting.written == 4


def test_what_happens_is_logged_without_the_person(web: Web) -> None:
    choose(web)
    with capture_logs() as logged:
        enter(web, "wrong password")
        enter(web, "wrong password", "nobody@reader.example")
        web.send(MY, {"old": "wrong password", "password": NEW})
        enter(web)

    tried = [line for line in logged if line["event"] in ("sign_in.done", "access.refused")]
    assert [line.get("way") or line["reason"] for line in tried] == ["wrong-password", "password"]
    refused = [line for line in logged if line["event"] == "sign_in.refused"]
    assert [(line["way"], line["site"], line["reason"]) for line in refused] == [
        ("password", "gazette", "wrong-password")
    ] * 2
    assert "reader.example" not in str(logged)
    assert "wrong password" not in str(logged)


def test_one_s_password_is_set_changed_and_removed(web: Web) -> None:
    choose(web)
    other = web.someone_else()
    enter(other)
    page = web.get("/gazette/me")
    form = "form:has([autocomplete=new-password])"
    sent = {**fields_of(page, form), "old": RIGHT, "password": NEW, "again": NEW}

    changed = web.send(action_of(page, form), sent)

    assert "Your password is saved" in said(web.follow(changed), ".tt-state")
    assert (is_in(web), is_in(other)) == (True, False)
    assert enter(other).status_code == 403
    assert enter(other, NEW).status_code == 303
    wrong = web.send(f"{MY}/remove", {"old": RIGHT})
    assert wrong.status_code == 403
    removed = web.send(action_of(page, "form[action$=remove]:has([name=old])"), {"old": NEW})
    assert "Your password is removed" in said(web.follow(removed), ".tt-state")
    assert (is_in(web), is_in(other)) == (True, False)
    assert enter(other, NEW).status_code == 403
    assert web.send(f"{MY}/remove", {"old": NEW}).status_code == 404
    first = web.send(MY, {"password": RIGHT})
    assert first.status_code == 303
    assert enter(other).status_code == 303


def test_a_first_password_needs_a_fresh_proof_and_a_change_the_old_one(web: Web) -> None:
    sign_in_by_mail(web)
    web.clock.advance(timedelta(minutes=16))
    led = web.send(MY, {"password": RIGHT})

    assert led.status_code == 303
    assert led.headers["location"].startswith(f"{BASE}/gazette/sign-in?again=1")
    sign_in_by_mail(web, ANN, again="1")
    assert "done=password" in web.send(MY, {"password": RIGHT}).headers["location"]
    web.clock.advance(timedelta(minutes=16))
    page = web.get("/gazette/sign-in", params={"again": "1"})
    form = "form:has([name=password])"
    assert fields_of(page, form)["email"] == ANN
    web.send(action_of(page, form), {**fields_of(page, form), "password": RIGHT})
    assert "done=password" in web.send(MY, {"old": RIGHT, "password": NEW}).headers["location"]


@pytest.mark.parametrize(
    ("fields", "status", "word"),
    [
        ({"old": "wrong password", "password": NEW}, 403, "do not belong together"),
        ({"password": NEW}, 403, "do not belong together"),
        ({"old": RIGHT, "password": "short"}, 422, "at least 8"),
        ({"old": RIGHT, "password": NEW, "again": RIGHT}, 422, "two different"),
        ({"old": RIGHT, "password": "gazette 2026"}, 422, "name of this site"),
    ],
)
def test_a_change_that_is_refused_changes_nothing(
    web: Web, fields: dict[str, str], status: int, word: str
) -> None:
    choose(web)
    other = web.someone_else()
    enter(other)

    refused = web.send(MY, fields)

    assert refused.status_code == status
    assert word in said(refused, ".tt-me > .tt-state")
    assert is_in(other)
    assert enter(web).status_code == 303


def test_a_stolen_session_cannot_try_out_the_old_password(web: Web) -> None:
    choose(web)
    statuses = [
        web.send(MY, {"old": f"guess number {number}", "password": NEW}).status_code for number in range(11)
    ]
    assert statuses == [403] * 10 + [429]


@pytest.mark.parametrize("path", [MY, f"{MY}/remove"])
def test_a_bearer_and_a_stranger_change_nothing(web: Web, path: str) -> None:
    choose(web)
    token = bearer(web)
    embedded = web.someone_else().send(
        path, {"old": RIGHT, "password": NEW}, headers={**JSON, "Authorization": f"Bearer {token}"}
    )

    assert embedded.status_code == 401
    assert web.someone_else().send(path, {"old": RIGHT, "password": NEW}).status_code == 401
    assert enter(web).status_code == 303


@pytest.mark.parametrize(
    "path",
    [
        ENTER,
        "/gazette/sign-in/password/new",
        f"/gazette/sign-in/password/{ids.encode(5)}",
        f"/gazette/sign-in/password/{ids.encode(5)}/save",
        MY,
        f"{MY}/remove",
    ],
)
def test_foreign_pages_send_nothing(web: Web, path: str) -> None:
    foreign = {"Origin": "https://evil.example", "Sec-Fetch-Site": "cross-site"}
    assert web.send(path, {"email": ANN, "password": RIGHT}, headers=foreign).status_code == 403


def test_the_page_shows_what_the_policy_offers_and_its_order(web: Web) -> None:
    def kinds() -> list[str]:
        forms = browsing.tree(web.get("/gazette/sign-in")).css("main form")
        return [str(each.attributes["action"]).rpartition("/")[2] for each in forms]

    assert kinds() == ["password", "sign-in"]
    web.make.policy(ways_in=("email", "password"))
    assert kinds() == ["sign-in", "password"]
    web.make.policy(ways_in=("password",))
    assert kinds() == ["password"]
    assert "forgot" in said(web.get("/gazette/sign-in"), "main")


def test_a_way_that_the_policy_does_not_offer_is_closed(web: Web) -> None:
    choose(web)
    waiting = ask(web)
    token = mail(web, waiting).token
    path = urlsplit(waiting).path
    web.make.policy(ways_in=("email",))

    for refused in (
        enter(web, headers={**OWN_PAGE, **JSON}),
        web.get("/gazette/sign-in/password/new", headers=JSON),
        web.get(f"{path}/open?token={token}", headers=JSON),
        *(
            web.send(each, {"email": ANN, "token": token, "password": NEW}, headers={**OWN_PAGE, **JSON})
            for each in ("/gazette/sign-in/password/new", path, f"{path}/save", MY)
        ),
        web.send("/gazette/sign-in/passkey/options", headers={**OWN_PAGE, **JSON}),
    ):
        assert refused.status_code in (404, 409), refused.text
        assert refused.json()["code"] in ("way-not-offered", "passkeys-not-set-up")
    assert [*browsing.tree(web.get("/gazette/me")).css("#password")] != []
    assert web.send(f"{MY}/remove", {"old": RIGHT}).status_code == 303


def test_without_the_way_by_mail_its_door_is_closed(web: Web) -> None:
    web.make.policy(ways_in=("password",))
    refused = web.send("/gazette/sign-in", {"email": ANN}, headers={**OWN_PAGE, **JSON})

    assert (refused.status_code, refused.json()["code"]) == (404, "way-not-offered")
    page = web.send("/gazette/sign-in", {"email": ANN})
    assert page.status_code == 404
    assert "does not offer" in page.text


def test_without_a_mail_server_the_way_by_mail_is_left_out(database: str) -> None:
    with browsing.opened(database, site={"ways_in": WAYS}) as web:
        page = web.get("/gazette/sign-in")
        shown = [each.attributes["action"] for each in browsing.tree(page).css("main form")]
        choosing = web.get("/gazette/sign-in/password/new")

        assert shown == [f"{BASE}/gazette/sign-in/password"]
        assert "forgot" not in said(page, "main")
        assert enter(web).status_code == 403
        assert choosing.status_code == 409
        web.make.policy(ways_in=("email",))
        assert web.get("/gazette/sign-in").status_code == 409


def test_where_no_password_is_offered_nothing_speaks_of_one(web: Web) -> None:
    web.make.policy(ways_in=("email",))
    assert "assword" not in web.get("/gazette/sign-in").text


@pytest.mark.parametrize("strange", ["\0", "%", "é" * 255, "x" * 60_000, "🦉" * 400, "../..", "\r\nX: y"])
def test_strange_passwords_addresses_and_tokens_are_answered(web: Web, strange: str) -> None:
    waiting = urlsplit(ask(web)).path
    for path in (ENTER, "/gazette/sign-in/password/new", waiting, f"{waiting}/save", MY, f"{MY}/remove"):
        for name in ("email", "password", "token", "code", "old", "again"):
            fields = {"email": ANN, "password": RIGHT, name: strange}
            assert web.send(path, fields).status_code < 500, (path, name)
    assert web.get(f"{waiting}/open", params={"token": strange[:2000]}).status_code == 403
    for path in ("x", ids.encode(5), "new"):
        assert web.send(f"/gazette/sign-in/password/{path}/save", {"password": RIGHT}).status_code < 500
    assert not is_in(web)
