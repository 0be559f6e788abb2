"""The API as an account: with a token that its owner made for a program, or with an embed's bearer."""

from typing import Any

import pytest
from sqlalchemy import select

from tertulia.domain.accounts import Role
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.domain.tokens import MOST, BadTokenChoice, TooManyTokens
from tertulia.services import accounts, sign_in, sites, tokens
from tertulia.services.freshness import FRESH, ProveAgain
from tertulia.store import schema
from tests.web.api.house import ORIGIN, SITE, House
from tests.web.api.test_api_writing import code_of, draft

ANN = "ann@reader.example"


def signed_in(api: House, address: str = ANN) -> Actor:
    """The browser's session of an account that was proven a moment ago."""
    with api.units.write("paper", SYSTEM) as unit:
        accounts.open_for(unit, email=address, language="en")
        account = accounts.find(unit, address)
        token = sign_in.open_session(unit, account, way="email", device="Firefox")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def token_of(api: House, actor: Actor, scope: str = "write", days: int = 30) -> str:
    with api.units.write("paper", actor) as unit:
        return tokens.make(unit, name="My script", scope=scope, days=days)


def bearer_of(api: House, actor: Actor) -> str:
    with api.units.write("paper", actor) as unit:
        code = sign_in.make_handover(unit, ORIGIN)
    with api.units.write("paper", NOBODY) as unit:
        return sign_in.exchange(unit, code, origin=ORIGIN).token


def ask(api: House, token: str, method: str, path: str, body: Any = None, **headers: str) -> Any:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    shown = {"Authorization": f"Bearer {token}", **named}
    return api.client.request(method, SITE + path, json=body, headers=shown)


def listed(api: House, actor: Actor) -> list[tokens.Token]:
    with api.units.read("paper", actor) as unit:
        return tokens.list_own(unit)


@pytest.mark.parametrize("shows", [token_of, bearer_of])
def test_an_account_posts_edits_withdraws_and_lists_its_own(api: House, shows: Any) -> None:
    shown = shows(api, signed_in(api))

    posted = ask(api, shown, "POST", "/comments", draft())
    comment = posted.json()["comment"]
    changed = ask(api, shown, "PATCH", f"/comments/{comment['id']}", {"body": "Better."})
    own = ask(api, shown, "GET", f"/stories/{comment['story']}/own")
    mine = ask(api, shown, "GET", "/me/comments")
    gone = ask(api, shown, "DELETE", f"/comments/{comment['id']}")

    assert (posted.status_code, comment["author"]) == (201, {"name": "Ada", "kind": "account", "badges": []})
    assert changed.json()["comment"]["html"] == "<p>Better.</p>"
    assert [each["id"] for each in own.json()["comments"]] == [comment["id"]]
    assert [each["id"] for each in mine.json()["comments"]] == [comment["id"]]
    assert gone.json()["status"] == "withdrawn"
    assert all(each.headers["cache-control"] == "no-store" for each in (posted, changed, own, mine, gone))


def test_an_account_with_a_name_needs_none(api: House) -> None:
    token = token_of(api, signed_in(api))
    ask(api, token, "POST", "/comments", draft())

    answer = ask(api, token, "POST", "/comments", {**draft("Again"), "name": ""})

    assert answer.json()["comment"]["author"]["name"] == "Ada"


def test_one_key_of_an_account_is_one_comment(api: House) -> None:
    token = token_of(api, signed_in(api))
    first = ask(api, token, "POST", "/comments", draft(), Idempotency_Key="once")

    second = ask(api, token, "POST", "/comments", draft("Other words"), Idempotency_Key="once")

    assert (first.status_code, second.status_code) == (201, 200)
    assert second.json()["comment"]["id"] == first.json()["comment"]["id"]


def test_accounts_write_where_guests_may_not(api: House) -> None:
    api.change_policy(guests="refused")
    token = token_of(api, signed_in(api))

    assert code_of(api.send("POST", "/comments", draft())) == (403, "guests-refused")
    assert ask(api, token, "POST", "/comments", draft()).status_code == 201


def test_where_both_are_sent_the_account_acts(api: House) -> None:
    token = token_of(api, signed_in(api))

    answer = ask(api, token, "POST", "/comments", draft(), Tertulia_Guest=api.guest)

    assert answer.json()["comment"]["author"]["kind"] == "account"


def test_a_token_for_reading_only_reads(api: House) -> None:
    ann = signed_in(api)
    comment = ask(api, token_of(api, ann), "POST", "/comments", draft()).json()["comment"]
    token = token_of(api, ann, scope="read")

    assert len(ask(api, token, "GET", "/me/comments").json()["comments"]) == 1
    for method, path, body in (
        ("POST", "/comments", draft("More")),
        ("POST", f"/stories/{comment['story']}/comments", {"body": "More"}),
        ("PATCH", f"/comments/{comment['id']}", {"body": "Other"}),
        ("DELETE", f"/comments/{comment['id']}", None),
    ):
        assert code_of(ask(api, token, method, path, body)) == (403, "token-reads-only")
    assert api.get(f"/comments/{comment['id']}")["revision"] == comment["revision"]


def test_me_says_who_asks_and_whether_they_may_write(api: House) -> None:
    ann = signed_in(api)
    token, reading = token_of(api, ann), token_of(api, ann, scope="read")

    assert ask(api, token, "GET", "/me").json() == {
        "kind": "account",
        "name": "",
        "badges": [],
        "may_write": True,
    }
    assert ask(api, reading, "GET", "/me").json()["may_write"] is False
    assert api.send("GET", "/me").json() == {"kind": "guest", "name": "", "badges": [], "may_write": True}
    api.send("POST", "/comments", draft())
    assert api.send("GET", "/me").json()["name"] == "Ada"
    api.change_policy(is_read_only="true")
    assert ask(api, token, "GET", "/me").json()["may_write"] is False


def test_others_may_not_touch_a_comment_of_an_account(api: House) -> None:
    comment = ask(api, token_of(api, signed_in(api)), "POST", "/comments", draft()).json()["comment"]
    bob = token_of(api, signed_in(api, "bob@reader.example"))

    assert code_of(ask(api, bob, "PATCH", f"/comments/{comment['id']}", {"body": "No"})) == (403, "forbidden")
    assert code_of(ask(api, bob, "DELETE", f"/comments/{comment['id']}")) == (403, "forbidden")
    assert ask(api, bob, "GET", "/me/comments").json()["comments"] == []


def test_what_one_wrote_is_walked_page_by_page(api: House) -> None:
    api.change_policy(comments_per_minute=100)
    token = token_of(api, signed_in(api))
    posted = []
    for number in range(5):
        api.clock.pass_seconds(1)
        answer = ask(api, token, "POST", "/comments", draft(f"Number {number}", url=f"{ORIGIN}/{number}"))
        posted.append(answer.json()["comment"]["id"])
    walked, after = [], ""

    while True:
        query = "?limit=2" + (f"&after={after}" if after else "")
        page = ask(api, token, "GET", f"/me/comments{query}").json()
        walked += [each["id"] for each in page["comments"]]
        after = page["next"]
        if after is None:
            break

    assert walked == posted[::-1]


def test_a_guest_lists_what_they_wrote(api: House) -> None:
    posted = api.send("POST", "/comments", draft()).json()["comment"]

    assert [each["id"] for each in api.send("GET", "/me/comments").json()["comments"]] == [posted["id"]]


@pytest.mark.parametrize(
    "token", ["x", "tertulia_", "tertulia_" + "x" * 43, "ä", "a b", "x" * 5_000, "tertulia_\0"]
)
def test_what_is_no_token_is_told_apart_from_none(api: House, token: str) -> None:
    shown = {"Authorization": b"Bearer " + token.encode("latin-1")}

    for method, path in (("GET", "/me"), ("POST", "/comments")):
        answer = api.client.request(
            method, SITE + path, json=draft() if method == "POST" else None, headers=shown
        )
        assert code_of(answer) == (401, "session-over")
        assert answer.headers["www-authenticate"] == "Bearer"


@pytest.mark.parametrize("shown", ["", "Basic YTpi", "Bearer", "Bearer ", "token x"])
def test_who_says_nothing_is_asked(api: House, shown: str) -> None:
    answer = api.client.get(f"{SITE}/me", headers={"Authorization": shown} if shown else {})

    assert code_of(answer) == (401, "credentials-missing")
    assert answer.headers["www-authenticate"] == "Bearer"


def test_cookies_say_nothing_here(api: House) -> None:
    with api.units.write("paper", SYSTEM) as unit:
        accounts.open_for(unit, email=ANN, language="en")
        token = sign_in.open_session(unit, accounts.find(unit, ANN), way="email", device="")
    cookies = dict.fromkeys(("tertulia_account_paper", "__Host-tertulia_account_paper"), token)

    answer = api.client.get(
        f"{SITE}/me", headers={"Cookie": "; ".join(f"{k}={v}" for k, v in cookies.items())}
    )

    assert code_of(answer) == (401, "credentials-missing")
    # Nor is a browser's session a token.
    assert code_of(ask(api, token, "GET", "/me")) == (401, "session-over")


def test_a_token_opens_nothing_beside_the_api(api: House) -> None:
    token = token_of(api, signed_in(api))
    shown = {"Authorization": f"Bearer {token}", "Accept": "application/json"}

    for method, path in (
        ("GET", "/paper/me"),
        ("GET", "/paper/me/conversations"),
        ("POST", "/paper/me/name"),
        ("POST", "/paper/me/tokens"),
        ("POST", "/paper/sign-in/renew"),
        ("POST", "/paper/sign-in/handover"),
        ("POST", "/paper/comments"),
    ):
        answer = api.client.request(method, path, headers=shown, follow_redirects=False)
        assert answer.status_code in (401, 403), path


def test_a_token_of_one_site_is_none_on_another(api: House) -> None:
    sites.add(api.units, "other", name="The Other", origins=["https://other.example"])
    token = token_of(api, signed_in(api))

    answer = api.client.get("/api/v1/sites/other/me", headers={"Authorization": f"Bearer {token}"})

    assert code_of(answer) == (401, "session-over")


def test_a_token_ends_when_it_was_to_end_however_often_it_is_used(api: House) -> None:
    token = token_of(api, signed_in(api), days=30)
    for _ in range(29):
        api.clock.pass_seconds(24 * 3600)
        assert ask(api, token, "GET", "/me").status_code == 200

    api.clock.pass_seconds(24 * 3600)

    assert code_of(ask(api, token, "GET", "/me")) == (401, "session-over")


def test_its_owner_sees_when_it_was_last_used_and_ends_it(api: House) -> None:
    ann = signed_in(api)
    token = token_of(api, ann)
    [before] = listed(api, ann)
    api.clock.pass_seconds(7200)
    ask(api, token, "GET", "/me")
    [after] = listed(api, ann)
    bob = signed_in(api, "bob@reader.example")
    with api.units.write("paper", bob) as unit:
        tokens.end(unit, after.key)

    assert (before.name, before.scope, before.seen_at) == ("My script", "write", None)
    assert after.seen_at == api.clock.now
    assert ask(api, token, "GET", "/me").status_code == 200
    with api.units.write("paper", ann) as unit:
        tokens.end(unit, after.key)
    assert code_of(ask(api, token, "GET", "/me")) == (401, "session-over")
    assert listed(api, ann) == []


def test_tokens_end_with_another_role_and_with_all_sessions(api: House) -> None:
    first = token_of(api, signed_in(api))
    with api.units.write("paper", SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.MODERATOR)
    assert ask(api, first, "GET", "/me").status_code == 401

    second = token_of(api, signed_in(api))
    with api.units.write("paper", SYSTEM) as unit:
        accounts.end_sessions(unit, ANN)
    assert ask(api, second, "GET", "/me").status_code == 401


def test_signing_out_elsewhere_leaves_programs(api: House) -> None:
    ann = signed_in(api)
    token = token_of(api, ann)
    with api.units.write("paper", ann) as unit:
        accounts.end_own(unit, "all")
        accounts.sign_out(unit)

    assert ask(api, token, "GET", "/me").status_code == 200


def test_a_token_is_made_by_who_just_proved_who_they_are(api: House) -> None:
    ann = signed_in(api)
    api.clock.pass_seconds(FRESH.total_seconds() + 1)
    with pytest.raises(ProveAgain):
        token_of(api, ann)

    # Neither a bearer nor a token makes another.
    fresh = signed_in(api)
    for kind, shown in (("", bearer_of(api, fresh)), ("token", token_of(api, fresh))):
        actor = Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(shown), session_kind=kind)
        with pytest.raises(ProveAgain):
            token_of(api, actor)


@pytest.mark.parametrize(
    ("scope", "days"), [("", 30), ("admin", 30), ("write", 0), ("write", 36_500), ("read", -1)]
)
def test_there_are_so_many_kinds_of_tokens(api: House, scope: str, days: int) -> None:
    with pytest.raises(BadTokenChoice):
        token_of(api, signed_in(api), scope=scope, days=days)


def test_an_account_has_so_many_tokens(api: House) -> None:
    ann = signed_in(api)
    for _ in range(MOST):
        token_of(api, ann)

    with pytest.raises(TooManyTokens):
        token_of(api, ann)


def test_only_a_hash_of_it_is_kept(api: House) -> None:
    token = token_of(api, signed_in(api))

    with api.units.read("paper", NOBODY) as unit:
        rows = str(unit.db.execute(select(schema.session)).all())
    assert token not in rows
    assert token.removeprefix("tertulia_") not in rows
    assert "My script" in rows


def test_a_page_of_the_site_acts_for_an_account_and_another_does_not(api: House) -> None:
    token = bearer_of(api, signed_in(api))
    own = ask(api, token, "POST", "/comments", draft(), Origin=ORIGIN, Sec_Fetch_Site="cross-site")
    foreign = ask(
        api,
        token,
        "POST",
        "/comments",
        draft("No"),
        Origin="https://evil.example",
        Sec_Fetch_Site="cross-site",
    )

    assert own.status_code == 201
    assert own.headers["access-control-allow-origin"] == ORIGIN
    assert code_of(foreign) == (403, "cross-site")


def test_who_writes_too_much_by_a_token_is_told(api: House) -> None:
    token = token_of(api, signed_in(api))
    statuses = [ask(api, token, "POST", "/comments", draft(f"Number {at}")).status_code for at in range(7)]

    assert statuses == [*[201] * 6, 429]


def test_reading_with_a_token_is_the_same_for_everybody(api: House) -> None:
    api.post("Top")
    token = token_of(api, signed_in(api))

    with_token = ask(api, token, "GET", "/stories")
    without = api.client.get(f"{SITE}/stories")

    assert with_token.json() == without.json()
    assert with_token.headers["etag"] == without.headers["etag"]
