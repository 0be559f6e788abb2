"""What decisions add up to."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.moderation import (
    Decision,
    Outcome,
    Status,
    status_after,
)


def decision(outcome: Outcome) -> Decision:
    return Decision(
        id=1,
        outcome=outcome,
        reason="",
        made_by="Maren",
        policy_version=1,
        made_at=datetime(2026, 1, 1, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    ("outcomes", "status"),
    [
        ([], Status.HELD),
        ([Outcome.PUBLISH], Status.VISIBLE),
        ([Outcome.HOLD], Status.HELD),
        ([Outcome.HOLD, Outcome.PUBLISH], Status.VISIBLE),
        ([Outcome.HOLD, Outcome.REJECT], Status.REMOVED),
        ([Outcome.PUBLISH, Outcome.REMOVE], Status.REMOVED),
        ([Outcome.PUBLISH, Outcome.REMOVE, Outcome.RESTORE], Status.VISIBLE),
        ([Outcome.PUBLISH, Outcome.REMOVE, Outcome.RESTORE, Outcome.HOLD], Status.HELD),
    ],
)
def test_decisions_add_up_to_a_status(outcomes, status):
    assert status_after(map(decision, outcomes)) is status


# Whoever is asked to reconsider has nothing there yet that could have a status.
decided = st.sampled_from([outcome for outcome in Outcome if outcome is not Outcome.NUDGE])


@given(st.lists(decided), decided)
def test_the_last_decision_counts(before, last):
    made = [decision(outcome) for outcome in [*before, last]]

    assert status_after(made) is status_after([decision(last)])
