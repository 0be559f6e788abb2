"""Names that somebody had before: kept when a face is renamed, limited by policy, gone with the account."""

from datetime import timedelta

import pytest

from tertulia.domain.accounts import Role
from tertulia.domain.authors import NameTaken, TooManyNames
from tertulia.domain.comments import CommentDraft
from tertulia.domain.permissions import SYSTEM, Actor
from tertulia.services import accounts, comments, erasure, my_data, names
from tertulia.services.names import MONTH
from tertulia.testing.builders import Make
from tests.services.test_erasure import everything, work
from tests.services.test_sign_in import signed_in


def rename(make: Make, actor: Actor, name: str) -> None:
    make.clock.advance(timedelta(minutes=1))
    with make.write(actor) as unit:
        accounts.rename(unit, name)


def former(make: Make, actor: Actor) -> list[str]:
    with make.read(actor) as unit:
        assert unit.actor.author is not None
        return [each.name for each in names.list_former(unit, unit.actor.author)]


def test_a_first_name_replaces_none(make):
    ann = signed_in(make)

    rename(make, ann, "Ann")

    assert former(make, ann) == []


def test_each_change_keeps_the_name_before_it(make):
    ann = signed_in(make)
    for name in ("Ann", "Anna", "Ann", "Ann"):
        rename(make, ann, name)

    assert former(make, ann) == ["Anna", "Ann"]


def test_a_guest_whose_name_gets_a_number_behind_it_had_one_without(make):
    rename(make, signed_in(make, "first@reader.example"), "Ann")
    guest, story = make.guest(), make.story()
    make.policy(reserved_names=[])
    with make.write(guest.actor) as unit:
        comments.post(unit, CommentDraft(body="Hello.", story_id=story.id, name="Anja"))
    rename(make, signed_in(make, "first@reader.example"), "Anja")

    ann = signed_in(make, "second@reader.example", guest=guest.actor)

    assert former(make, ann) == ["Anja"]


def test_a_name_is_changed_three_times_a_month(make):
    ann = signed_in(make)
    for name in ("Ann", "Anna", "Anne", "Annette"):
        rename(make, ann, name)

    with pytest.raises(TooManyNames) as refused:
        rename(make, ann, "Annika")

    assert former(make, ann) == ["Anne", "Anna", "Ann"]
    assert 0 < refused.value.retry_after <= MONTH.total_seconds()
    # The first change was three minutes before, and each try is a minute later than the one before.
    make.clock.advance(MONTH - timedelta(minutes=5))
    ann = signed_in(make)
    with pytest.raises(TooManyNames):
        rename(make, ann, "Annika")
    rename(make, ann, "Annika")


def test_names_are_changed_without_end_where_the_policy_says_so(make):
    make.policy(names_per_month=0)
    ann = signed_in(make)

    for number in range(6):
        rename(make, ann, f"Ann the {'x' * (number + 1)}")

    assert len(former(make, ann)) == 5


def test_a_name_that_is_refused_does_not_count(make):
    rename(make, signed_in(make, "ben@reader.example"), "Ben")
    make.policy(names_per_month=1)
    ann = signed_in(make)
    rename(make, ann, "Ann")

    for _ in range(3):
        with pytest.raises(NameTaken):
            rename(make, ann, "Ben")
    rename(make, ann, "Anna")

    assert former(make, ann) == ["Ann"]


def test_a_takeout_holds_them_and_the_end_of_the_account_deletes_them(make):
    ann = signed_in(make)
    for name in ("Ann", "Anna"):
        rename(make, ann, name)
    with make.read(ann) as unit:
        assert unit.actor.account is not None
        owned = my_data.belongings(unit, unit.actor.account)
    assert [each.name for each in owned.former_names] == ["Ann"]

    with make.write(ann) as unit:
        erasure.ask(unit, "keep")
    make.clock.advance(timedelta(days=15))
    assert work(make) == 1

    assert "Ann" not in everything(make)


def test_staff_change_their_names_under_the_same_limit(make):
    make.policy(names_per_month=1)
    with make.write(SYSTEM) as unit:
        accounts.set_role(unit, "ada@gazette.example", Role.OWNER)
    ada = signed_in(make, "ada@gazette.example")
    rename(make, ada, "Ada")
    rename(make, ada, "Ada L.")

    with pytest.raises(TooManyNames):
        rename(make, ada, "Ada")
