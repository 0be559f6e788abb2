"""The audit trail: what was done to whom, by whom, under which policy. Appended, chained by digests, never changed."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.ids import AuthorId, CommentId

Fact = str | int | bool | None | tuple[str, ...]
FIRST_DIGEST: Final = ""
"""What the first entry of a site follows."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuditEntry:
    """One thing that was done. Facts are ids and codes: no words of anybody, so that nobody need be erased from it."""

    act: str
    """Noun and past participle, as `decision.made`."""
    comment_id: CommentId | None = None
    author_id: AuthorId | None = None
    """The author it was done to."""
    facts: Mapping[str, Fact] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True, slots=True)
class Audited:
    """An entry in its place. `number` counts up by one within the site; `account_id` did it, None for machines."""

    number: int
    entry: AuditEntry
    account_id: AccountId | None
    policy_version: int
    made_at: datetime
    digest: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Trail:
    """What was done to a comment or an author, newest first, and by whom: names by the numbers of the entries."""

    entries: tuple[Audited, ...]
    names: Mapping[int, str]
    next_before: int | None
