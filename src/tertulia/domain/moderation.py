"""Findings, decisions and the two pure functions of moderation: `judge` turns findings into an outcome,
`status_after` folds decisions into a status. Rules that notice live in `builtin/rules`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.policy import Policy


class Outcome(StrEnum):
    """What was decided about a comment."""

    PUBLISH = "publish"
    HOLD = "hold"
    REJECT = "reject"
    REMOVE = "remove"
    RESTORE = "restore"


class Status(StrEnum):
    """Where a comment stands."""

    VISIBLE = "visible"
    HELD = "held"
    REMOVED = "removed"
    WITHDRAWN = "withdrawn"


class Reason(StrEnum):
    """Reason classes of a removal, shown on the tombstone."""

    ABUSE = "abuse"
    HATE = "hate"
    SPAM = "spam"
    ILLEGAL = "illegal"
    OFF_TOPIC = "off-topic"
    PRIVACY = "privacy"
    OTHER = "other"


@dataclass(frozen=True, kw_only=True, slots=True)
class Finding:
    """What a rule or classifier noticed. `code` names it, `parameters` explain it to people."""

    code: str
    strength: float = 1.0
    start: int | None = None
    end: int | None = None
    parameters: dict[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Screening:
    """All a rule may look at: the prepared text, who writes, and the circumstances."""

    source: str
    text: str
    links: tuple[str, ...]
    is_story_open: bool
    recent_texts: Sequence[str]
    """The author's latest comments on this site as plain text, newest first, at most twenty."""
    recent_count: int
    """How many comments the author wrote here within the last minute."""
    policy: Policy
    now: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Judgement:
    """An outcome and the findings that led to it."""

    outcome: Outcome
    findings: tuple[Finding, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A recorded outcome: why, by whom, under which version of the policy."""

    outcome: Outcome
    reason: str
    made_by: str
    """`system`, or the moderator's name."""
    policy_version: int
    made_at: datetime
    findings: tuple[Finding, ...] = ()


# Findings that refuse a draft outright; every other finding holds it for a moderator.
REFUSING: Final = frozenset({"too-long", "empty", "story-closed", "too-fast", "repeated"})


def judge(findings: Iterable[Finding], policy: Policy) -> Judgement:
    """Decide on a draft. Pure: the same findings and policy give the same outcome.

    A refusing finding rejects; any other finding holds; none publishes, or holds where the site
    reads everything before it appears (`policy.hold_first`).
    """
    noticed = tuple(findings)
    refusing = tuple(finding for finding in noticed if finding.code in REFUSING)
    if refusing:
        return Judgement(outcome=Outcome.REJECT, findings=refusing)
    if noticed or policy.hold_first:
        return Judgement(outcome=Outcome.HOLD, findings=noticed)
    return Judgement(outcome=Outcome.PUBLISH)


_STATUS_OF: Final = {
    Outcome.PUBLISH: Status.VISIBLE,
    Outcome.RESTORE: Status.VISIBLE,
    Outcome.HOLD: Status.HELD,
    Outcome.REMOVE: Status.REMOVED,
    Outcome.REJECT: Status.REMOVED,
}


def status_after(decisions: Iterable[Decision]) -> Status:
    """Fold a comment's decisions, oldest first, into its status; none means held."""
    status = Status.HELD
    for decision in decisions:
        status = _STATUS_OF[decision.outcome]
    return status
