"""What a banned person may be known by when they come again, and the hints that follow from it."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from tertulia.domain.ids import AuthorId
from tertulia.domain.sanctions import SanctionId

MOST_NETWORKS: Final = 20
"""Networks that are remembered of one banned person, the latest."""
_WITH_DOTS: Final = frozenset({"gmail.com", "googlemail.com"})
"""Providers to whom a dot in a name makes no difference."""
_WITH_TAGS: Final = _WITH_DOTS | {
    *("outlook.com", "hotmail.com", "live.com", "msn.com"),
    *("icloud.com", "me.com", "mac.com"),
    *("fastmail.com", "proton.me", "protonmail.com", "pm.me"),
}
"""Providers that deliver name+anything to name."""


class TraceKind(StrEnum):
    """What a trace is the keyed hash of."""

    NETWORK = "network"
    SHAPE = "shape"
    """An address without what its owner can change about it and still get its mail."""
    ADDRESS = "address"
    """The address itself, proven: the ban follows it, as long as it lasts."""
    SUBJECT = "subject"
    """The publication's own id of a subscriber, on its own site."""


HINTS: Final = (TraceKind.NETWORK, TraceKind.SHAPE)
"""What is a hint and nothing more."""
EXACT: Final = (TraceKind.ADDRESS, TraceKind.SUBJECT)
"""What says that it is the same person."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Trace:
    """A keyed hash that a ban keeps for a time."""

    kind: TraceKind
    hash: str
    forget_at: datetime


@dataclass(frozen=True, kw_only=True, slots=True)
class Hint:
    """That an author may be somebody who is banned, and what speaks for it. Households and offices share a network."""

    sanction_id: SanctionId
    author_id: AuthorId
    name: str
    """Of who is banned; empty for who is not there any more."""
    banned_at: datetime
    signs: tuple[TraceKind, ...]


def shape_of(address: str) -> str:
    """Give what addresses share that lead to one mailbox, as far as it is known of their provider."""
    name, _, domain = address.rpartition("@")
    if domain in _WITH_TAGS:
        name = name.partition("+")[0] or name
    if domain in _WITH_DOTS:
        name, domain = name.replace(".", "") or name, "gmail.com"
    return f"{name}@{domain}"
