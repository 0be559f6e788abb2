"""A flag: a reader asks moderators for a look at a comment. What it weighs, which count as one, what became of it.

Formulas and their reasons: `docs/explanation/flags.md`.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Conflict, Forbidden, Invalid, TooMany
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Decision, Outcome, Reason, Status

REASONS: Final = tuple(reason for reason in Reason if reason is not Reason.ILLEGAL)
"""Reason classes that suit a reader. What is against the law is reported, by a form of its own."""
LONGEST_WORDS: Final = 1_000
"""Characters of what a reader says about a flag."""
FINDING: Final = "flagged"
"""Code of the finding with which flags hold a comment."""

SETTLED_COUNTED: Final = 100
"""Of the latest flags of a reader that were settled: so many make their accuracy."""
PRIOR: Final = 4
"""Flags that everybody begins with, as if made and settled before: two or three of them wrong."""
LIGHTEST: Final = 0.25
HEAVIEST: Final = 2.0

BURST: Final = timedelta(hours=1)
"""Flags from one network belong together when each comes within this time of the one before."""
RUSH: Final = timedelta(minutes=10)
"""Flags of newcomers belong together when each comes within this time of the one before, and they are many."""
MANY: Final = 5
NEW_FOR: Final = timedelta(days=1)
"""A reader is new for so long after their account, their first comment or their first flag, whichever came first."""
OF_ACCOUNT: Final = "account:"


class NotFlaggable(Conflict):
    """Only what everybody sees can be flagged."""

    code = "not-flaggable"


class OwnComment(Invalid):
    """Nobody flags what they wrote."""

    code = "own-comment"


class FlagsRefused(Forbidden):
    """The site takes flags from accounts only."""

    code = "flags-refused"


class AlreadyFlagged(Conflict):
    """One reader flags one comment once."""

    code = "already-flagged"


class FlagSettled(Conflict):
    """A moderator decided meanwhile: the flag cannot be taken back any more."""

    code = "flag-settled"


class TooManyFlags(TooMany):
    """One reader made as many flags within an hour as the site allows."""

    code = "too-many-flags"


class BadFlagReason(Invalid):
    """The site takes no flags for this reason."""

    code = "bad-flag-reason"


class FlagTooLong(Invalid):
    """The words of a flag are more than anybody would read."""

    code = "flag-too-long"


class State(StrEnum):
    """What became of a flag."""

    OPEN = "open"
    UPHELD = "upheld"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    """By whoever made it, or because the author took the comment back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Flag:
    """A reader's flag on a comment."""

    id: int
    comment_id: CommentId
    flagger: str
    """Whose it is: `account:` and an id, or the hash of a guest's secret. Nobody is shown it."""
    author_id: AuthorId | None
    """The public face of whoever made it, where they had one."""
    reason: str
    words: str
    weight: float
    brigade: int | None
    """The flag that leads the brigade to which this one belongs; None for a leader and for who came alone."""
    network: str
    is_new: bool
    """Whether it came from a newcomer."""
    created_at: datetime
    state: State

    @property
    def account_id(self) -> AccountId | None:
        """The account that made it; None for a guest's."""
        named = self.flagger.removeprefix(OF_ACCOUNT)
        return None if named == self.flagger else AccountId(int(named))


@dataclass(frozen=True, kw_only=True, slots=True)
class Record:
    """What became of a reader's latest flags."""

    upheld: int = 0
    dismissed: int = 0

    @property
    def settled(self) -> int:
        """How many a moderator decided on."""
        return self.upheld + self.dismissed


def weight_of(record: Record, *, is_guest: bool) -> float:
    """Give what a flag weighs: twice the accuracy of whoever makes it, between a quarter and two.

    Accuracy is the mean of a Beta posterior. Accounts begin with two flags right and two wrong, guests with one right
    and three wrong: whoever clears their browser gains little.
    """
    right = 1 if is_guest else 2
    accuracy = (record.upheld + right) / (record.settled + PRIOR)
    return min(HEAVIEST, max(LIGHTEST, 2 * accuracy))


def is_newcomer(made: Iterable[int], now: datetime) -> bool:
    """Whether nothing of a reader is a day old: `made` are ids of their account, their face, their first flag."""
    # Ids begin with the time at which they were made.
    return all(now - ids.moment_of(each) < NEW_FOR for each in made)


def lead(flags: Iterable[Flag]) -> dict[int, int]:
    """Say which flags on one author's comments count as one: each in a brigade by its id, with the first of them.

    Three things bring flags together: one network and one comment within a burst; one network and many comments of
    the author, by many; and many newcomers on one comment in a rush. Being many alone does not. What was together
    stays so when its network is forgotten.
    """
    ordered = sorted(flags, key=lambda flag: flag.id)
    leads = {flag.id: flag.id for flag in ordered}

    def top(flag_id: int) -> int:
        while leads[flag_id] != flag_id:
            flag_id = leads[flag_id]
        return flag_id

    for run in _runs(ordered):
        first = min(top(flag.id) for flag in run)
        for flag in run:
            leads[top(flag.id)] = first
    found = {flag.id: top(flag.id) for flag in ordered}
    shared = {leader for flag_id, leader in found.items() if flag_id != leader}
    return {flag_id: leader for flag_id, leader in found.items() if leader in shared}


def _runs(ordered: Sequence[Flag]) -> Iterator[Sequence[Flag]]:
    yield from _kept(ordered)
    by_network: dict[str, list[Flag]] = defaultdict(list)
    by_both: dict[tuple[str, CommentId], list[Flag]] = defaultdict(list)
    newcomers: dict[CommentId, list[Flag]] = defaultdict(list)
    for flag in ordered:
        if flag.network:
            by_network[flag.network].append(flag)
            by_both[flag.network, flag.comment_id].append(flag)
        if flag.is_new:
            newcomers[flag.comment_id].append(flag)
    for listed, within, least in (
        (by_both.values(), BURST, 2),
        (by_network.values(), BURST, MANY),
        (newcomers.values(), RUSH, MANY),
    ):
        for flags in listed:
            yield from (run for run in _bursts(flags, within) if _flaggers(run) >= least)


def _kept(ordered: Sequence[Flag]) -> Iterator[Sequence[Flag]]:
    """Give what was together before a network was forgotten that said so."""
    together: dict[int, list[Flag]] = defaultdict(list)
    for flag in ordered:
        together[flag.brigade or flag.id].append(flag)
    yield from (flags for flags in together.values() if not all(flag.network for flag in flags))


def _bursts(flags: Sequence[Flag], within: timedelta) -> Iterator[Sequence[Flag]]:
    """Part flags, the oldest first, where more than some time lies between two."""
    start = 0
    for at, (before, after) in enumerate(pairwise(flags), start=1):
        if after.created_at - before.created_at > within:
            yield flags[start:at]
            start = at
    yield flags[start:]


def _flaggers(flags: Sequence[Flag]) -> int:
    return len({flag.flagger for flag in flags})


def weigh(flags: Sequence[Flag], comment_id: CommentId, *, seen: frozenset[str] = frozenset()) -> float:
    """Give what open flags on an author's comments weigh on one of these: a brigade as much as its heaviest, once.

    It counts for the comment of its first flag. Flags for a reason in `seen` count half: moderators looked for that
    reason already, and left the comment in its place.
    """
    heaviest: dict[int, float] = defaultdict(float)
    for flag in flags:
        leader = flag.brigade or flag.id
        heaviest[leader] = max(flag.weight, heaviest[leader])
    return sum(
        heaviest[flag.id] * (0.5 if flag.reason in seen else 1.0)
        for flag in flags
        if flag.comment_id == comment_id and flag.brigade is None
    )


_SETTLING: Final[Mapping[Outcome, State]] = {
    Outcome.REMOVE: State.UPHELD,
    Outcome.PUBLISH: State.DISMISSED,
    Outcome.RESTORE: State.DISMISSED,
}


def state_after(flag_id: int, decisions: Sequence[Decision], status: Status) -> State:
    """Say what moderators made of a flag that was not withdrawn: the last decision by a person that stands.

    Decisions that were taken back count no more, nor do those from before the flag. A hold settles nothing.
    """
    if status is Status.REMOVED:
        return State.UPHELD
    undone = {each.undoes for each in decisions if each.undoes is not None}
    standing = [
        _SETTLING[each.outcome]
        for each in decisions
        if each.is_by_person
        and each.undoes is None
        and each.id not in undone
        and each.id > flag_id
        and each.outcome in _SETTLING
    ]
    return standing[-1] if standing else State.OPEN
