"""Trust: how an author earns it by what moderators decided, and how readers see their own standing.

No list of persons by trust is made anywhere: a reader sees themselves and the range in which half of the others are.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import quantiles
from typing import Final

APPROVED_FOR_A_REMOVAL: Final = 10
"""So many approvals stand against one removal."""
ACTIVE_WITHIN: Final = timedelta(days=90)
"""Who wrote since then makes up the usual range."""
FEWEST: Final = 10
"""Authors below whom no range is given: it would be about persons."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What an author did here, and what became of it."""

    comments: int
    """Those of the last 90 days, in whatever status."""
    approved: int
    removed: int
    flags_upheld: int = 0
    flags_settled: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Range:
    """Where half of the authors are, and the one in the middle."""

    low: int
    median: int
    high: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Usual:
    """A site's usual ranges, over the authors who wrote lately."""

    authors: int
    comments: Range
    approved: Range
    removed: Range


def has_earned(approved: int, removed: int, *, after: int) -> bool:
    """Whether an author earned trust: so many comments approved, and ten approvals for each removal; 0 is never."""
    return after > 0 and approved >= after and approved >= removed * APPROVED_FOR_A_REMOVAL


def usual(standings: Sequence[Standing]) -> Usual | None:
    """Give the ranges of many authors; None for too few."""
    if len(standings) < FEWEST:
        return None
    return Usual(
        authors=len(standings),
        comments=_range([each.comments for each in standings]),
        approved=_range([each.approved for each in standings]),
        removed=_range([each.removed for each in standings]),
    )


def _range(values: Sequence[int]) -> Range:
    low, median, high = (round(each) for each in quantiles(values, n=4, method="inclusive"))
    return Range(low=low, median=median, high=high)
