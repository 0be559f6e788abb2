"""Appeals: an author does not agree with a restriction, and somebody else than who decided looks at it again."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Conflict, Forbidden, Invalid
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import SYSTEM_NAME, Decision
from tertulia.domain.permissions import Actor
from tertulia.domain.policy import Policy
from tertulia.domain.statements import Effect, Statement, StatementId

AppealId = NewType("AppealId", int)

LONGEST_WORDS: Final = 5_000
"""Characters of what an author says, and of what they are answered."""
TAKEN_FOR: Final = timedelta(minutes=30)
"""How long a moderator who took an appeal has it before others can."""


class NoAppeal(Conflict):
    """A statement that cannot be appealed: too late, taken back, or it only says that something waits."""

    code = "no-appeal"


class AppealThere(Conflict):
    """Somebody appealed against this already: it is done once."""

    code = "appeal-there"


class NoWords(Invalid):
    """An appeal, or the answer to one, that says nothing."""

    code = "no-words"


class BadResult(Invalid):
    """A word that is no result of an appeal, or not of this one."""

    code = "bad-result"


class OwnDecision(Forbidden):
    """Whoever decided first does not decide on the appeal."""

    code = "own-decision"


class AppealTaken(Conflict):
    """Another moderator has this appeal just now."""

    code = "appeal-taken"


class AppealDecided(Conflict):
    """This appeal was decided already."""

    code = "appeal-decided"


class Result(StrEnum):
    """What became of the first decision."""

    UPHELD = "upheld"
    REVERSED = "reversed"
    CHANGED = "changed"


@dataclass(frozen=True, kw_only=True, slots=True)
class Appeal:
    """One appeal. `result` is None while it is open."""

    id: AppealId
    statement_id: StatementId
    comment_id: CommentId | None
    author_id: AuthorId
    words: str
    made_at: datetime
    due_at: datetime
    first_by: AccountId | None
    """The account that decided first; None for rules and for moderators who came by a link."""
    first_name: str
    taken_by: AccountId | None = None
    taken_name: str = ""
    taken_until: datetime | None = None
    result: Result | None = None
    answer: str = ""
    decided_by: AccountId | None = None
    decided_name: str = ""
    decided_at: datetime | None = None

    @property
    def is_open(self) -> bool:
        """Whether nobody decided it yet."""
        return self.decided_at is None


@dataclass(frozen=True, kw_only=True, slots=True)
class Ended:
    """How an appeal ended, and by whom. Without an answer it was another decision that ended it."""

    result: Result
    answer: str
    by: AccountId | None
    name: str
    at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Verdict:
    """What a moderator decides about an appeal. `reason` is the new one where the decision is changed."""

    result: str
    answer: str
    reason: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Case:
    """All that belongs to an appeal. `decision` and `comment` are None for one about an author."""

    appeal: Appeal
    statement: Statement
    comment: Comment | None
    decision: Decision | None
    may_decide: bool
    is_taken: bool
    """Whether another moderator has it just now."""
    is_mine: bool


@dataclass(frozen=True, kw_only=True, slots=True)
class Open:
    """What waits for the acting moderator, and how many appeals are against decisions of theirs."""

    appeals: tuple[Appeal, ...]
    own: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Results:
    """What became of the appeals of a time."""

    open: int
    overdue: int
    upheld: int
    reversed: int
    changed: int

    @property
    def overturned(self) -> float | None:
        """The share of decided ones in which the first decision did not stand; None where none was decided."""
        decided = self.upheld + self.reversed + self.changed
        return (self.reversed + self.changed) / decided if decided else None


def until(statement: Statement, policy: Policy) -> datetime | None:
    """Say until when a statement can be appealed; None for one that cannot.

    What waits before it appears is looked at by a person anyway.
    """
    if not policy.appeals or not statement.is_told or not statement.is_standing:
        return None
    if statement.effect is Effect.DELAY:
        return None
    return statement.starts_at + timedelta(days=policy.appeal_days)


def may_appeal(statement: Statement, policy: Policy, *, now: datetime) -> bool:
    """Whether a statement can be appealed now."""
    last = until(statement, policy)
    return last is not None and now <= last


def may_decide(actor: Actor, of: Appeal, policy: Policy) -> bool:
    """Whether a moderator is somebody else than who decided first, or the site lets them decide nevertheless."""
    return policy.own_appeals or not is_first(actor, of)


def is_first(actor: Actor, of: Appeal) -> bool:
    """Whether a moderator decided first. Those who came by a link are known by their name alone."""
    if of.first_by is not None and of.first_by == actor.account_id:
        return True
    return of.first_name not in ("", SYSTEM_NAME) and of.first_name.casefold() == actor.name.casefold()


def has_taken(actor: Actor, of: Appeal) -> bool:
    """Whether it is this moderator who took it last."""
    return bool(of.taken_name) and (of.taken_by, of.taken_name) == (actor.account_id, actor.name)


def is_taken(actor: Actor, of: Appeal, *, now: datetime) -> bool:
    """Whether another moderator has it just now."""
    is_held = of.taken_until is not None and of.taken_until > now
    return is_held and not has_taken(actor, of)
