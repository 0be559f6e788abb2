"""Statements of reasons: what an author is told about a restriction (article 17 of the Digital Services Act).

What can be known from the decision follows from it here and is never typed by anybody.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final, NewType

from tertulia.domain.flags import FINDING as FLAGGED
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Decision, Finding, Reason, Source, Status

StatementId = NewType("StatementId", int)


class Effect(StrEnum):
    """What was done: to a comment, or to an author."""

    REMOVAL = "removal"
    HOLD = "hold"
    """A comment that everybody could read waits for a moderator."""
    DELAY = "delay"
    """A new comment waits for a moderator before it appears."""
    AUTHOR_HOLD = "author-hold"
    """Whatever the author writes waits for a moderator."""
    AUTHOR_SILENCE = "author-silence"
    AUTHOR_BAN = "author-ban"


class Ground(StrEnum):
    """What was broken."""

    RULES = "rules"
    LAW = "law"


OF_SANCTIONS: Final = {
    "hold": Effect.AUTHOR_HOLD,
    "silence": Effect.AUTHOR_SILENCE,
    "ban": Effect.AUTHOR_BAN,
}
"""What each kind of sanction does to an author. Messages and warnings restrict nothing."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Cause:
    """Why something was done, and who or what noticed and decided it."""

    ground: Ground
    reason: str
    """A reason class; empty while something only waits."""
    law: str
    facts: str
    """A moderator's words; empty where a program decided."""
    findings: tuple[Finding, ...]
    is_detected_by_machine: bool
    is_decided_by_machine: bool
    source: Source


@dataclass(frozen=True, kw_only=True, slots=True)
class Statement:
    """The reasons of one restriction. Only what became of it changes later."""

    id: StatementId
    author_id: AuthorId
    effect: Effect
    cause: Cause
    language: str
    """Of the comment, for the records of the restriction; it is told in the author's own."""
    starts_at: datetime
    policy_version: int
    decision_id: int | None = None
    sanction_id: int | None = None
    comment_id: CommentId | None = None
    content_at: datetime | None = None
    """When the comment was written."""
    ends_at: datetime | None = None
    """When it ends by itself; None for never."""
    is_told: bool = True
    mailed_at: datetime | None = None
    lifted_at: datetime | None = None

    @property
    def is_standing(self) -> bool:
        """Whether nobody took it back; it may have ended by itself."""
        return self.lifted_at is None


def effect_of(status: Status, *, is_listed: bool) -> Effect | None:
    """Say what a decision that leads to a status does to a comment; None for no restriction."""
    if status is Status.REMOVED:
        return Effect.REMOVAL
    if status is Status.HELD:
        return Effect.HOLD if is_listed else Effect.DELAY
    return None


def cause_of(made: Decision, earlier: Sequence[Decision] = (), *, first: Source = Source.OWN) -> Cause:
    """Derive from a decision, and those before it, why it was made and by what.

    A program detected what it had findings about when this was decided, whoever decided then; what readers flagged,
    readers detected. `first` is what led to the decision that an appeal was against.
    """
    held = earlier[-1] if earlier and earlier[-1].status_after is Status.HELD else None
    noticed = made.findings or (held.findings if held else ())
    findings = tuple(each for each in noticed if each.code != FLAGGED)
    is_removal = made.status_after is Status.REMOVED
    reason = (made.reason or Reason.OTHER.value) if is_removal else ""
    return Cause(
        ground=Ground.LAW if made.law or reason == Reason.ILLEGAL else Ground.RULES,
        reason=reason,
        law=made.law,
        facts=made.words,
        findings=findings,
        is_detected_by_machine=bool(findings),
        is_decided_by_machine=not made.is_by_person,
        source=first if made.source is Source.APPEAL else made.source,
    )


def is_exempt(cause: Cause) -> bool:
    """Whether somebody need not be told: advertising that a program removed, or that went with a ban all at once."""
    is_in_bulk = cause.is_decided_by_machine or cause.source is Source.SANCTION
    return cause.reason == Reason.SPAM and is_in_bulk
