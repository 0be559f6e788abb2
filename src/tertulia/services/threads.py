"""Reading a discussion: a page, one comment in its context, more replies. Each in a fixed number of queries."""

from dataclasses import replace
from datetime import timedelta

from tertulia.domain import ids
from tertulia.domain import threads as domain
from tertulia.domain.comments import Comment
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.ranking import Cursor, Sort, read_cursor, write_cursor
from tertulia.domain.threads import Context, Page, Replies
from tertulia.services import comments, stories
from tertulia.services.unit import Unit
from tertulia.store import threads as store


def page(unit: Unit, story_id: StoryId, *, sort: Sort, after: str = "") -> Page:
    """Give a page of a discussion from behind a cursor; raise `NotFound` or `BadCursor`."""
    cursor = read_cursor(after) if after else None
    story = stories.get(unit, story_id)
    overtaken = _overtaken(unit, story_id, sort, cursor)
    most = max(1, domain.PAGE_ROOTS - len(overtaken))
    fresh = store.list_roots(unit.db, unit.site.id, story_id, sort=sort, after=cursor, most=most + 1)
    has_more = len(fresh) > most
    roots = (overtaken + fresh[:most])[: domain.PAGE_ROOTS]
    kept_ids, kept = _with_replies(unit, roots, most=domain.PAGE_COMMENTS)
    # What overtook the cursor must be shown now; what is behind it can wait for the next page.
    lost = [root for root in overtaken if root.id not in set(kept_ids)]
    kept_ids += [root.id for root in lost]
    kept += lost
    shown_fresh = [root for root in fresh[:most] if root.id in set(kept_ids)]
    is_last = not has_more and len(shown_fresh) == len(fresh[:most])
    return Page(
        story=story,
        sort=sort,
        nodes=domain.build(kept, roots=kept_ids),
        after=after,
        next_after="" if is_last else _next(unit, story_id, sort, cursor, shown_fresh),
    )


def context(unit: Unit, comment_id: CommentId) -> Context:
    """Give a comment with its nearest ancestors and its replies; raise `NotFound`."""
    comment = _listed(unit, comment_id)
    story = stories.get(unit, comment.story_id)
    ancestors = (
        store.list_ancestors(unit.db, unit.site.id, comment_id, most=domain.ANCESTORS)
        if comment.parent_id is not None
        else []
    )
    roots, kept = _with_replies(unit, [comment], most=domain.PAGE_COMMENTS)
    return Context(
        story=story,
        ancestors=tuple(ancestors),
        ancestors_left_out=comment.depth - len(ancestors),
        node=domain.build(kept, roots=roots)[0],
    )


def replies(unit: Unit, comment_id: CommentId, *, after: CommentId | None) -> Replies:
    """Give further direct replies of a comment, each with its own first replies; raise `NotFound`."""
    parent = _listed(unit, comment_id)
    story = stories.get(unit, parent.story_id)
    children = store.list_replies(unit.db, unit.site.id, comment_id, after=after, most=domain.MORE_REPLIES)
    roots, kept = _with_replies(unit, children, most=domain.PAGE_COMMENTS)
    hidden = (
        store.count_replies_after(unit.db, unit.site.id, comment_id, after=roots[-1], most=10_000)
        if roots
        else 0
    )
    return Replies(
        story=story,
        parent=parent,
        nodes=domain.build(kept, roots=roots),
        hidden_replies=hidden,
        more_after=roots[-1] if roots and hidden else None,
    )


def one(unit: Unit, comment_id: CommentId) -> Comment:
    """Give a comment as everybody may see it; raise `NotFound` when it was never listed."""
    return _listed(unit, comment_id)


def in_order(
    unit: Unit, story_id: StoryId, *, after: CommentId | None = None, most: int = 100
) -> list[Comment]:
    """List a story's comments flat, oldest first, for programs."""
    stories.get(unit, story_id)
    return store.list_in_order(unit.db, unit.site.id, story_id, after=after, most=most)


def _listed(unit: Unit, comment_id: CommentId) -> Comment:
    comment = comments.access(unit, comment_id)
    if not comment.is_listed:
        raise NotFound("comment")
    return comment


def _with_replies(unit: Unit, roots: list[Comment], *, most: int) -> tuple[list[CommentId], list[Comment]]:
    """Add first replies level by level; after each level cut to what fits on the page.

    So the rows read are bounded by the page: `PAGE_LEVELS` queries of at most `most` parents each.
    """
    kept_ids = [root.id for root in roots]
    kept = list(roots)
    level = [root.id for root in roots if root.child_count]
    for each in domain.FIRST_REPLIES:
        if not level:
            break
        found = store.list_first_replies(unit.db, unit.site.id, level, each=each)
        kept_ids, kept = domain.fitting(kept + found, roots=kept_ids, most=most)
        new = {comment.id for comment in found}
        level = [comment.id for comment in kept if comment.id in new and comment.child_count]
    return kept_ids, kept


def _overtaken(unit: Unit, story_id: StoryId, sort: Sort, cursor: Cursor | None) -> list[Comment]:
    if sort is not Sort.REPLIED or cursor is None or not cursor.horizon:
        return []
    return store.list_overtaken(unit.db, unit.site.id, story_id, after=cursor)


def _next(unit: Unit, story_id: StoryId, sort: Sort, cursor: Cursor | None, shown: list[Comment]) -> str:
    """Write the cursor behind the last top comment shown."""
    if sort is not Sort.REPLIED:
        return write_cursor(Cursor(shown[-1].id if shown or cursor is None else cursor.last))
    newest = store.newest_publication(unit.db, unit.site.id, story_id) or unit.now
    horizon = (newest - ids.EPOCH) // timedelta(microseconds=1)
    if not shown and cursor is not None:
        return write_cursor(replace(cursor, horizon=horizon))
    return write_cursor(Cursor(shown[-1].id, shown[-1].reply_count, horizon))
