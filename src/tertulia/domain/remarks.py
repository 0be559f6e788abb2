"""A remark is what moderators tell each other about an author or a comment. Its author is never shown it."""

from dataclasses import dataclass
from datetime import datetime
from typing import Final, NewType

from tertulia.domain.accounts import AccountId
from tertulia.domain.errors import Invalid
from tertulia.domain.ids import AuthorId, CommentId

RemarkId = NewType("RemarkId", int)

LONGEST: Final = 5_000
"""Characters of a remark."""


class BadRemark(Invalid):
    """A remark is empty, or longer than anybody would read."""

    code = "bad-remark"


@dataclass(frozen=True, kw_only=True, slots=True)
class Remark:
    """What a moderator noted, about an author and perhaps one comment of theirs."""

    id: RemarkId
    author_id: AuthorId
    comment_id: CommentId | None
    words: str
    account_id: AccountId | None
    """The account that made it; None for a link of the command line."""
    made_by: str
    made_at: datetime


def clean(words: str) -> str:
    """Give a remark as it is kept; raise `BadRemark`."""
    kept = words.strip()
    if not kept or len(kept) > LONGEST:
        raise BadRemark(limit=LONGEST)
    return kept
