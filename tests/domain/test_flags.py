"""What a flag weighs, which flags count as one, and what decisions make of them."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain import flags, ids
from tertulia.domain.flags import BURST, MANY, RUSH, Flag, Record, State
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Outcome, Status

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
counts = st.integers(0, 100)


def flag(
    number: int,
    *,
    after: timedelta = timedelta(),
    network: str = "",
    comment: int = 1,
    is_new: bool = False,
    weight: float = 1.0,
    reason: str = "spam",
) -> Flag:
    return Flag(
        id=number,
        comment_id=CommentId(comment),
        flagger=f"reader {number}",
        author_id=None,
        reason=reason,
        words="",
        weight=weight,
        brigade=None,
        is_new=is_new,
        network=network,
        created_at=NOON + after,
        state=State.OPEN,
    )


def spread(many: int, *, apart: timedelta = timedelta(seconds=20), **options: object) -> list[Flag]:
    return [flag(number, after=apart * number, **options) for number in range(1, many + 1)]  # type: ignore[arg-type]  # what `flag` takes


@pytest.mark.parametrize(
    ("upheld", "dismissed", "is_guest", "weight"),
    [
        (0, 0, False, 1.0),
        (0, 0, True, 0.5),
        (2, 0, False, 2 * 4 / 6),
        (0, 2, False, 2 * 2 / 6),
        (100, 0, False, 2 * 102 / 104),
        (100, 0, True, 2 * 101 / 104),
        (0, 100, False, 0.25),
        (0, 100, True, 0.25),
        (50, 50, False, 1.0),
    ],
)
def test_the_formula(upheld: int, dismissed: int, is_guest: bool, weight: float) -> None:
    assert flags.weight_of(Record(upheld=upheld, dismissed=dismissed), is_guest=is_guest) == pytest.approx(
        weight
    )


@given(counts, counts, st.booleans())
def test_a_weight_is_bounded_and_one_more_right_never_makes_it_lighter(
    upheld: int, dismissed: int, is_guest: bool
) -> None:
    now = flags.weight_of(Record(upheld=upheld, dismissed=dismissed), is_guest=is_guest)
    right = flags.weight_of(Record(upheld=upheld + 1, dismissed=dismissed), is_guest=is_guest)
    wrong = flags.weight_of(Record(upheld=upheld, dismissed=dismissed + 1), is_guest=is_guest)

    assert flags.LIGHTEST <= wrong <= now <= right <= flags.HEAVIEST


@given(counts, counts)
def test_a_guest_never_weighs_more_than_an_account_with_the_same_record(upheld: int, dismissed: int) -> None:
    record = Record(upheld=upheld, dismissed=dismissed)

    assert flags.weight_of(record, is_guest=True) <= flags.weight_of(record, is_guest=False)


BRIGADES: list[tuple[str, Sequence[Flag], dict[int, int]]] = [
    ("nobody", [], {}),
    ("one alone", [flag(1, network="a")], {}),
    ("twenty honest readers in ten minutes", [flag(n, after=RUSH * n / 20, network=f"n{n}") for n in range(1, 21)], {}),
    ("two of one network", spread(2, network="a"), {1: 1, 2: 1}),
    ("two of one network, a day apart", spread(2, network="a", apart=timedelta(days=1)), {}),
    ("an unknown network is none", spread(20, network=""), {}),
    ("many newcomers at once", [flag(n, network=f"n{n}", is_new=True) for n in range(1, MANY + 1)],
     dict.fromkeys(range(1, MANY + 1), 1)),
    ("some newcomers at once", [flag(n, network=f"n{n}", is_new=True) for n in range(1, MANY)], {}),
    ("many newcomers over days", [
        flag(n, after=timedelta(hours=n), network=f"n{n}", is_new=True) for n in range(1, MANY + 5)
    ], {}),
    ("a burst, a pause, and another", [
        *spread(2, network="a"),
        *(flag(n, after=2 * BURST + timedelta(minutes=n), network="a") for n in (3, 4)),
    ], {1: 1, 2: 1, 3: 3, 4: 3}),
    ("one network over many comments of an author", [flag(n, network="a", comment=n) for n in range(1, MANY + 1)],
     dict.fromkeys(range(1, MANY + 1), 1)),
    ("a household on two comments of an author", [flag(n, network="a", comment=n) for n in (1, 2)], {}),
    ("an old hand is not drawn in by newcomers", [
        flag(1, network="z"), *(flag(n, network=f"n{n}", is_new=True) for n in range(2, MANY + 2))
    ], dict.fromkeys(range(2, MANY + 2), 2)),
]  # fmt: skip


@pytest.mark.parametrize(
    ("found", "leads"), [each[1:] for each in BRIGADES], ids=[each[0] for each in BRIGADES]
)
def test_what_makes_a_brigade(found: Sequence[Flag], leads: dict[int, int]) -> None:
    assert flags.lead(found) == leads


def test_one_reader_who_flags_many_comments_of_an_author_is_no_brigade() -> None:
    found = [flag(n, network="a", comment=n) for n in range(1, 10)]

    assert flags.lead([replace(each, flagger="me") for each in found]) == {}


@given(st.permutations([*spread(3, network="a"), flag(9, network="b")]))
def test_the_order_in_which_they_are_given_makes_no_difference(found: list[Flag]) -> None:
    assert flags.lead(found) == {1: 1, 2: 1, 3: 1}


@pytest.mark.parametrize("forgotten", [{1, 2, 3}, {1}, {1, 2}, {2, 3}])
def test_what_was_together_stays_so_when_networks_are_forgotten(forgotten: set[int]) -> None:
    before = led(spread(3, network="a"))

    after = [replace(each, network="" if each.id in forgotten else "a") for each in before]

    assert flags.lead(after) == {1: 1, 2: 1, 3: 1}
    assert flags.lead(after[1:]) == {2: 2, 3: 2}


def led(found: Sequence[Flag]) -> list[Flag]:
    """Flags as they are kept: each names who leads it."""
    leads = flags.lead(found)
    return [
        replace(each, brigade=None if leads.get(each.id) == each.id else leads.get(each.id)) for each in found
    ]


def test_a_brigade_weighs_as_much_as_its_heaviest_once() -> None:
    found = [flag(1, network="a", weight=0.5), flag(2, network="a", weight=1.5), flag(3, network="b")]

    assert flags.weigh(led(found), CommentId(1)) == 1.5 + 1.0


def test_a_brigade_over_many_comments_counts_on_the_first() -> None:
    found = led([flag(n, network="a", comment=n) for n in range(1, MANY + 1)])

    assert [flags.weigh(found, CommentId(n)) for n in (1, 2)] == [1.0, 0]


def test_what_moderators_looked_at_already_counts_half() -> None:
    found = [flag(1, network="a"), flag(2, network="b", reason="hate")]

    assert flags.weigh(found, CommentId(1), seen=frozenset({"spam"})) == 1.5


def test_a_newcomer_is_somebody_of_whom_nothing_is_a_day_old() -> None:
    old, young = ids.at(NOON - flags.NEW_FOR, 1), ids.at(NOON - flags.NEW_FOR + timedelta(seconds=1), 1)

    assert flags.is_newcomer([], NOON)
    assert flags.is_newcomer([young, young], NOON)
    assert not flags.is_newcomer([young, old], NOON)


def decision(number: int, outcome: Outcome, *, by: str = "Maren", undoes: int | None = None) -> Decision:
    return Decision(
        id=number, outcome=outcome, reason="", made_by=by, policy_version=1, made_at=NOON, undoes=undoes
    )


PUBLISH, REMOVE, RESTORE, HOLD = Outcome.PUBLISH, Outcome.REMOVE, Outcome.RESTORE, Outcome.HOLD
VISIBLE, HELD, REMOVED = Status.VISIBLE, Status.HELD, Status.REMOVED


@pytest.mark.parametrize(
    ("decisions", "status", "state"),
    [
        ([], VISIBLE, State.OPEN),
        ([decision(5, PUBLISH)], VISIBLE, State.OPEN),  # from before the flag
        ([decision(11, HOLD, by="system")], HELD, State.OPEN),
        ([decision(11, HOLD)], HELD, State.OPEN),
        ([decision(11, PUBLISH)], VISIBLE, State.DISMISSED),
        ([decision(11, REMOVE)], REMOVED, State.UPHELD),
        ([decision(11, HOLD), decision(12, REMOVE)], REMOVED, State.UPHELD),
        ([decision(11, PUBLISH), decision(12, REMOVE)], REMOVED, State.UPHELD),
        ([decision(11, REMOVE), decision(12, RESTORE)], VISIBLE, State.DISMISSED),
        ([decision(11, REMOVE), decision(12, RESTORE, undoes=11)], VISIBLE, State.OPEN),
        (
            [decision(11, PUBLISH), decision(12, REMOVE), decision(13, RESTORE, undoes=12)],
            VISIBLE,
            State.DISMISSED,
        ),
        ([decision(11, PUBLISH, by="system")], VISIBLE, State.OPEN),
        ([decision(5, REMOVE), decision(6, RESTORE), decision(11, REMOVE, undoes=6)], REMOVED, State.UPHELD),
    ],
)
def test_what_decisions_make_of_a_flag(decisions: list[Decision], status: Status, state: State) -> None:
    assert flags.state_after(10, decisions, status) is state
