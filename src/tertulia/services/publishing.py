"""Publishing: a comment gets its place in public, and is counted there."""

from datetime import datetime, timedelta

from tertulia.domain.comments import Comment
from tertulia.domain.events import CommentPosted
from tertulia.domain.ids import StoryId
from tertulia.domain.moderation import Status
from tertulia.services.unit import Unit
from tertulia.store import comments as store
from tertulia.store import stories as story_store
from tertulia.store import threads as thread_store


def listed_at(unit: Unit, story_id: StoryId) -> datetime:
    """Say when a comment is listed: later than everything listed before it under its story.

    Units commit in another order than they begin. A reader who pages through the sort by replies asks what was
    listed since the page before, and would miss what got an earlier time in a later commit.
    """
    remembered, known = unit.memory.listed_at, (unit.site.id, story_id)
    newest = remembered.get(known)
    if newest is None:
        story_store.lock(unit.db, unit.site.id, story_id)
        newest = thread_store.newest_publication(unit.db, unit.site.id, story_id)
    at = unit.now if newest is None else max(unit.now, newest + timedelta(microseconds=1))
    remembered[known] = at
    return at


def list_publicly(unit: Unit, comment: Comment) -> None:
    """Give a comment its place in public: count it with its parents and its story, and tell."""
    moved = story_store.move(unit.db, unit.site.id, comment.story_id, added=1, last_comment_at=unit.now)
    if comment.parent_id is not None:
        store.count_up(unit.db, unit.site.id, parent_id=comment.parent_id, root_id=comment.root_id)
    unit.record(
        CommentPosted(
            story_id=comment.story_id,
            comment_id=comment.id,
            parent_id=comment.parent_id,
            root_id=comment.root_id,
            revision=moved.revision,
            comment_count=moved.comment_count,
        )
    )


def gained(before: Comment, after: Comment) -> int:
    """How many visible comments a change added: 1, 0 or -1."""
    return int(after.status is Status.VISIBLE) - int(before.status is Status.VISIBLE)
