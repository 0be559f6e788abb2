"""Signing in at a provider over HTTP: there and back, into which account, what is connected, who is turned away."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from httpx2 import Response
from sqlalchemy import func, select, update

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import SYSTEM
from tertulia.services import accounts, retention
from tertulia.settings import UNSET_SECRET, Provider
from tertulia.store import schema
from tertulia.testing.builders import ORIGIN
from tests import provider as providers
from tests.provider import DESCRIPTION, PERSON, TOKEN, answers
from tests.publication import signer
from tests.web import browsing
from tests.web.browsing import BASE, JSON, OWN_PAGE, SECRET, Web, fields_of, one, said, tree
from tests.web.test_sign_in import bearer, enter, mine

NORA = PERSON["email"]
BEGIN, BACK = "/gazette/sign-in/with/home", "/gazette/sign-in/with/home/back"
FORM = f"form[action^='{BASE}{BEGIN}']"
REMOVE = "/gazette/me/connected/remove"
REMOVAL = f"form[action='{BASE}{REMOVE}']"
CONNECT = f"{FORM}:has(input[name=connect])"
ELSEWHERE = {"Origin": "https://id.example", "Sec-Fetch-Site": "cross-site"}


@pytest.fixture
def op() -> Iterator[providers.Provider]:
    with providers.serving() as opened:
        yield opened


@contextmanager
def offering(
    database: str, op: providers.Provider, settings: dict[str, Any] | None = None, **fields: Any
) -> Iterator[Web]:
    """Open a site whose readers may sign in at a provider."""
    table = Provider(**{"label": "Home <b>&", "trusts_addresses": True, **op.settings(), **fields})
    options = {"is_development": True, "sign_ins_per_minute_per_network": 1000, **(settings or {})}
    with browsing.opened(database, providers={"gazette": {"home": table}}, **options) as opened:
        opened.make.policy(ways_in="home,email")
        op.now = lambda: int(opened.clock().timestamp())
        yield opened


@pytest.fixture
def web(database: str, op: providers.Provider) -> Iterator[Web]:
    with offering(database, op) as opened:
        yield opened


@pytest.fixture
def here(sqlite_database: str, op: providers.Provider) -> Iterator[Web]:
    """For what no database makes a difference to."""
    with offering(sqlite_database, op) as opened:
        yield opened


def leave(web: Web, **asked: str) -> str:
    """Press the provider's button; give where that leads."""
    page = web.get("/gazette/sign-in", params=asked)
    return go_to(web.send(BEGIN, fields_of(page, FORM)))


def go_to(leaving: Response) -> str:
    assert leaving.status_code == 200, leaving.text
    where = str(one(leaving, "main a").attributes["href"])
    assert one(leaving, "meta[http-equiv=refresh]").attributes["content"] == f"0; url={where}"
    return where


def arrive(web: Web, told: dict[str, str]) -> Response:
    return web.get(f"{BACK}?{urlencode(told)}")


def sign_in(web: Web, op: providers.Provider, **asked: str) -> Response:
    return arrive(web, op.approve(leave(web, **asked)))


def connect(web: Web, op: providers.Provider) -> Response:
    return arrive(web, op.approve(go_to(web.send(BEGIN, fields_of(web.get("/gazette/me"), CONNECT)))))


def refused(response: Response, code: str, status: int = 403) -> Response:
    assert (response.status_code, said(response, "main code")) == (status, code), response.text
    return response


def is_in(web: Web) -> bool:
    return mine(web).json()["account"] is not None


def count(web: Web, table: Any) -> int:
    with web.make.read() as unit:
        return int(unit.db.execute(select(func.count()).select_from(table)).scalar_one())


def give_role(web: Web, role: Role) -> None:
    with web.make.write(SYSTEM) as unit:
        accounts.set_role(unit, NORA, role)


def test_a_reader_signs_in_without_javascript_and_comes_again(web: Web, op: providers.Provider) -> None:
    page = web.get("/gazette/sign-in")
    assert said(page, f"{FORM} button") == "Sign in with Home <b>&"

    entered = sign_in(web, op)
    assert entered.status_code == 303
    assert entered.headers["location"] == f"{BASE}/gazette/me"
    assert mine(web).json()["account"] == {"name": "Nora Lind"}
    me = web.follow(entered)
    assert f"Signed in as {NORA}" in said(me, "main")
    assert NORA in said(me, REMOVAL)

    other = web.someone_else()
    assert sign_in(other, op).status_code == 303
    assert mine(other).json()["account"] == {"name": "Nora Lind"}
    assert (count(web, schema.account), count(web, schema.identity)) == (1, 1)


def test_the_way_leads_on_to_the_embed_or_the_story_and_nowhere_else(
    here: Web, op: providers.Provider
) -> None:
    embedded = sign_in(here.someone_else(), op, embed=ORIGIN).headers["location"]
    assert embedded == f"{BASE}/gazette/sign-in/handover?embed={ORIGIN}"
    story = sign_in(here.someone_else(), op, next=f"{ORIGIN}/harbour").headers["location"]
    assert story == f"{BASE}/gazette/sign-in/done?next={ORIGIN}/harbour"
    for evil in ({"embed": "https://evil.example"}, {"next": "https://evil.example/"}, {"next": "//evil"}):
        assert sign_in(here.someone_else(), op, **evil).headers["location"] == f"{BASE}/gazette/me"
    other = here.someone_else()
    told = op.approve(leave(other))
    response = arrive(
        other, {**told, "next": "https://evil.example/", "redirect_uri": "https://evil.example"}
    )
    assert response.headers["location"] == f"{BASE}/gazette/me"


def test_who_came_by_a_provider_hands_over_to_an_embed(here: Web, op: providers.Provider) -> None:
    sign_in(here, op, embed=ORIGIN)

    assert bearer(here)


def test_the_language_comes_along(here: Web, op: providers.Provider) -> None:
    assert sign_in(here, op, lang="de").headers["location"] == f"{BASE}/gazette/me?lang=de"


def test_a_session_is_new_and_what_a_guest_wrote_comes_along(here: Web, op: providers.Provider) -> None:
    here.client.cookies.set("tertulia_guest_gazette", SECRET, domain="testserver.local", path="/")
    story = here.make.story("harbour")
    here.send(f"{here.path(story)}/comments", {"name": "Nora", "body": "As a guest.", "key": "k" * 20})

    entered = sign_in(here, op)

    assert "tertulia_account_gazette" in entered.headers["set-cookie"]
    assert mine(here).json()["account"] == {"name": "Nora"}


def test_an_answer_counts_once_in_the_browser_that_asked_and_for_ten_minutes(
    web: Web, op: providers.Provider
) -> None:
    told = op.approve(leave(web))
    refused(arrive(web.someone_else(), told), "attempt-over")
    assert arrive(web, told).status_code == 303
    web.send("/gazette/sign-out")
    refused(arrive(web, told), "attempt-over")
    assert not is_in(web)

    late = op.approve(leave(web))
    web.clock.advance(timedelta(minutes=10))
    refused(arrive(web, late), "attempt-over")
    assert count(web, schema.attempt) == 2
    web.clock.advance(timedelta(seconds=1))
    retention.forget_sessions(web.make.units)
    assert count(web, schema.attempt) == 0


def test_a_strangers_answer_signs_nobody_into_the_strangers_account(
    here: Web, op: providers.Provider
) -> None:
    stranger, reader = here.someone_else(), here
    told = op.approve(leave(stranger))
    op.person = {"sub": "7", "name": "Reader"}
    own = op.approve(leave(reader))

    refused(arrive(reader, told), "attempt-over")
    op.asked.clear()
    refused(arrive(reader, {**own, "code": told["code"]}), "provider-refused")
    assert op.asked == [TOKEN]
    assert not is_in(reader)
    assert count(here, schema.account) == 0


@pytest.mark.parametrize(
    "told",
    [
        {},
        {"state": ""},
        {"state": "x", "code": "x"},
        {"state": "0123456789abc.x", "code": "x"},
        {"state": "\0", "code": "\0"},
        {"state": "é" * 3000, "code": "é"},
        {"error": "access_denied"},
        {"code": "x" * 5000},
    ],
)
def test_what_belongs_to_no_attempt_is_refused(here: Web, told: dict[str, str]) -> None:
    page = refused(arrive(here, told), "attempt-over")

    assert one(page, "main a").attributes["href"] == f"{BASE}/gazette/sign-in"


def test_another_state_than_this_attempts_is_refused(here: Web, op: providers.Provider) -> None:
    told = op.approve(leave(here))

    refused(arrive(here, {**told, "state": f"{told['state'][:14]}x"}), "attempt-over")
    assert not is_in(here)


@pytest.mark.parametrize(
    ("error", "code", "status"),
    [
        ("access_denied", "sign-in-declined", 403),
        ("temporarily_unavailable", "provider-away", 409),
        ("<script>alert(1)</script>", "provider-refused", 403),
    ],
)
def test_who_comes_back_with_an_error_reads_why_and_may_go_on(
    here: Web, op: providers.Provider, error: str, code: str, status: int
) -> None:
    op.error = error
    page = refused(sign_in(here, op, embed=ORIGIN), code, status)

    assert one(page, "main a").attributes["href"] == f"{BASE}/gazette/sign-in?embed={ORIGIN}"
    assert "<script>alert" not in page.text
    assert "<b>no</b>" not in page.text
    assert not is_in(here)


def test_a_program_gets_a_problem_document(here: Web, op: providers.Provider) -> None:
    op.error = "invalid_scope"
    told = op.approve(leave(here))
    problem = here.get(f"{BACK}?{urlencode(told)}", headers=JSON)

    assert (problem.status_code, problem.json()["code"]) == (403, "provider-refused")
    assert problem.json()["parameters"] == {"provider": "Home <b>&", "reason": "provider-refused"}


def test_a_provider_that_is_away_is_said_at_once(here: Web, op: providers.Provider) -> None:
    op.strange[DESCRIPTION] = answers(b"", 500)
    page = here.send(BEGIN, fields_of(here.get("/gazette/sign-in"), FORM))

    refused(page, "provider-away", 409)


@pytest.mark.parametrize("claims", [{"nonce": "x"}, {"aud": "x"}, {"exp": 1}, {"iss": "x"}])
def test_a_token_that_is_not_about_this_signs_nobody_in(
    here: Web, op: providers.Provider, claims: dict[str, Any]
) -> None:
    op.claims = claims

    refused(sign_in(here, op), "provider-refused")
    assert (is_in(here), count(here, schema.account)) == (False, 0)


def test_a_new_key_is_found(here: Web, op: providers.Provider) -> None:
    sign_in(here.someone_else(), op)
    op.rotate(signer("RS256", "summer"))
    refused(sign_in(here, op), "provider-refused")
    here.clock.advance(timedelta(minutes=1))

    assert sign_in(here, op).status_code == 303


def test_a_proven_address_finds_the_account_that_came_by_mail(web: Web, op: providers.Provider) -> None:
    enter(web, NORA)
    web.send("/gazette/sign-out")

    sign_in(web, op)
    assert count(web, schema.account) == 1
    assert NORA in said(web.get("/gazette/me"), "main")


@pytest.mark.parametrize(
    ("fields", "verified"), [({"trusts_addresses": False}, True), ({}, False), ({}, "true"), ({}, None)]
)
def test_an_address_that_is_not_proven_finds_nothing(
    sqlite_database: str, op: providers.Provider, fields: dict[str, Any], verified: object
) -> None:
    op.person["email_verified"] = verified
    with offering(sqlite_database, op, **fields) as web:
        enter(web.someone_else(), NORA)
        sign_in(web, op)

        assert count(web, schema.account) == 2
        assert said(web.get("/gazette/me"), "main").count(NORA) == 1


@pytest.mark.parametrize("role", [Role.STAFF, Role.MODERATOR, Role.EDITOR, Role.OWNER])
def test_an_account_of_staff_is_connected_by_its_owner_only(
    here: Web, op: providers.Provider, role: Role
) -> None:
    give_role(here, role)

    refused(sign_in(here, op), "connect-first", 409)
    assert not is_in(here)
    assert count(here, schema.identity) == 0
    enter(here, NORA)
    assert connect(here, op).headers["location"] == f"{BASE}/gazette/me?done=connected#connected"
    here.send("/gazette/sign-out")
    assert sign_in(here, op).status_code == 303
    assert NORA in said(here.get("/gazette/me"), "main")


def test_one_more_is_connected_and_removed(web: Web, op: providers.Provider) -> None:
    enter(web, "ann@reader.example")
    connected = connect(web, op)
    page = web.follow(connected)

    assert "It is connected" in said(page, ".tt-state")
    assert "since" in said(page, REMOVAL)
    connect(web, op)
    assert count(web, schema.identity) == 1
    gone = web.send(REMOVE, fields_of(page, REMOVAL))
    assert gone.headers["location"] == f"{BASE}/gazette/me#connected"
    assert count(web, schema.identity) == 0
    assert web.send(REMOVE, fields_of(page, REMOVAL)).status_code == 303


def test_nobody_is_connected_twice(here: Web, op: providers.Provider) -> None:
    sign_in(here.someone_else(), op)
    enter(here, "ann@reader.example")

    page = refused(connect(here, op), "connected-elsewhere", 409)
    assert one(page, "main a").attributes["href"] == f"{BASE}/gazette/me#connected"
    assert count(here, schema.identity) == 1


def test_only_who_began_to_connect_finishes(here: Web, op: providers.Provider) -> None:
    enter(here, "ann@reader.example")
    told = op.approve(go_to(here.send(BEGIN, fields_of(here.get("/gazette/me"), CONNECT))))
    here.send("/gazette/sign-out")

    refused(arrive(here, told), "attempt-over")
    enter(here, "bob@reader.example")
    refused(arrive(here, told), "attempt-over")
    assert count(here, schema.identity) == 0


def test_connecting_and_removing_need_a_fresh_proof(here: Web, op: providers.Provider) -> None:
    enter(here, NORA)
    connect(here, op)
    page = here.get("/gazette/me")
    here.clock.advance(timedelta(minutes=16))

    begun = here.send(BEGIN, {"connect": "1"})
    removed = here.send(
        REMOVE,
        fields_of(page, REMOVAL),
    )
    for response in (begun, removed):
        where = urlsplit(response.headers["location"])
        assert (where.path, parse_qs(where.query)["again"]) == ("/gazette/sign-in", ["1"])
    assert count(here, schema.identity) == 1

    again = f"/gazette/sign-in?again=1&next={BASE}/gazette/me"
    proven = op.approve(go_to(here.send(BEGIN, fields_of(here.get(again), FORM))))
    assert arrive(here, proven).headers["location"] == f"{BASE}/gazette/me"
    assert here.send(BEGIN, {"connect": "1"}).status_code == 200


def test_nobody_connects_without_being_signed_in_or_by_a_bearer(here: Web) -> None:
    assert here.send(BEGIN, {"connect": "1"}).status_code == 401
    assert here.send(REMOVE, {"connection": "x"}).status_code == 401
    enter(here, NORA)
    headers = {**OWN_PAGE, **JSON, "Authorization": f"Bearer {bearer(here)}"}
    refusal = here.someone_else().send(BEGIN, {"connect": "1"}, headers=headers)
    assert (refusal.status_code, refusal.json()["code"]) == (403, "prove-again")


def test_the_last_way_in_is_not_removed(here: Web, op: providers.Provider) -> None:
    del op.person["email"]
    page = here.follow(sign_in(here, op))

    refusal = here.send(REMOVE, fields_of(page, REMOVAL))
    assert refusal.status_code == 409
    assert "only way" in said(refusal, "main")
    assert count(here, schema.identity) == 1


def test_what_is_somebody_elses_is_not_removed(here: Web, op: providers.Provider) -> None:
    enter(here, NORA)
    connect(here, op)
    fields = fields_of(here.get("/gazette/me"), REMOVAL)
    other = here.someone_else()
    enter(other, "bob@reader.example")

    assert other.send(REMOVE, fields).status_code == 303
    assert other.send(REMOVE, {"connection": "x"}).status_code == 404
    assert count(here, schema.identity) == 1


def test_an_account_has_ten_at_most(here: Web, op: providers.Provider) -> None:
    enter(here, NORA)
    for number in range(10):
        op.person["sub"] = str(number)
        assert connect(here, op).status_code == 303

    assert not tree(here.get("/gazette/me")).css(CONNECT)
    op.person["sub"] = "one more"
    told = op.approve(go_to(here.send(BEGIN, {"connect": "1"})))
    refused(arrive(here, told), "too-many-connections", 409)


def test_who_has_a_second_factor_is_asked_for_it(here: Web, op: providers.Provider) -> None:
    sign_in(here, op)
    here.send("/gazette/sign-out")
    with here.make.write(SYSTEM) as unit:
        unit.db.execute(update(schema.account).values(totp_at=unit.now, totp_salt="salt"))

    entered = sign_in(here, op, embed=ORIGIN)
    assert entered.headers["location"] == f"{BASE}/gazette/sign-in/second?embed={ORIGIN}"
    assert not is_in(here)


def test_the_log_says_who_was_turned_away_and_nothing_of_them(
    here: Web, op: providers.Provider, capsys: pytest.CaptureFixture[str]
) -> None:
    op.claims = {"aud": "another"}
    sign_in(here, op)
    said = capsys.readouterr().out

    assert "reason=wrong-audience" in said
    assert "sign_in.refused" in said
    assert not any(word in said for word in (NORA, "Nora", "code-", PERSON["sub"]))


def test_another_account_is_not_signed_in_over_this_one(here: Web, op: providers.Provider) -> None:
    enter(here, "ann@reader.example")

    refused(arrive(here, op.approve(go_to(here.send(BEGIN)))), "other-account", 409)
    assert "ann@reader.example" in said(here.get("/gazette/me"), "main")
    assert count(here, schema.identity) == 0


def test_ending_the_sessions_of_an_account_ends_what_was_connected(web: Web, op: providers.Provider) -> None:
    sign_in(web, op)
    with web.make.write(SYSTEM) as unit:
        accounts.end_sessions(unit, NORA)

    assert count(web, schema.identity) == 0


def test_a_provider_may_send_its_reader_back_by_a_form(here: Web, op: providers.Provider) -> None:
    told = op.approve(leave(here))
    sent = here.someone_else().send(BACK, {**told, "user": "{}"}, headers=ELSEWHERE)

    assert sent.status_code == 303
    assert "set-cookie" not in sent.headers
    where = sent.headers["location"].removeprefix(BASE)
    assert where.startswith(f"{BACK}?")
    assert here.get(where).status_code == 303
    assert is_in(here)


@pytest.mark.parametrize(
    "body", [{"state": "\0"}, {"code": "x" * 9000}, {"next": "https://evil.example"}, {}]
)
def test_whatever_comes_by_a_form_leads_to_our_own_address(here: Web, body: dict[str, str]) -> None:
    sent = here.send(BACK, body, headers=ELSEWHERE)

    assert sent.status_code == 303
    assert sent.headers["location"].startswith(f"{BASE}{BACK}")
    refused(here.follow(sent), "attempt-over")


def test_no_foreign_page_begins_a_sign_in(here: Web) -> None:
    for path in (
        BEGIN,
        f"{BEGIN}/back/",
        f"{BEGIN}/x/back",
        REMOVE,
        "/gazette/me/name/back",
    ):
        assert here.send(path, {"connect": "1"}, headers=ELSEWHERE).status_code in (403, 404)
    assert count(here, schema.attempt) == 0


def test_a_provider_that_the_policy_does_not_name_is_no_door(here: Web, op: providers.Provider) -> None:
    told = op.approve(leave(here))
    here.make.policy(ways_in="email")

    assert not tree(here.get("/gazette/sign-in")).css(FORM)
    assert here.send(BEGIN).status_code == 404
    assert arrive(here, told).status_code == 404


@pytest.mark.parametrize("name", ["other", "email", "publisher-token", "x" * 300, "%00"])
def test_a_provider_that_is_none_is_not_there(here: Web, name: str) -> None:
    assert here.send(f"/gazette/sign-in/with/{name}").status_code == 404
    assert here.get(f"/gazette/sign-in/with/{name}/back").status_code == 404
    assert here.send(f"/gazette/sign-in/with/{name}/back", headers=ELSEWHERE).status_code == 404


def test_a_policy_names_ways_in_that_there_are(here: Web) -> None:
    for choice in ("home", "email,home,passkey", "password"):
        here.make.policy(ways_in=choice)
    for choice in ("other", "home,other", "publisher-token"):
        with pytest.raises(Exception, match="bad-policy"):
            here.make.policy(ways_in=choice)


def test_without_mail_providers_are_enough(sqlite_database: str, op: providers.Provider) -> None:
    with offering(sqlite_database, op, {"is_development": False}) as web:
        page = web.get("/gazette/sign-in")

        assert page.status_code == 200
        assert not tree(page).css("[name=email]")
        assert sign_in(web, op).status_code == 303


def test_nothing_is_begun_with_a_key_that_everybody_can_guess(
    sqlite_database: str, op: providers.Provider
) -> None:
    with offering(sqlite_database, op, {"secret": f"{UNSET_SECRET}{BASE}"}) as web:
        assert web.send(BEGIN).status_code == 404
        assert web.get("/gazette/sign-in").status_code == 409


def test_tries_of_one_network_are_counted(sqlite_database: str, op: providers.Provider) -> None:
    with offering(sqlite_database, op, {"sign_ins_per_minute_per_network": 2}) as web:
        statuses = [web.send(BEGIN).status_code for _ in range(3)]
        statuses += [arrive(web, {}).status_code for _ in range(2)]

    assert statuses == [200, 200, 200, 403, 429]
