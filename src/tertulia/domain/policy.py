"""A site's versioned choices: limits and permissions an editor sets, with their defaults.

Operator's settings (addresses, databases) are elsewhere: `settings.py`.
"""

from dataclasses import dataclass, field
from enum import StrEnum


class GuestPolicy(StrEnum):
    """Whether people may write without an account."""

    ALLOWED = "allowed"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True, slots=True)
class Policy:
    """All choices of one site. Times are in seconds, lengths in characters."""

    version: int = 1
    guests: GuestPolicy = GuestPolicy.ALLOWED
    is_read_only: bool = False
    hold_first: bool = False
    longest_comment: int = 10_000
    longest_name: int = 60
    most_links: int = 5
    comments_per_minute: int = 6
    deepest_reply: int = 0
    """Levels of replies; 0 means without limit."""
    edit_seconds: int = 300
    default_sort: str = "newest"
    rules: tuple[str, ...] = field(default=("closed", "length", "rate", "repeat", "links"))
    """Names of the rules that screen a draft, in order."""
