"""The second factor: codes of an app, each once; recovery codes; who is let in without, and who is not."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from tertulia.domain.accounts import Account, Role, SessionOver
from tertulia.domain.permissions import NOBODY, SYSTEM, Actor, ActorKind, may_moderate
from tertulia.domain.second_factor import (
    RECOVERY_CODES,
    NoSecondFactor,
    SecondFactorThere,
    SecondOver,
    Secret,
    TooManyCodes,
    plain,
)
from tertulia.services import accounts, freshness, my_data, passkeys, second_factor, sign_in, totp
from tertulia.services.freshness import FRESH, ProveAgain, SecondNeeded
from tertulia.services.second_factor import MOST_A_DAY, MOST_AN_HOUR, MOST_TRIES
from tertulia.store import schema
from tertulia.testing.builders import Make
from tests.authenticator import Device
from tests.services import test_passkeys
from tests.services.test_erasure import everything
from tests.services.test_sign_in import ANN, bearer_of, email_of, signed_in
from tests.telephone import Telephone

KEY = "the operator's key"
OWNER = "owner@gazette.example"


def session(token: str) -> Actor:
    return Actor(kind=ActorKind.GUEST, session_hash=accounts.hash_secret(token))


def begun(make: Make, actor: Actor, key: str = KEY) -> Telephone:
    """Begin to set up; give the telephone that read the picture."""
    with make.write(actor) as unit:
        second_factor.begin(unit)
    with make.read(actor) as unit:
        return Telephone.read(second_factor.secret(unit, key=key).address)


def confirm(make: Make, actor: Actor, code: str) -> list[str] | None:
    with make.write(actor) as unit:
        return second_factor.confirm(unit, code, key=KEY)


def set_up(make: Make, actor: Actor) -> tuple[Telephone, list[str]]:
    """Set it up; the code that this takes is used."""
    telephone = begun(make, actor)
    codes = confirm(make, actor, telephone.show(make.clock()))
    assert codes is not None
    return telephone, codes


def account_of(make: Make, address: str = ANN) -> Account:
    with make.read(SYSTEM) as unit:
        return accounts.find(unit, address)


def pending(make: Make, address: str = ANN, guest: Actor = NOBODY) -> str:
    """Prove the first factor; give the token that opens nothing."""
    with make.write(guest) as unit:
        return sign_in.open_pending(unit, accounts.find(unit, address), way="email", device="Firefox, Linux")


def enter(make: Make, token: str, code: str, guest: Actor = NOBODY, key: str = KEY) -> str | None:
    with make.write(guest) as unit:
        return second_factor.enter(unit, token, code, key=key)


def own(make: Make, actor: Actor) -> tuple[bool, int]:
    with make.read(actor) as unit:
        found = second_factor.own(unit)
    return found.has_app, found.codes_left


def changes(make: Make) -> list[str]:
    with make.read() as unit:
        rows = unit.db.execute(
            select(schema.event.c.facts)
            .where(schema.event.c.name == "second-factor.changed")
            .order_by(schema.event.c.id)
        )
        return [facts["change"] for (facts,) in rows]


@pytest.mark.parametrize(
    ("seconds", "code"),
    # RFC 6238, appendix B, the last six digits.
    [(59, "287082"), (1111111109, "081804"), (1234567890, "005924"), (20000000000, "353130")],
)
def test_codes_are_those_of_the_standard(seconds, code):
    moment = datetime.fromtimestamp(seconds, UTC)
    assert totp.period_of(b"12345678901234567890", code, now=moment) == seconds // 30


def test_an_app_is_set_up_by_its_first_code_and_asked_for_from_then_on(make):
    ann = signed_in(make)
    telephone = begun(make, ann)
    assert (telephone.issuer, telephone.label) == ("The Gazette", f"The Gazette:{ANN}")
    assert own(make, ann) == (False, 0)
    assert not second_factor.is_asked_for(account_of(make), way="email")

    codes = confirm(make, ann, telephone.show(make.clock()))

    assert codes is not None
    assert len(set(codes)) == RECOVERY_CODES
    assert own(make, ann) == (True, RECOVERY_CODES)
    assert second_factor.is_asked_for(account_of(make), way="email")
    assert not second_factor.is_asked_for(account_of(make), way="passkey")
    assert changes(make) == ["set-up"]


def test_a_wrong_first_code_sets_nothing_up(make):
    ann = signed_in(make)
    telephone = begun(make, ann)

    assert confirm(make, ann, telephone.show(make.clock(), periods=7)) is None
    assert own(make, ann) == (False, 0)
    assert changes(make) == []


def test_beginning_again_gives_another_secret(make):
    ann = signed_in(make)
    first, second = begun(make, ann), begun(make, ann)

    assert first.secret != second.secret
    assert len(first.secret) == 20
    assert confirm(make, ann, first.show(make.clock())) is None


def test_the_secret_is_never_shown_again_and_stands_nowhere(make):
    ann = signed_in(make)
    telephone, codes = set_up(make, ann)

    with pytest.raises(SecondFactorThere), make.read(ann) as unit:
        second_factor.secret(unit, key=KEY)
    with pytest.raises(SecondFactorThere), make.write(ann) as unit:
        second_factor.begin(unit)
    kept = everything(make)
    assert telephone.secret.hex() not in kept
    assert Secret(value=telephone.secret, issuer="", owner="").text not in kept
    assert [code for code in codes if code in kept] == []


def test_another_account_site_or_key_has_another_secret(make):
    ann, bob = signed_in(make), signed_in(make, "bob@reader.example")
    telephone = begun(make, ann)
    with make.read(ann) as unit:
        other_key = second_factor.secret(unit, key="another key").value

    assert len({telephone.secret, begun(make, bob).secret, other_key}) == 3


def test_nothing_is_confirmed_that_was_not_begun(make):
    ann = signed_in(make)
    with pytest.raises(NoSecondFactor):
        confirm(make, ann, "123456")
    with pytest.raises(NoSecondFactor), make.write(ann) as unit:
        second_factor.renew_codes(unit)


def test_who_proved_one_factor_comes_in_by_the_second(make):
    telephone, _ = set_up(make, signed_in(make))
    make.clock.advance(timedelta(minutes=1))
    token = pending(make)

    whole = enter(make, token, telephone.show(make.clock()))

    assert whole is not None
    assert email_of(make, session(whole)) == ANN
    with make.read(session(whole)) as unit:
        (this, _) = accounts.list_sessions(unit)
        assert freshness.is_fresh(unit)
    assert (this.way, this.second_at, this.device) == ("email", make.clock(), "Firefox, Linux")


def test_a_pending_session_opens_nothing(make):
    ann = signed_in(make)
    set_up(make, ann)
    token = pending(make)

    assert email_of(make, session(token)) == ""
    with make.read() as unit:
        assert accounts.staff_of(unit, token) is None
    with pytest.raises(SessionOver), make.write(session(token)) as unit:
        sign_in.make_handover(unit, unit.site.origins[0])
    with (
        pytest.raises(SessionOver),
        make.read(Actor(kind=ActorKind.AUTHOR, session_hash=accounts.hash_secret(token))),
    ):
        pass
    with make.read(ann) as unit:
        assert len(accounts.list_sessions(unit)) == 1


def test_a_pending_session_counts_once(make):
    telephone, codes = set_up(make, signed_in(make))
    make.clock.advance(timedelta(minutes=1))
    token = pending(make)
    enter(make, token, telephone.show(make.clock()))

    with pytest.raises(SecondOver):
        enter(make, token, codes[0])
    assert email_of(make, session(token)) == ""


def test_a_pending_session_ends_after_ten_minutes(make):
    _, codes = set_up(make, signed_in(make))
    token = pending(make)
    make.clock.advance(timedelta(minutes=sign_in.PENDING_MINUTES) - timedelta(seconds=1))
    assert enter(make, token, "000000") is None

    make.clock.advance(timedelta(seconds=1))
    with pytest.raises(SecondOver):
        enter(make, token, codes[0])


@pytest.mark.parametrize("made_up", ["", "second.", "x" * 43, "second." + "x" * 43])
def test_no_other_token_counts_as_pending(make, made_up):
    with pytest.raises(SecondOver):
        enter(make, made_up, "000000")


def test_a_whole_session_is_no_pending_one(make):
    ann = signed_in(make)
    _, codes = set_up(make, ann)
    with make.write(NOBODY) as unit:
        whole = sign_in.open_session(unit, account_of(make), way="email", device="")

    with pytest.raises(SecondOver):
        enter(make, whole, codes[0])


@pytest.mark.parametrize(("periods", "is_right"), [(-2, False), (-1, True), (0, True), (1, True), (2, False)])
def test_a_clock_may_go_wrong_by_one_period(make, periods, is_right):
    telephone, _ = set_up(make, signed_in(make))
    make.clock.advance(timedelta(minutes=5))
    token = pending(make)

    entered = enter(make, token, telephone.show(make.clock(), periods=periods))
    assert (entered is not None) is is_right


def test_a_code_counts_once_and_so_do_those_before_it(make):
    telephone, _ = set_up(make, signed_in(make))
    now = make.clock()
    assert enter(make, pending(make), telephone.show(now)) is None, "the code that set it up"

    assert enter(make, pending(make), telephone.show(now, periods=1)) is not None
    assert enter(make, pending(make), telephone.show(now, periods=1)) is None
    assert enter(make, pending(make), telephone.show(now)) is None


def test_recovery_codes_count_once_each_however_they_are_typed(make):
    ann = signed_in(make)
    _, codes = set_up(make, ann)
    written = f"  {codes[0][:8].upper()} - {codes[0][8:12]}\u2011{codes[0][12:]} "

    assert enter(make, pending(make), written) is not None
    assert enter(make, pending(make), codes[0]) is None
    assert enter(make, pending(make), codes[1]) is not None
    assert own(make, ann) == (True, RECOVERY_CODES - 2)
    assert changes(make) == ["set-up", "code-used", "code-used"]


def test_recovery_codes_are_their_accounts_own(make):
    _, codes = set_up(make, signed_in(make))
    set_up(make, signed_in(make, "bob@reader.example"))

    assert enter(make, pending(make, "bob@reader.example"), codes[0]) is None


def test_new_recovery_codes_end_the_old_ones(make):
    ann = signed_in(make)
    _, codes = set_up(make, ann)
    with make.write(ann) as unit:
        fresh = second_factor.renew_codes(unit)

    assert not set(fresh) & set(codes)
    assert enter(make, pending(make), codes[0]) is None
    assert enter(make, pending(make), fresh[0]) is not None


def test_after_five_wrong_codes_one_begins_anew(make):
    telephone, _ = set_up(make, signed_in(make))
    make.clock.advance(timedelta(minutes=1))
    token = pending(make)
    for _ in range(MOST_TRIES):
        assert enter(make, token, "000000") is None

    with pytest.raises(SecondOver):
        enter(make, token, telephone.show(make.clock()))
    assert enter(make, pending(make), telephone.show(make.clock())) is not None


def test_beginning_anew_gives_no_more_guesses_than_ten_an_hour_and_thirty_a_day(make):
    telephone, codes = set_up(make, signed_in(make))
    tried = 0
    for hour in range(5):
        for _ in range(MOST_AN_HOUR + 2):
            try:
                enter(make, pending(make), "000000")
                tried += 1
            except TooManyCodes:
                break
        assert tried == min((hour + 1) * MOST_AN_HOUR, MOST_A_DAY)
        with pytest.raises(TooManyCodes):
            enter(make, pending(make), telephone.show(make.clock()))
        make.clock.advance(timedelta(hours=1))

    assert enter(make, pending(make), codes[0]) is not None, "its owner is not kept out"
    make.clock.advance(timedelta(days=1))
    assert enter(make, pending(make), telephone.show(make.clock())) is not None


def test_a_guest_becomes_the_accounts_face_with_the_second_factor_and_not_before(make):
    telephone, _ = set_up(make, signed_in(make))
    guest = make.guest("Ann")
    make.comment(guest=guest)
    make.clock.advance(timedelta(minutes=1))
    token = pending(make, guest=guest.actor)
    assert account_of(make).author is None

    whole = enter(make, token, telephone.show(make.clock()), guest=guest.actor)

    assert whole is not None
    assert account_of(make).name == "Ann"


def test_removing_it_leaves_nothing_and_asks_for_nothing(make):
    ann = signed_in(make)
    _, codes = set_up(make, ann)
    with make.write(ann) as unit:
        second_factor.remove(unit)

    assert own(make, ann) == (False, 0)
    assert not second_factor.is_asked_for(account_of(make), way="email")
    with make.read() as unit:
        assert unit.db.execute(select(schema.recovery_code)).all() == []
        assert unit.db.execute(select(schema.account.c.totp_salt, schema.account.c.totp_period)).all() == [
            (None, None)
        ]
    assert changes(make) == ["set-up", "removed"]
    set_up(make, ann)
    assert enter(make, pending(make), codes[0]) is None


@pytest.mark.parametrize("change", [second_factor.begin, second_factor.renew_codes, second_factor.remove])
def test_changes_need_a_fresh_proof_and_a_session_of_ones_own(make, change):
    ann = signed_in(make)
    set_up(make, ann)
    bearer = bearer_of(make, ann)
    make.clock.advance(FRESH + timedelta(seconds=1))

    for actor, refusal in ((ann, ProveAgain), (bearer, ProveAgain), (NOBODY, SessionOver)):
        with pytest.raises(refusal), make.write(actor) as unit:
            change(unit)
    assert own(make, ann) == (True, RECOVERY_CODES)


def test_an_app_begun_is_confirmed_in_time_only(make):
    ann = signed_in(make)
    telephone = begun(make, ann)
    make.clock.advance(FRESH + timedelta(seconds=1))

    with pytest.raises(ProveAgain):
        confirm(make, ann, telephone.show(make.clock()))


def test_a_code_makes_the_acting_session_fresh(make):
    ann = signed_in(make)
    telephone, _ = set_up(make, ann)
    with make.write(NOBODY) as unit:
        before = sign_in.open_session(unit, account_of(make), way="email", device="Safari, iPhone")
    make.clock.advance(FRESH + timedelta(minutes=1))

    with make.write(session(before)) as unit:
        assert second_factor.prove_again(unit, "000000", key=KEY, before=before) is None
    with make.write(session(before)) as unit:
        after = second_factor.prove_again(unit, telephone.show(make.clock()), key=KEY, before=before)

    assert after is not None
    assert email_of(make, session(before)) == ""
    with make.read(session(after)) as unit:
        assert freshness.is_fresh(unit)
        assert freshness.list_ways(unit) == {"email", "second"}


def test_a_bearer_is_made_fresh_by_nothing(make):
    ann = signed_in(make)
    telephone, _ = set_up(make, ann)
    bearer = bearer_of(make, ann)
    make.clock.advance(timedelta(minutes=1))

    with pytest.raises(SessionOver), make.write(bearer) as unit:
        second_factor.prove_again(unit, telephone.show(make.clock()), key=KEY, before="")


def test_another_key_of_the_operators_leaves_the_recovery_codes(make):
    telephone, codes = set_up(make, signed_in(make))
    make.clock.advance(timedelta(minutes=1))

    assert enter(make, pending(make), telephone.show(make.clock()), key="another") is None
    assert enter(make, pending(make), codes[0], key="another") is not None


def test_a_reset_by_the_operator_removes_it(make):
    ann = signed_in(make)
    set_up(make, ann)
    with make.write(SYSTEM) as unit:
        second_factor.reset(unit, accounts.find(unit, ANN))

    assert own(make, ann) == (False, 0)
    assert changes(make) == ["set-up", "reset"]


def test_what_one_takes_along_holds_no_secret(make):
    ann = signed_in(make)
    telephone, codes = set_up(make, ann)
    with make.read(ann) as unit:
        told = str(my_data.belongings(unit, account_of(make)))

    assert telephone.secret.hex() not in told
    assert not [code for code in codes if code in told]


@pytest.mark.parametrize(
    ("code", "wanted"),
    [
        (" 12 34-56", "123456"),
        ("١٢٣٤٥٦", "123456"),
        ("ABCD efgh", "abcdefgh"),
        ("²3", "²3"),
        ("x" * 500, "x" * 200),
    ],
)
def test_codes_have_one_spelling(code, wanted):
    assert plain(code) == wanted


# Staff.


def owner(make: Make, *, is_needed: bool = True) -> Actor:
    """A signed-in owner of a site that asks staff for a second factor."""
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, OWNER, Role.OWNER)
    make.policy(staff_need_second=is_needed)
    return signed_in(make, OWNER)


def has_powers(make: Make, actor: Actor) -> bool:
    with make.read(actor) as unit:
        return may_moderate(unit.actor, "")


def is_at_desk(make: Make, token: str) -> bool:
    with make.read() as unit:
        return accounts.staff_of(unit, token) is not None


def test_staff_comes_to_the_desk_by_two_factors_where_the_site_asks_for_them(make):
    first = owner(make)
    assert not has_powers(make, first)
    telephone, _ = set_up(make, first)
    assert has_powers(make, first), "who sets it up has just shown it"
    make.clock.advance(timedelta(minutes=1))

    whole = enter(make, pending(make, OWNER), telephone.show(make.clock()))

    assert whole is not None
    assert is_at_desk(make, whole)
    assert has_powers(make, session(whole))


def test_a_passkey_is_two_factors_by_itself(make):
    owner(make)
    with make.write(NOBODY) as unit:
        found = accounts.find(unit, OWNER)
        token = sign_in.open_session(unit, found, way="passkey", device="", second_at=unit.now)

    assert is_at_desk(make, token)
    assert has_powers(make, session(token))


def test_without_the_choice_everything_is_as_before(make):
    first = owner(make, is_needed=False)

    assert has_powers(make, first)


def test_at_rest_one_is_a_reader_and_reads_ones_own(make):
    first = owner(make)

    with make.read(first) as unit:
        assert unit.actor.account is not None
        assert (unit.actor.account.role, unit.actor.account.powers) == (Role.OWNER, Role.READER)


def test_readers_are_asked_for_nothing(make):
    make.policy(staff_need_second=True)
    with make.read(signed_in(make)) as unit:
        assert unit.actor.account is not None
        assert not unit.actor.account.rests


def test_a_bearer_of_staff_has_no_powers(make):
    first = owner(make)
    set_up(make, first)

    assert not has_powers(make, bearer_of(make, first))


def test_removing_the_factor_closes_the_desk(make):
    first = owner(make)
    set_up(make, first)
    with make.write(first) as unit:
        second_factor.remove(unit)

    assert not has_powers(make, first)


def test_a_mailbox_alone_adds_no_factor_to_staff_that_has_one(make):
    device = Device(origin=test_passkeys.ORIGIN)
    test_passkeys.add(make, owner(make), device)
    by_mail = signed_in(make, OWNER)

    for change in (
        second_factor.begin,
        lambda unit: passkeys.holder(unit, key=KEY),
        lambda unit: passkeys.remove(unit, passkeys.list_own(unit)[0].id),
    ):
        with pytest.raises(SecondNeeded), make.write(by_mail) as unit:
            change(unit)
    assert not has_powers(make, by_mail)


def test_sessions_from_before_the_choice_rest_from_then_on(make):
    first = owner(make, is_needed=False)
    assert has_powers(make, first)
    make.policy(staff_need_second=True)

    assert not has_powers(make, first)
