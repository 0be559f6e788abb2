"""What an author's public page shows: their face, and a slice of their comments that stand. Rows come from `store`."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tertulia.domain.authors import Author
from tertulia.domain.comments import Comment
from tertulia.domain.ids import StoryId
from tertulia.domain.stories import Story

PAGE_COMMENTS: Final = 20
"""Comments on a page."""
LOOKED_AT: Final = 200
"""Comments looked through for those; who has more in a row that do not stand gets a page with fewer."""
MOST_COUNTED: Final = 1_000
"""Comments counted at most: from there on it is *more than*."""


@dataclass(frozen=True, kw_only=True, slots=True)
class AuthorPage:
    """A page of an author's comments, newest first."""

    author: Author
    since: datetime | None
    """When they first wrote here; None where an import did not know, and behind the first page."""
    count: int | None
    """How many of their comments stand, up to `MOST_COUNTED`; None behind the first page."""
    comments: tuple[Comment, ...]
    stories: Mapping[StoryId, Story]
    after: str = ""
    """The cursor this page was asked with; empty on the first page."""
    next_after: str = ""
    """Cursor of the next page; empty on the last."""
