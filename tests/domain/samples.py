"""Comments and stories as values, for tests of what needs no database."""

from datetime import UTC, datetime, timedelta
from typing import Any

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.domain.moderation import Status
from tertulia.domain.stories import Story
from tertulia.domain.transfer import LinkKind

NOON = datetime(2026, 3, 14, 12, 0, tzinfo=UTC)
STORY = StoryId(ids.at(NOON, 1))


def story(**changes: Any) -> Story:
    values: dict[str, Any] = {
        "id": STORY,
        "site_id": SiteId(1),
        "url": "https://gazette.example/a",
        "title": "A",
        "section": "",
        "author": "",
        "published_at": None,
        "closed_at": None,
        "revision": 1,
        "comment_count": 0,
        "is_recovered": False,
        "language": "",
    }
    return Story(**{**values, **changes})


def comment(number: int, *, parent: int | None = None, **changes: Any) -> Comment:
    """Make a comment whose id is its number."""
    written_at = NOON + timedelta(seconds=number)
    values: dict[str, Any] = {
        "id": CommentId(number),
        "story_id": STORY,
        "parent_id": None if parent is None else CommentId(parent),
        "root_id": CommentId(number),
        "depth": 0 if parent is None else 1,
        "author": Author(id=AuthorId(1), name="Ann", kind=AuthorKind.GUEST),
        "parent_name": None,
        "html": "",
        "status": Status.VISIBLE,
        "reason": "",
        "created_at": written_at,
        "published_at": written_at,
        "edited_at": None,
        "revision": 1,
        "language": "",
        "child_count": 0,
        "reply_count": 0,
        "origin": "",
        "link": LinkKind.STATED,
        "confidence": None,
        "stated_parent": None,
    }
    return Comment(**{**values, **changes})
