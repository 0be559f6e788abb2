"""What findings lead to, and what decisions add up to."""

from datetime import UTC, datetime
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.moderation import (
    REFUSING,
    Decision,
    Finding,
    Outcome,
    Status,
    judge,
    status_after,
)
from tertulia.domain.policy import Policy

NOTICED = Finding(code="many-links")
REFUSED = Finding(code="too-long")


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
    ("findings", "hold_first", "outcome"),
    [
        ([], False, Outcome.PUBLISH),
        ([], True, Outcome.HOLD),
        ([NOTICED], False, Outcome.HOLD),
        ([NOTICED], True, Outcome.HOLD),
        ([REFUSED], False, Outcome.REJECT),
        ([REFUSED], True, Outcome.REJECT),
        ([NOTICED, REFUSED], False, Outcome.REJECT),
        ([Finding(code="something new", strength=0.01)], False, Outcome.HOLD),
    ],
)
def test_findings_and_policy_decide(findings, hold_first, outcome):
    assert judge(findings, Policy(hold_first=hold_first)).outcome is outcome


def test_a_refusal_names_only_what_refuses():
    assert judge([NOTICED, REFUSED], Policy()).findings == (REFUSED,)


def test_a_hold_names_everything_noticed():
    assert judge([NOTICED, NOTICED], Policy()).findings == (NOTICED, NOTICED)


@pytest.mark.parametrize("code", sorted(REFUSING))
def test_every_refusing_code_refuses(code):
    assert judge([Finding(code=code)], Policy()).outcome is Outcome.REJECT


def test_the_order_of_findings_decides_nothing():
    outcomes = {
        judge(ordered, Policy()).outcome
        for ordered in permutations([NOTICED, REFUSED, Finding(code="empty")])
    }

    assert outcomes == {Outcome.REJECT}


@given(st.iterables(st.sampled_from([NOTICED, REFUSED]), max_size=4))
def test_findings_may_be_read_once(findings):
    assert judge(findings, Policy()).outcome in set(Outcome)


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


@given(st.lists(st.sampled_from(Outcome)), st.sampled_from(Outcome))
def test_the_last_decision_counts(before, last):
    made = [decision(outcome) for outcome in [*before, last]]

    assert status_after(made) is status_after([decision(last)])
