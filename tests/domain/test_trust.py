"""Trust as a table, and ranges that are about nobody in particular."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.trust import FEWEST, Range, Standing, has_earned, usual

COUNTS = st.integers(0, 1_000)


@pytest.mark.parametrize(
    ("approved", "removed", "after", "earned"),
    [
        (0, 0, 0, False),
        (1_000, 0, 0, False),
        (4, 0, 5, False),
        (5, 0, 5, True),
        (5, 1, 5, False),
        (9, 1, 5, False),
        (10, 1, 5, True),
        (20, 3, 5, False),
        (30, 3, 5, True),
        (0, 0, 1, False),
    ],
)
def test_trust_is_earned_by_approvals_and_few_removals(approved, removed, after, earned):
    assert has_earned(approved, removed, after=after) is earned


@given(COUNTS, COUNTS, st.integers(0, 50))
def test_one_more_approval_never_loses_trust_and_one_more_removal_never_earns_it(approved, removed, after):
    now = has_earned(approved, removed, after=after)

    assert has_earned(approved + 1, removed, after=after) >= now
    assert has_earned(approved, removed + 1, after=after) <= now


def standings(*comments: int) -> list[Standing]:
    return [Standing(comments=each, approved=each * 2, removed=0) for each in comments]


def test_a_range_says_where_half_of_the_authors_are():
    found = usual(standings(*range(1, 12)))

    assert found.authors == 11
    assert (found.comments, found.approved, found.removed) == (
        Range(low=4, median=6, high=8),
        Range(low=7, median=12, high=17),
        Range(low=0, median=0, high=0),
    )


def test_few_authors_have_no_range():
    assert usual(standings(*range(FEWEST - 1))) is None
    assert usual(standings(*range(FEWEST))) is not None
    assert usual([]) is None


@given(st.lists(COUNTS, min_size=FEWEST, max_size=40))
def test_a_range_is_in_order_whoever_comes_first(counts):
    found = usual(standings(*counts))

    assert found.comments.low <= found.comments.median <= found.comments.high
    assert found == usual(standings(*sorted(counts)))
