"""Passwords: which may be chosen, by whom, and what ends when one is chosen, changed or removed."""

from datetime import timedelta
from importlib import resources

import pytest

from tertulia.domain.accounts import Purpose, Role, SessionOver, SignInId, WayNotOffered
from tertulia.domain.comments import CommentDraft
from tertulia.domain.errors import Invalid, NotFound, TertuliaError
from tertulia.domain.events import PasswordChanged
from tertulia.domain.passwords import (
    LastWay,
    NoAddress,
    PasswordTooCommon,
    PasswordTooLong,
    PasswordTooNear,
    PasswordTooShort,
    WrongPassword,
)
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind
from tertulia.plugins.contracts import Identity
from tertulia.services import accounts, comments, identities, passwords, proofs, sign_in, sites
from tertulia.services.freshness import ProveAgain
from tertulia.services.passwords import Kept
from tertulia.services.proofs import OtherBrowser, SignInOver
from tertulia.services.sites import BadPolicy
from tertulia.testing.builders import Make
from tertulia.testing.clocks import NOON
from tests.services.test_sign_in import ANN, BROWSER, KEY, OTHER, letter, signed_in

HASH, NEW = "the hash of a password", "the hash of another"


@pytest.fixture
def open_house(make: Make) -> Make:
    make.policy(ways_in=("password", "email", "passkey"))
    return make


def ask(make: Make, address: str = ANN, purpose: Purpose = Purpose.PASSWORD) -> SignInId:
    with make.write(NOBODY) as unit:
        return sign_in.ask(unit, address, browser_hash=BROWSER, language="en", purpose=purpose)


def choose(make: Make, kept: str = HASH, address: str = ANN) -> Actor:
    """Choose a password by mail; give the actor of the session that follows."""
    asked = ask(make, address)
    with make.write(NOBODY) as unit:
        account = passwords.choose(
            unit, asked, letter(make, asked).token, browser_hash=BROWSER, key=KEY, kept=kept
        )
        token = sign_in.open_session(unit, account, way="email", device="Firefox, Linux")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def enter(make: Make, address: str = ANN) -> Actor:
    """Come in by the password that is kept."""
    with make.write(NOBODY) as unit:
        account = passwords.confirm(unit, passwords.of_address(unit, address))
        token = sign_in.open_session(unit, account, way="password", device="Edge, Windows")
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def kept(make: Make, address: str = ANN) -> str:
    with make.read() as unit:
        return passwords.of_address(unit, address).kept


def is_in(make: Make, actor: Actor) -> bool:
    with make.read(actor) as unit:
        return unit.actor.account is not None


def flaw(make: Make, typed: str, of: str = ANN) -> type[TertuliaError] | None:
    try:
        with make.read() as unit:
            passwords.check(unit, typed, of=of)
    except Invalid as refusal:
        return type(refusal)
    return None


@pytest.mark.parametrize(
    ("typed", "wrong"),
    [
        ("", PasswordTooShort),
        ("seven77", PasswordTooShort),
        ("🦉" * 7, PasswordTooShort),
        ("a\u0308" * 7, PasswordTooShort),
        ("x" * 257, PasswordTooLong),
        ("password", PasswordTooCommon),
        ("PassWord", PasswordTooCommon),
        ("1234567890", PasswordTooCommon),
        ("Trustno1", PasswordTooCommon),
        (ANN, PasswordTooNear),
        ("ANN@Reader.Example1", PasswordTooNear),
        ("ann12345", PasswordTooNear),
        ("The Gazette", PasswordTooNear),
        ("gazette2026!", PasswordTooNear),
    ],
)
def test_these_are_refused(make: Make, typed: str, wrong: type[TertuliaError]) -> None:
    assert flaw(make, typed) is wrong


@pytest.mark.parametrize(
    "typed",
    [
        "octopus9",
        "x" * 64,
        "🦉" * 256,
        "zwölf boxkämpfer",
        "  spaces around it  ",
        "لا أحد يعرف هذه",
        "nodigitsnosigns",
        "anna and the gazette",
        "\t\t\t\t\t\t\t\t",
    ],
)
def test_anything_else_may_be_one(make: Make, typed: str) -> None:
    assert flaw(make, typed) is None


def test_one_s_own_name_is_refused(open_house: Make) -> None:
    actor = choose(open_house)
    with open_house.write(actor) as unit:
        accounts.rename(unit, "Nora Lindqvist")

    assert flaw(open_house, "NoraLindqvist1") is PasswordTooNear
    assert flaw(open_house, "NoraLindqvist1", of="bob@reader.example") is None


def test_the_list_has_what_is_common_and_long_enough() -> None:
    text = resources.files("tertulia.services").joinpath("common_passwords.txt").read_text(encoding="utf-8")
    words = [each for line in text.splitlines() if not line.startswith("#") for each in line.split()]

    assert len(words) > 3_000
    assert words == sorted(set(words))
    assert min(len(each) for each in words) == 8
    assert all(each == each.casefold() for each in words)


def test_a_mail_lets_somebody_new_choose_a_password_and_opens_the_account(open_house: Make) -> None:
    asked = ask(open_house)
    with open_house.write(NOBODY) as unit:
        account = passwords.choose(
            unit, asked, letter(open_house, asked).token, browser_hash=BROWSER, key=KEY, kept=HASH
        )
        happened = unit.happened()

    assert (account.email, account.role) == (ANN, Role.READER)
    assert kept(open_house) == HASH
    assert PasswordChanged(account_id=account.id, change="set") in happened
    assert is_in(open_house, enter(open_house))


def test_a_new_password_ends_the_old_one_and_every_session(open_house: Make) -> None:
    before = choose(open_house)
    guest = open_house.guest("Ann")
    with open_house.write(guest.actor) as unit:
        comments.post(unit, CommentDraft(body="Hello.", story_url="https://gazette.example/a", name="Ann"))

    now = choose(open_house, NEW)

    assert kept(open_house) == NEW
    assert (is_in(open_house, before), is_in(open_house, now)) == (False, True)


def test_link_and_code_of_a_mail_choose_once(open_house: Make) -> None:
    asked = ask(open_house)
    mail = letter(open_house, asked)
    with open_house.write(NOBODY) as unit:
        wrong = f"{(int(mail.code) + 1) % 10**8:08d}"
        assert passwords.token_for_code(unit, asked, wrong, browser_hash=BROWSER, key=KEY) is None
        found = passwords.token_for_code(unit, asked, mail.code, browser_hash=BROWSER, key=KEY)
    assert found == (ANN, mail.token)
    with open_house.write(NOBODY) as unit:
        passwords.choose(unit, asked, mail.token, browser_hash=BROWSER, key=KEY, kept=HASH)

    for attempt in (
        lambda unit: passwords.choose(unit, asked, mail.token, browser_hash=BROWSER, key=KEY, kept=NEW),
        lambda unit: passwords.token_for_code(unit, asked, mail.code, browser_hash=BROWSER, key=KEY),
        lambda unit: passwords.address_by_token(unit, asked, mail.token, browser_hash=BROWSER, key=KEY),
    ):
        with pytest.raises(SignInOver), open_house.write(NOBODY) as unit:
            attempt(unit)
    assert kept(open_house) == HASH


def test_codes_may_be_tried_five_times(open_house: Make) -> None:
    asked = ask(open_house)
    right = letter(open_house, asked).code
    wrong = f"{(int(right) + 1) % 10**8:08d}"
    for _ in range(proofs.MOST_TRIES):
        with open_house.write(NOBODY) as unit:
            assert passwords.token_for_code(unit, asked, wrong, browser_hash=BROWSER, key=KEY) is None

    with pytest.raises(SignInOver), open_house.write(NOBODY) as unit:
        passwords.token_for_code(unit, asked, right, browser_hash=BROWSER, key=KEY)


def test_another_browser_chooses_nothing(open_house: Make) -> None:
    asked = ask(open_house)
    mail = letter(open_house, asked)

    with pytest.raises(OtherBrowser), open_house.write(NOBODY) as unit:
        passwords.choose(unit, asked, mail.token, browser_hash=OTHER, key=KEY, kept=HASH)
    with pytest.raises(SignInOver), open_house.write(NOBODY) as unit:
        passwords.token_for_code(unit, asked, mail.code, browser_hash=OTHER, key=KEY)


@pytest.mark.parametrize("token", ["", "x" * 43, "é", "\0"])
def test_what_is_no_token_chooses_nothing(open_house: Make, token: str) -> None:
    asked = ask(open_house)
    with pytest.raises(SignInOver), open_house.write(NOBODY) as unit:
        passwords.choose(unit, asked, token, browser_hash=BROWSER, key=KEY, kept=HASH)


def test_a_mail_is_good_for_one_purpose_only(open_house: Make) -> None:
    to_choose, to_sign_in = ask(open_house), ask(open_house, purpose=Purpose.SIGN_IN)
    chosen, signed = letter(open_house, to_choose), letter(open_house, to_sign_in)

    for attempt in (
        lambda unit: sign_in.confirm_token(unit, to_choose, chosen.token, browser_hash=BROWSER, key=KEY),
        lambda unit: sign_in.confirm_code(unit, to_choose, chosen.code, browser_hash=BROWSER, key=KEY),
        lambda unit: passwords.token_for_code(unit, to_sign_in, signed.code, browser_hash=BROWSER, key=KEY),
        lambda unit: passwords.choose(
            unit, to_sign_in, signed.token, browser_hash=BROWSER, key=KEY, kept=HASH
        ),
    ):
        with pytest.raises(SignInOver), open_house.write(NOBODY) as unit:
            attempt(unit)


def test_changing_ends_all_other_sessions_and_what_came_of_them(open_house: Make) -> None:
    elsewhere = choose(open_house)
    here = enter(open_house)

    with open_house.write(here) as unit:
        passwords.change(unit, passwords.own(unit), kept=NEW)
        (event,) = unit.happened()

    assert isinstance(event, PasswordChanged)
    assert event.change == "changed"
    assert kept(open_house) == NEW
    assert (is_in(open_house, elsewhere), is_in(open_house, here)) == (False, True)


def test_a_hash_that_changed_meanwhile_counts_for_nothing(open_house: Make) -> None:
    here = choose(open_house)
    compared = Kept(address=ANN, kept="the hash before")

    with pytest.raises(WrongPassword), open_house.write(NOBODY) as unit:
        passwords.confirm(unit, compared)
    for attempt in (
        lambda unit: passwords.change(unit, compared, kept=NEW),
        lambda unit: passwords.remove(unit, compared, has_mail=True),
        lambda unit: passwords.change(unit, Kept(address=ANN), kept=NEW),
    ):
        with pytest.raises(WrongPassword), open_house.write(here) as unit:
            attempt(unit)
    assert kept(open_house) == HASH


def test_nobody_comes_in_without_a_password(open_house: Make) -> None:
    with pytest.raises(WrongPassword), open_house.write(NOBODY) as unit:
        passwords.confirm(unit, passwords.of_address(unit, "nobody@reader.example"))
    with open_house.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.OWNER)
    with pytest.raises(WrongPassword), open_house.write(NOBODY) as unit:
        passwords.confirm(unit, passwords.of_address(unit, ANN))


def test_a_hash_made_anew_at_sign_in_is_kept(open_house: Make) -> None:
    choose(open_house)
    with open_house.write(NOBODY) as unit:
        passwords.confirm(unit, passwords.of_address(unit, ANN), renewed=NEW)
    assert kept(open_house) == NEW


def test_a_password_is_removed_where_another_way_remains(open_house: Make) -> None:
    elsewhere, here = choose(open_house), enter(open_house)
    with pytest.raises(LastWay), open_house.write(here) as unit:
        passwords.remove(unit, passwords.own(unit), has_mail=False)
    with open_house.write(here) as unit:
        passwords.remove(unit, passwords.own(unit), has_mail=True)
        (event,) = unit.happened()

    assert isinstance(event, PasswordChanged)
    assert event.change == "removed"
    assert kept(open_house) == ""
    assert (is_in(open_house, elsewhere), is_in(open_house, here)) == (False, True)
    with pytest.raises(NotFound), open_house.write(here) as unit:
        passwords.remove(unit, passwords.own(unit), has_mail=True)


def test_the_only_way_in_is_not_removed(open_house: Make) -> None:
    open_house.policy(ways_in=("password",))
    here = choose(open_house)
    with pytest.raises(LastWay), open_house.write(here) as unit:
        passwords.remove(unit, passwords.own(unit), has_mail=True)
    assert kept(open_house) == HASH


def test_an_account_without_an_address_has_no_password(open_house: Make) -> None:
    with open_house.write(NOBODY) as unit:
        account = identities.by_identity(unit, Identity(subject="reader-7", expires_at=NOON))
        token = sign_in.open_session(unit, account, way="publisher-token", device="")
    here = Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))

    with pytest.raises(NoAddress), open_house.read(here) as unit:
        passwords.own(unit)


def test_who_is_not_signed_in_has_none_to_change(open_house: Make) -> None:
    for attempt in (
        passwords.own,
        lambda unit: passwords.change(unit, Kept(address=ANN), kept=NEW),
        lambda unit: passwords.remove(unit, Kept(address=ANN), has_mail=True),
    ):
        with pytest.raises(SessionOver), open_house.write(NOBODY) as unit:
            attempt(unit)


def test_another_role_and_the_operator_end_a_password(open_house: Make) -> None:
    choose(open_house)
    with open_house.write(SYSTEM) as unit:
        accounts.set_role(unit, ANN, Role.MODERATOR)
    assert kept(open_house) == ""

    choose(open_house)
    with open_house.write(SYSTEM) as unit:
        accounts.end_sessions(unit, ANN)
    assert kept(open_house) == ""


def test_what_the_policy_does_not_offer_begins_and_ends_nothing(make: Make) -> None:
    with pytest.raises(WayNotOffered):
        ask(make)
    make.policy(ways_in=("password",))
    here, asked = choose(make), ask(make)
    mail = letter(make, asked)
    with pytest.raises(WayNotOffered):
        ask(make, purpose=Purpose.SIGN_IN)
    make.policy(ways_in=("email",))

    for attempt in (
        lambda unit: passwords.of_address(unit, ANN),
        lambda unit: passwords.confirm(unit, Kept(address=ANN, kept=HASH)),
        lambda unit: passwords.choose(unit, asked, mail.token, browser_hash=BROWSER, key=KEY, kept=NEW),
        lambda unit: passwords.token_for_code(unit, asked, mail.code, browser_hash=BROWSER, key=KEY),
    ):
        with pytest.raises(WayNotOffered), make.write(NOBODY) as unit:
            attempt(unit)
    with pytest.raises(WayNotOffered), make.write(here) as unit:
        passwords.change(unit, passwords.own(unit), kept=NEW)
    with make.write(here) as unit:
        passwords.remove(unit, passwords.own(unit), has_mail=True)


def test_a_first_password_is_set_by_who_signed_in_a_short_while_ago(open_house: Make) -> None:
    here = signed_in(open_house)
    open_house.clock.advance(timedelta(minutes=16))
    for attempt in (
        lambda unit: passwords.change(unit, passwords.own(unit), kept=HASH),
        lambda unit: passwords.require_may_set(unit, passwords.own(unit)),
    ):
        with pytest.raises(ProveAgain), open_house.write(here) as unit:
            attempt(unit)

    here = signed_in(open_house)
    with open_house.write(here) as unit:
        passwords.change(unit, passwords.own(unit), kept=HASH)
    open_house.clock.advance(timedelta(minutes=16))
    with open_house.write(here) as unit:
        passwords.change(unit, passwords.own(unit), kept=NEW)
    assert kept(open_house) == NEW


@pytest.mark.parametrize(
    "ways", [(), "", " , ", ("e mail",), ("Email",), ("email", "../x"), ("-x",), ("x" * 41,)]
)
def test_ways_in_that_lead_nowhere_are_no_policy(make: Make, ways: object) -> None:
    with pytest.raises(BadPolicy), make.write(SYSTEM) as unit:
        sites.change_policy(unit, {"ways_in": ways})
    with make.read() as unit:
        assert unit.policy.ways_in == ("email", "passkey")
