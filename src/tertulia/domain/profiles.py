"""What a moderator sees of an author: who they are, what was done to them, what they wrote, what may be done now."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tertulia.domain.accounts import AccountId, Role
from tertulia.domain.authors import Author, FormerName
from tertulia.domain.comments import Comment
from tertulia.domain.ids import StoryId
from tertulia.domain.remarks import Remark, RemarkId
from tertulia.domain.sanctions import Sanction, SanctionId, SanctionKind
from tertulia.domain.stories import Story
from tertulia.domain.traces import Hint

PAGE_COMMENTS: Final = 25
LOOKED_AT: Final = 500
"""Comments of the author that are looked at for a page, where only those of some sections are shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowed:
    """What the acting moderator may do to an author."""

    kinds: tuple[SanctionKind, ...]
    """None for those of the publication who are not below the moderator, and for themselves."""
    may_ban_everywhere: bool
    liftable: frozenset[SanctionId]
    """What holds now and they may lift."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Profile:
    """An author, all that was done to them, and a page of what they wrote, newest first, whatever became of it."""

    author: Author
    account_id: AccountId | None
    role: Role | None
    since: datetime | None
    """When they wrote first; None where that is not known."""
    former_names: tuple[FormerName, ...]
    comment_count: int
    """As many as were counted at most."""
    upheld_count: int
    """Of their latest comments, as many as are looked at: how many were flagged rightly."""
    current: Sanction | None
    """What restricts them now."""
    sanctions: tuple[Sanction, ...]
    remarks: tuple[Remark, ...]
    """What moderators noted, the newest first."""
    own_remarks: frozenset[RemarkId]
    hints: tuple[Hint, ...]
    """Who is banned and may be the same person."""
    allowed: Allowed
    comments: tuple[Comment, ...]
    stories: dict[StoryId, Story]
    after: str
    next_after: str
