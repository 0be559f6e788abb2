"""What moderators do to authors: messages, warnings, and restrictions that end by themselves or are lifted."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import Final, NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.authors import Author, Restriction
from tertulia.domain.errors import Conflict, Forbidden, Invalid
from tertulia.domain.ids import AuthorId
from tertulia.domain.moderation import LONGEST_WORDS, Reason
from tertulia.domain.policy import MOST_DAYS

SanctionId = NewType("SanctionId", int)

LONGEST_SILENCE: Final = 365
"""Days; who is to be silent for longer is banned."""
_NEVER: Final = datetime.max.replace(tzinfo=UTC)


class BadSanction(Invalid):
    """There is no such measure against an author, or not with these choices; `choice` names the one that is wrong."""

    code = "bad-sanction"


class AboveYou(Forbidden):
    """Somebody of the publication whose role is not below that of who acts, or they themselves."""

    code = "above-you"


class SanctionOver(Conflict):
    """What is to be lifted ended, was lifted, or was nothing that lasts."""

    code = "sanction-over"


class AuthorSilenced(Forbidden):
    """A moderator silenced the author until a time."""

    code = "author-silenced"


class AuthorBanned(Forbidden):
    """The author may not write, until a time or ever."""

    code = "author-banned"


class SanctionKind(StrEnum):
    """What is done to an author, the mildest first."""

    MESSAGE = "message"
    """A word to them, and nothing else."""
    WARNING = "warning"
    HOLD = "hold"
    SILENCE = "silence"
    BAN = "ban"


RESTRICTIONS: Final[Mapping[SanctionKind, Restriction]] = {
    SanctionKind.HOLD: Restriction.HOLD,
    SanctionKind.SILENCE: Restriction.SILENCE,
    SanctionKind.BAN: Restriction.BAN,
}
"""What lasts, and what it takes from an author."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Measure:
    """What a moderator wants to do to an author."""

    kind: SanctionKind
    reason: str = ""
    """Reason class; everything but a message needs one."""
    words: str = ""
    """What the author is told."""
    days: int | None = None
    """How long it lasts; None for good."""
    is_everywhere: bool = False
    """Whether a ban holds on all sites of this server."""
    removes_comments: bool = False
    """Whether a ban takes along what its author wrote before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Sanction:
    """What was done to an author, by whom, and what became of it."""

    id: SanctionId
    author_id: AuthorId
    kind: SanctionKind
    reason: str
    words: str
    is_everywhere: bool
    account_id: AccountId | None
    """The account that imposed it; None for one that followed by itself, and for links of the command line."""
    made_by: str
    made_at: datetime
    policy_version: int
    removes_comments: bool = False
    origin_id: SanctionId | None = None
    """The ban that this one follows from, which the person brought along."""
    ends_at: datetime | None = None
    lifted_at: datetime | None = None
    lifted_by: str = ""
    seen_at: datetime | None = None
    """When the author said that they had read it."""

    @property
    def restriction(self) -> Restriction | None:
        """What it takes from the author; None for mere words."""
        return RESTRICTIONS.get(self.kind)

    def holds_at(self, now: datetime) -> bool:
        """Whether it restricts the author at a moment."""
        is_over = self.ends_at is not None and self.ends_at <= now
        return self.restriction is not None and self.lifted_at is None and not is_over


def strongest(sanctions: Iterable[Sanction], now: datetime) -> Sanction | None:
    """Give the sanction that restricts its author most at a moment, of equals the one that lasts longest."""
    order = list(Restriction)
    return max(
        (each for each in sanctions if each.holds_at(now)),
        key=lambda each: (order.index(RESTRICTIONS[each.kind]), each.ends_at or _NEVER, each.id),
        default=None,
    )


def restriction_of(author: Author | None, now: datetime) -> Restriction | None:
    """Say what an author who acts may not do at a moment; None for nothing, or where it ran out."""
    if author is None or author.restriction is None or has_run_out(author, now):
        return None
    return author.restriction


def has_run_out(author: Author, now: datetime) -> bool:
    """Whether the strongest restriction of an author ended by itself, so that a milder one may count."""
    return author.restricted_until is not None and author.restricted_until <= now


def check(measure: Measure) -> Measure:
    """Give a measure that makes sense as it is; raise `BadSanction`."""
    kind = measure.kind
    if measure.reason not in set(Reason) and (measure.reason or kind is not SanctionKind.MESSAGE):
        raise BadSanction(choice="reason")
    if len(measure.words) > LONGEST_WORDS or (kind is SanctionKind.MESSAGE and not measure.words.strip()):
        raise BadSanction(choice="words")
    if not _has_fitting_days(measure):
        raise BadSanction(choice="days")
    if kind is not SanctionKind.BAN and (measure.is_everywhere or measure.removes_comments):
        raise BadSanction(choice="kind")
    return measure


def _has_fitting_days(measure: Measure) -> bool:
    """Whether it lasts as long as such a thing may: words last no time, and who is silenced is told until when."""
    if measure.kind not in RESTRICTIONS:
        return measure.days is None
    if measure.days is None:
        return measure.kind is not SanctionKind.SILENCE
    return 1 <= measure.days <= (LONGEST_SILENCE if measure.kind is SanctionKind.SILENCE else MOST_DAYS)


def ends_at(measure: Measure, now: datetime) -> datetime | None:
    """Say when a measure that is taken now ends by itself."""
    return None if measure.days is None else now + timedelta(days=measure.days)
