"""Judgements: what findings lead to, by a site's policy. Pure: the same findings, facts and policy give the same.

Rules notice and decide nothing. Which outcome a finding has is a choice of policy, a line for each: `shouting nudge`,
or from a strength on, `shouting hold 0.9`.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from tertulia.domain.moderation import AuthorFacts, Finding, Outcome
from tertulia.domain.policy import Policy

REFUSING: Final = frozenset({"too-long", "empty", "story-closed", "too-fast", "repeated"})
"""Findings that refuse a draft whatever the policy says: they are limits of their own choices."""
SEVERITY: Final = (Outcome.PUBLISH, Outcome.NUDGE, Outcome.HOLD, Outcome.REJECT)
"""Outcomes of a judgement, the mildest first."""
LONGEST_CODE: Final = 60


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """An outcome and the findings that led to it."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()


class BadLine(ValueError):
    """A line names no code with an outcome."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Line:
    """What a finding leads to from a strength on."""

    code: str
    outcome: Outcome
    strength: float = 0.0


def read_line(text: str) -> Line:
    """Read `code outcome` or `code outcome strength`; raise `BadLine`."""
    code, _, rest = text.strip().partition(" ")
    outcome, _, strength = rest.strip().partition(" ")
    if not code or len(code) > LONGEST_CODE or code in REFUSING or outcome not in SEVERITY:
        raise BadLine(text)
    return Line(code=code, outcome=Outcome(outcome), strength=_share(strength) if strength else 0.0)


def judge(findings: Iterable[Finding], facts: AuthorFacts, policy: Policy) -> Judgement:
    """Decide on a draft: the strictest outcome that any finding has, and no milder one than the site's usual.

    A refusal names what refuses and a nudge what the writer is asked about; else everything that was noticed is named.
    """
    noticed = tuple(findings)
    led_to = [outcome_of(finding, facts, policy) for finding in noticed]
    strictest = max((_usual(facts, policy), *led_to), key=SEVERITY.index)
    if strictest in (Outcome.REJECT, Outcome.NUDGE):
        pairs = zip(noticed, led_to, strict=True)
        noticed = tuple(finding for finding, outcome in pairs if outcome is strictest)
    return Judgement(outcome=strictest, findings=noticed)


def outcome_of(finding: Finding, facts: AuthorFacts, policy: Policy) -> Outcome:
    """Say what one finding leads to. What no line names holds: somebody should look at what nobody thought of."""
    if finding.code in REFUSING:
        return Outcome.REJECT
    lines = _lines(policy.outcomes).get(finding.code)
    if lines is None:
        wanted = Outcome.HOLD
    else:
        # The line of the greatest strength that is reached counts; below all of them nothing follows.
        wanted = next((each.outcome for each in lines if finding.strength >= each.strength), Outcome.PUBLISH)
    if wanted is Outcome.NUDGE and facts.has_reconsidered:
        return Outcome.PUBLISH
    if wanted is not Outcome.REJECT and facts.is_trusted and not facts.is_restricted:
        return Outcome.PUBLISH
    return wanted


def _usual(facts: AuthorFacts, policy: Policy) -> Outcome:
    return Outcome.HOLD if policy.hold_first or facts.is_restricted else Outcome.PUBLISH


@lru_cache(maxsize=256)
def _lines(written: tuple[str, ...]) -> Mapping[str, Sequence[Line]]:
    """Read a policy's lines once; by code, the greatest strength first, and of equal ones the strictest."""
    by_code: dict[str, list[Line]] = {}
    for text in written:
        try:
            line = read_line(text)
        except BadLine:
            continue  # what was refused as a choice can only come from a database that somebody wrote into
        by_code.setdefault(line.code, []).append(line)
    for lines in by_code.values():
        lines.sort(key=lambda each: (each.strength, SEVERITY.index(each.outcome)), reverse=True)
    return by_code


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        raise BadLine(text) from None
    if not 0 <= share <= 1:
        raise BadLine(text)
    return share
