"""`tertulia user`: list, add, invite, role, end-sessions, reset-second."""

import re

import pytest

from tertulia import app
from tertulia.cli.user import STEP
from tertulia.domain.accounts import Role
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.services import accounts, proofs, second_factor, sign_in
from tertulia.settings import Settings
from tests.cli.conftest import Done, Run
from tests.telephone import Telephone

OWNER = "ada@example.org"
SITE = ("--site", "gazette")


def give(run: Run, database: str, address: str, role: str) -> Done:
    return run("user", "role", address, role, *SITE, database=database)


def listed(run: Run, database: str) -> list[list[str]]:
    done = run("user", "list", *SITE, database=database)
    assert done.code == 0, done.errors
    return [line.split("\t") for line in done.output.splitlines()]


def come_in(database: str, address: str, *, browsers: int = 1) -> None:
    """Sign in with this address, in some browsers."""
    with app.opened(Settings(database=database)) as running:
        for _ in range(browsers):
            with running.units.write("gazette", NOBODY) as unit:
                asked = sign_in.ask(unit, address, browser_hash="b", language="en")
                letter = proofs.letter(unit, asked, key=running.secret)
                assert letter is not None
                account = sign_in.confirm_token(
                    unit, asked, letter.token, browser_hash="b", key=running.secret
                )
                sign_in.open_session(unit, account, way="email", device="")


def test_site_without_accounts_lists_none(run: Run, gazette: str) -> None:
    done = run("user", "list", *SITE, database=gazette)

    assert (done.code, done.output) == (0, "")


def test_first_owner_is_named_before_they_ever_signed_in(run: Run, gazette: str) -> None:
    done = run(
        "user",
        "role",
        OWNER,
        "owner",
        *SITE,
        database=gazette,
        base_url="https://comments.example.org",
    )

    assert done.code == 0
    assert done.output.splitlines()[0] == f"{OWNER} is owner on gazette"
    assert "nobody signed in with this address yet" in done.output
    assert done.output.endswith("https://comments.example.org/gazette/sign-in\n")


def test_list_gives_address_role_name_and_day(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "owner")

    ((address, role, name, day),) = listed(run, gazette)

    assert (address, role, name) == (OWNER, "owner", "")
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", day)


def test_role_of_a_known_account_is_changed_and_no_second_account_made(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "owner")

    done = give(run, gazette, OWNER, "moderator")

    assert (done.code, done.output) == (0, f"{OWNER} is moderator on gazette\n")
    assert [row[:2] for row in listed(run, gazette)] == [[OWNER, "moderator"]]


def test_address_is_the_same_however_its_letters_are_written(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "owner")

    done = give(run, gazette, "Ada@Example.ORG", "editor")

    assert done.output == "Ada@Example.ORG is editor on gazette\n"
    assert [row[:2] for row in listed(run, gazette)] == [[OWNER, "editor"]]


@pytest.mark.parametrize("role", ["reader", "trusted", "staff", "moderator", "editor", "owner"])
def test_every_role_can_be_given(run: Run, gazette: str, role: str) -> None:
    done = give(run, gazette, OWNER, role)

    assert done.code == 0
    assert [row[1] for row in listed(run, gazette)] == [role]


def test_role_that_does_not_exist_is_a_wrong_call_that_names_those_there_are(run: Run, gazette: str) -> None:
    done = give(run, gazette, OWNER, "admin")

    assert done.code == 2
    assert "moderator" in done.errors
    assert listed(run, gazette) == []


@pytest.mark.parametrize(
    "address", ["ada", "ada@", "@example.org", "ada@example.org\nBcc: eve@example.org", ""]
)
def test_what_is_no_address_makes_no_account(run: Run, gazette: str, address: str) -> None:
    done = give(run, gazette, address, "owner")

    assert done.code == 1
    assert done.errors.startswith("tertulia: bad-address")
    assert listed(run, gazette) == []


def test_role_counts_on_its_own_site_only(run: Run, gazette: str) -> None:
    origin = "https://herald.example"
    run("site", "add", "herald", "--name", "The Herald", "--origin", origin, database=gazette)
    give(run, gazette, OWNER, "owner")

    other = run("user", "list", "--site", "herald", database=gazette)

    assert (other.code, other.output) == (0, "")


def test_list_is_whole_and_in_the_order_of_coming(run: Run, gazette: str) -> None:
    addresses = [f"reader-{number * 37 % 1000}@example.org" for number in range(2 * STEP + 5)]
    with app.opened(Settings(database=gazette)) as running, running.units.write("gazette", SYSTEM) as unit:
        for address in addresses:
            accounts.set_role(unit, address, Role.TRUSTED)

    assert [row[0] for row in listed(run, gazette)] == addresses


def test_who_was_named_before_has_their_role_when_they_come(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "owner")

    come_in(gazette, OWNER)

    assert [row[:2] for row in listed(run, gazette)] == [[OWNER, "owner"]]


def test_who_came_by_themselves_is_a_reader_and_known(run: Run, gazette: str) -> None:
    come_in(gazette, OWNER)

    before = listed(run, gazette)
    done = give(run, gazette, OWNER, "moderator")

    assert [row[:2] for row in before] == [[OWNER, "reader"]]
    assert done.output == f"{OWNER} is moderator on gazette\n"


def test_every_browser_is_signed_out_and_counted_once(run: Run, gazette: str) -> None:
    come_in(gazette, OWNER, browsers=2)
    come_in(gazette, "ben@example.org")

    first = run("user", "end-sessions", OWNER, *SITE, database=gazette)
    second = run("user", "end-sessions", OWNER, *SITE, database=gazette)

    assert (first.code, first.output) == (0, "browsers signed out: 2\n")
    assert (second.code, second.output) == (0, "browsers signed out: 0\n")
    other = run("user", "end-sessions", "ben@example.org", *SITE, database=gazette)
    assert other.output == "browsers signed out: 1\n"


def test_another_role_signs_out_and_the_same_does_not(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "editor")
    come_in(gazette, OWNER)

    give(run, gazette, OWNER, "editor")
    come_in(gazette, OWNER)
    same = run("user", "end-sessions", OWNER, *SITE, database=gazette)
    come_in(gazette, OWNER)
    give(run, gazette, OWNER, "owner")
    changed = run("user", "end-sessions", OWNER, *SITE, database=gazette)

    assert same.output == "browsers signed out: 2\n"
    assert changed.output == "browsers signed out: 0\n"


def test_sessions_of_nobody_cannot_be_ended(run: Run, gazette: str) -> None:
    done = run("user", "end-sessions", OWNER, *SITE, database=gazette)

    assert done.code == 1
    assert done.errors.startswith("tertulia: not-found")


@pytest.mark.parametrize(
    "words",
    [
        ("list",),
        ("add", OWNER),
        ("invite", "--role", "owner"),
        ("role", OWNER, "owner"),
        ("end-sessions", OWNER),
    ],
    ids=lambda words: words[0],
)
def test_an_unknown_site_is_refused(run: Run, gazette: str, words: tuple[str, ...]) -> None:
    done = run("user", *words, "--site", "nobody", database=gazette)

    assert done.code == 1
    assert done.errors.startswith("tertulia: not-found")
    assert "nobody" in done.errors


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("list",),
        ("add", OWNER),
        ("add", *SITE),
        ("invite", *SITE),
        ("invite", "--role", "owner"),
        ("role", OWNER, *SITE),
        ("role", OWNER, "owner"),
        ("end-sessions", *SITE),
    ],
    ids=" ".join,
)
def test_a_call_that_names_too_little_is_a_wrong_call(run: Run, words: tuple[str, ...]) -> None:
    done = run("user", *words, database="sqlite:///never.db")

    assert done.code == 2
    assert done.errors.startswith("Usage: tertulia user")


def test_addresses_are_printed_by_the_list_alone(run: Run, gazette: str) -> None:
    give(run, gazette, OWNER, "owner")

    ended = run("user", "end-sessions", OWNER, *SITE, database=gazette)
    sites = run("site", "list", database=gazette)

    assert OWNER not in ended.output + ended.errors + sites.output


def test_who_lost_everything_is_reset(run: Run, gazette: str) -> None:
    come_in(gazette, OWNER, browsers=2)
    with app.opened(Settings(database=gazette)) as running, running.units.write("gazette", NOBODY) as unit:
        account = accounts.find(unit, OWNER)
        token = sign_in.open_session(unit, account, way="passkey", device="", second_at=unit.now)
    mine = Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))
    with app.opened(Settings(database=gazette)) as running:
        with running.units.write("gazette", mine) as unit:
            second_factor.begin(unit)
        with running.units.write("gazette", mine) as unit:
            secret = second_factor.secret(unit, key=running.secret)
            code = Telephone.read(secret.address).show(unit.now)
            assert second_factor.confirm(unit, code, key=running.secret)

    done = run("user", "reset-second", OWNER, *SITE, database=gazette)

    assert (done.code, done.output) == (0, "second factor and passkeys removed; browsers signed out: 3\n")
    with app.opened(Settings(database=gazette)) as running, running.units.read("gazette", mine) as unit:
        assert unit.actor.account is None
        assert not accounts.find(unit, OWNER).has_totp


def test_resetting_nobody_is_refused(run: Run, gazette: str) -> None:
    assert run("user", "reset-second", "nobody@example.org", *SITE, database=gazette).code != 0


def test_a_moderator_of_sections_is_named_with_them(run: Run, gazette: str) -> None:
    sections = ("--section", "Politics", "--section", "Sport")

    done = run("user", "role", OWNER, "moderator", *SITE, *sections, database=gazette)

    assert done.output.splitlines()[0] == f"{OWNER} is moderator of Politics, Sport on gazette"
    assert [row[1] for row in listed(run, gazette)] == ["moderator of Politics, Sport"]


def test_only_moderators_have_sections(run: Run, gazette: str) -> None:
    for words in (
        ("role", OWNER, "editor"),
        ("add", OWNER, "--role", "owner"),
        ("invite", "--role", "staff"),
    ):
        done = run("user", *words, *SITE, "--section", "Sport", database=gazette)

        assert done.code == 1
        assert done.errors.startswith("tertulia: bad-sections")
    assert listed(run, gazette) == []


def test_an_account_is_added_and_waits(run: Run, gazette: str) -> None:
    done = run(
        "user", "add", OWNER, "--role", "editor", *SITE, database=gazette, base_url="https://c.example"
    )
    again = run("user", "add", OWNER, *SITE, database=gazette)
    come_in(gazette, OWNER)

    assert done.output == (
        f"{OWNER} is editor on gazette\nthe account waits at https://c.example/gazette/sign-in\n"
    )
    assert (again.code, again.errors) == (1, "tertulia: account-exists\n")
    assert [row[:2] for row in listed(run, gazette)] == [[OWNER, "editor"]]


def test_an_added_account_is_a_reader_unless_told_otherwise(run: Run, gazette: str) -> None:
    run("user", "add", OWNER, *SITE, database=gazette)

    assert [row[1] for row in listed(run, gazette)] == ["reader"]


def test_an_invitation_is_a_link_below_the_public_address(run: Run, gazette: str) -> None:
    words = ("user", "invite", "--role", "moderator", "--section", "Sport", *SITE)

    done = run(*words, database=gazette, base_url="https://c.example")

    assert re.fullmatch(
        r"link that makes its reader moderator, good once within 24 hours: "
        r"https://c\.example/gazette/invitation\?token=[\w-]{43}\n",
        done.output,
    )
    assert run(*words, database=gazette).output != done.output
