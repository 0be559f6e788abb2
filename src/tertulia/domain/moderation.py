"""Findings, decisions, and how decisions fold into a status. Rules that notice live in `builtin/rules`; what findings
lead to is in `judgements`.
"""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.phrases import NO_PHRASES, PhraseBook
from tertulia.domain.policy import Policy

SYSTEM_NAME: Final = "system"
"""Who decided, where it was no person."""
LONGEST_WORDS: Final = 5_000
"""Characters of what a moderator says about a decision."""
LONGEST_LAW: Final = 500


class Outcome(StrEnum):
    """What was decided about a comment."""

    PUBLISH = "publish"
    NUDGE = "nudge"
    """The writer is asked once to reconsider, before anything is kept. No comment stands so: it leads to no status."""
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


class Source(StrEnum):
    """What led to a decision."""

    OWN = "own"
    """A rule, or a moderator who looked by themselves."""
    FLAG = "flag"
    REPORT = "report"
    APPEAL = "appeal"
    SANCTION = "sanction"
    """Its author was banned together with their comments, or that was lifted."""


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
class AuthorFacts:
    """What is known of who writes, as far as rules and judgements may ask."""

    comment_count: int = 0
    """Comments they wrote here before, at most twenty, in whatever status."""
    approved_count: int = 0
    """Comments that stand because a moderator said so."""
    removed_count: int = 0
    """Comments that moderators removed."""
    is_restricted: bool = False
    """Whether whatever they write waits for a moderator."""
    is_trusted: bool = False
    """Whether the site gave them a role, trusted reader or staff, or they earned its trust."""
    has_reconsidered: bool = False
    """Whether they were asked to reconsider this draft, and sent it again."""


NOBODY_KNOWN: Final = AuthorFacts()


def _nobody() -> int:
    return 0


def _no_texts() -> Sequence[str]:
    return ()


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
    author: AuthorFacts = NOBODY_KNOWN
    language: str = ""
    """The code of the discussion's language; empty where it is not known."""
    phrases: PhraseBook = NO_PHRASES
    mail_domain: str = ""
    """What stands behind the @ in the address of the account that writes; empty for guests."""
    newcomers: Callable[[], int] = _nobody
    """Counts the authors that came within the last ten minutes and are listed under the story. Asked when called."""
    others: Callable[[], Sequence[str]] = _no_texts
    """Gives the latest texts of everybody else on this site, at most 200 of the last day. Asked when called."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Ruling:
    """What a moderator decides, and what they say about it."""

    outcome: Outcome
    reason: str = ""
    """Reason class; a removal needs one."""
    words: str = ""
    """What happened, in the moderator's words; the author may read it."""
    law: str = ""
    """The law that is broken, where it is one and not the site's rules alone."""
    source: Source = Source.OWN
    sanction_id: int | None = None
    """The ban of its author that takes the comment along, or whose end brings it back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Decision:
    """A recorded outcome: why, by whom, under which version of the policy."""

    id: int
    outcome: Outcome
    reason: str
    made_by: str
    """`system`, or the moderator's name."""
    policy_version: int
    made_at: datetime
    findings: tuple[Finding, ...] = ()
    account_id: AccountId | None = None
    """The account that decided; None for rules, and for moderators who came by a link of the command line."""
    status_before: Status | None = None
    status_after: Status | None = None
    """Where the comment stood before and after; None for decisions older than these fields."""
    words: str = ""
    law: str = ""
    source: Source = Source.OWN
    undoes: int | None = None
    """The decision that this one took back."""
    sanction_id: int | None = None
    """The ban of its author that took the comment along, or whose end brought it back."""

    @property
    def is_by_person(self) -> bool:
        """Whether a person decided, and no rule."""
        return self.made_by != SYSTEM_NAME


_STATUS_OF: Final = {
    Outcome.PUBLISH: Status.VISIBLE,
    Outcome.RESTORE: Status.VISIBLE,
    Outcome.HOLD: Status.HELD,
    Outcome.REMOVE: Status.REMOVED,
    Outcome.REJECT: Status.REMOVED,
}


def count_of(decisions: Sequence[Decision]) -> tuple[int, int]:
    """Say how a comment counts for its author: (1, 0) as approved, (0, 1) as removed, (0, 0) as neither.

    The last decision by a person that was not taken back says so, whatever rules held meanwhile: each comment counts
    once. Decisions are in the order in which they were made.
    """
    last = to_undo(decisions)
    if last is None:
        return 0, 0
    stands = last.outcome in (Outcome.PUBLISH, Outcome.RESTORE)
    return int(stands), int(last.outcome in (Outcome.REMOVE, Outcome.REJECT))


def to_undo(decisions: Sequence[Decision]) -> Decision | None:
    """Give the decision that undo takes back: the last by a person that stands. None when there is none.

    Decisions are in the order in which they were made. Undo after undo goes back step by step.
    """
    undone = {each.undoes for each in decisions if each.undoes is not None}
    standing = [
        each for each in decisions if each.is_by_person and each.undoes is None and each.id not in undone
    ]
    return standing[-1] if standing else None


def status_after(decisions: Iterable[Decision]) -> Status:
    """Fold a comment's decisions, oldest first, into its status; none means held."""
    status = Status.HELD
    for decision in decisions:
        status = _STATUS_OF[decision.outcome]
    return status
