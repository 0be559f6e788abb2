"""What findings lead to: the whole table, and the laws that hold for every policy."""

from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tertulia.domain.judgements import REFUSING, SEVERITY, BadLine, Line, judge, outcome_of, read_line
from tertulia.domain.moderation import AuthorFacts, Finding, Outcome
from tertulia.domain.policy import OUTCOMES, Policy

NOBODY = AuthorFacts()
RESTRICTED = AuthorFacts(is_restricted=True)
TRUSTED = AuthorFacts(is_trusted=True)
AGAIN = AuthorFacts(has_reconsidered=True)

REFUSED = Finding(code="too-long")
UNKNOWN = Finding(code="something-new", strength=0.01)
LINES = ("a publish", "b nudge", "c hold", "d reject")
NOTICED = {code: Finding(code=code) for code in "abcd"}

PUBLISH, NUDGE, HOLD, REJECT = SEVERITY

# Of one finding: its code, and what it leads to for somebody unknown, one who reconsidered, a trusted author, one who
# is restricted, and on a site that reads everything first.
TABLE = [
    ("", PUBLISH, PUBLISH, PUBLISH, HOLD, HOLD),
    ("a", PUBLISH, PUBLISH, PUBLISH, HOLD, HOLD),
    ("b", NUDGE, PUBLISH, PUBLISH, HOLD, HOLD),
    ("c", HOLD, HOLD, PUBLISH, HOLD, HOLD),
    ("d", REJECT, REJECT, REJECT, REJECT, REJECT),
    ("something-new", HOLD, HOLD, PUBLISH, HOLD, HOLD),
    *((code, *[REJECT] * 5) for code in sorted(REFUSING)),
]


@pytest.mark.parametrize(("code", "unknown", "again", "trusted", "restricted", "hold_first"), TABLE, ids=str)
def test_the_table(code, unknown, again, trusted, restricted, hold_first):
    findings = [Finding(code=code)] if code else []
    policy = Policy(outcomes=LINES)

    def given_facts(facts: AuthorFacts) -> Outcome:
        return judge(findings, facts, policy).outcome

    assert given_facts(NOBODY) is unknown
    assert given_facts(AGAIN) is again
    assert given_facts(TRUSTED) is trusted
    assert given_facts(RESTRICTED) is restricted
    assert judge(findings, NOBODY, Policy(outcomes=LINES, hold_first=True)).outcome is hold_first


@pytest.mark.parametrize(("one", "other"), list(product("abcd", repeat=2)))
def test_of_two_findings_the_stricter_counts(one, other):
    judged = judge([NOTICED[one], NOTICED[other]], NOBODY, Policy(outcomes=LINES))

    assert judged.outcome is SEVERITY["abcd".index(max(one, other))]


def test_trust_does_not_undo_a_restriction():
    facts = AuthorFacts(is_trusted=True, is_restricted=True)

    assert judge([NOTICED["c"]], facts, Policy(outcomes=LINES)).outcome is HOLD
    assert judge([], facts, Policy(outcomes=LINES)).outcome is HOLD


@pytest.mark.parametrize(
    ("strength", "outcome"),
    [(0.0, PUBLISH), (0.49, PUBLISH), (0.5, NUDGE), (0.89, NUDGE), (0.9, HOLD), (1.0, HOLD)],
)
def test_the_greatest_strength_that_is_reached_counts(strength, outcome):
    policy = Policy(outcomes=("spam hold 0.9", "spam nudge 0.5"))

    assert outcome_of(Finding(code="spam", strength=strength), NOBODY, policy) is outcome


def test_of_lines_with_one_strength_the_strictest_counts():
    assert outcome_of(Finding(code="spam"), NOBODY, Policy(outcomes=("spam nudge", "spam hold"))) is HOLD


def test_a_refusal_names_only_what_refuses_and_a_nudge_only_what_nudges():
    policy = Policy(outcomes=LINES)

    assert judge([NOTICED["c"], REFUSED], NOBODY, policy).findings == (REFUSED,)
    assert judge([NOTICED["a"], NOTICED["b"]], NOBODY, policy).findings == (NOTICED["b"],)


def test_a_hold_and_a_publication_name_everything_noticed():
    policy = Policy(outcomes=LINES)

    assert judge([NOTICED["a"], NOTICED["c"]], NOBODY, policy).findings == (NOTICED["a"], NOTICED["c"])
    assert judge([NOTICED["a"]], NOBODY, policy).findings == (NOTICED["a"],)


@pytest.mark.parametrize(
    ("line", "read"),
    [
        ("shouting nudge", Line(code="shouting", outcome=NUDGE)),
        ("  shouting   hold  0.9 ", Line(code="shouting", outcome=HOLD, strength=0.9)),
        ("a-b publish 1", Line(code="a-b", outcome=PUBLISH, strength=1.0)),
        ("a reject 0", Line(code="a", outcome=REJECT)),
    ],
)
def test_lines_are_read(line, read):
    assert read_line(line) == read


@pytest.mark.parametrize(
    "line",
    [
        *("", "shouting", "shouting shout", "shouting remove", "shouting restore", "hold", "x hold much"),
        *("x hold -1", "x hold 1.1", "x hold nan", "x hold inf", "x hold 0.1 0.2", f"{'x' * 61} hold"),
        *(f"{code} publish" for code in sorted(REFUSING)),
    ],
)
def test_lines_that_say_nothing_are_refused(line):
    with pytest.raises(BadLine):
        read_line(line)


@pytest.mark.parametrize("line", OUTCOMES)
def test_the_default_lines_can_be_read(line):
    assert read_line(line)


def test_a_line_that_came_in_by_the_database_is_left_out():
    assert judge([UNKNOWN], NOBODY, Policy(outcomes=("nonsense", "something-new nudge"))).outcome is NUDGE


codes = st.sampled_from(["a", "b", "c", "d", "e", "something-new", *sorted(REFUSING)])
strengths = st.sampled_from([0.0, 0.3, 0.5, 0.9, 1.0])
noticed = st.builds(Finding, code=codes, strength=strengths)
written = st.builds("{} {} {}".format, st.sampled_from("abcde"), st.sampled_from(SEVERITY), strengths)
policies = st.builds(Policy, outcomes=st.lists(written, max_size=8).map(tuple), hold_first=st.booleans())
known = st.builds(
    AuthorFacts, is_restricted=st.booleans(), is_trusted=st.booleans(), has_reconsidered=st.booleans()
)


@given(st.lists(noticed, max_size=4), noticed, known, policies)
def test_one_more_finding_never_makes_it_milder(findings, more, facts, policy):
    before, after = judge(findings, facts, policy), judge([*findings, more], facts, policy)

    assert SEVERITY.index(after.outcome) >= SEVERITY.index(before.outcome)


@given(st.lists(noticed, max_size=3), known, policies)
def test_the_same_in_any_order_gives_the_same(findings, facts, policy):
    outcomes = {judge(ordered, facts, policy).outcome for ordered in permutations(findings)}

    assert outcomes == {judge(iter(findings), facts, policy).outcome}


@given(st.lists(noticed, max_size=4), known, policies)
def test_whoever_reconsidered_is_not_asked_again(findings, facts, policy):
    again = AuthorFacts(is_restricted=facts.is_restricted, is_trusted=facts.is_trusted, has_reconsidered=True)

    assert judge(findings, again, policy).outcome is not NUDGE


@given(st.lists(noticed, max_size=4), policies)
def test_limits_hold_for_everybody(findings, policy):
    judged = judge([*findings, REFUSED], TRUSTED, policy)

    assert judged.outcome is REJECT
    assert REFUSED in judged.findings
