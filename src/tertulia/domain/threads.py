"""What a reader sees of a discussion: trees of comments, cut to a page. Pure; rows come from `store`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId
from tertulia.domain.ranking import Sort
from tertulia.domain.stories import Story

PAGE_ROOTS: Final = 20
"""Top comments read for a page."""
PAGE_COMMENTS: Final = 50
"""Comments a page aims at."""
PAGE_LEVELS: Final = 6
"""Levels below the first comment of a page; what is deeper is behind *continue this thread*."""
FIRST_REPLIES: Final = (6, 4, 3, 2, 2, 1)
"""Direct replies shown at each level before *show more replies*."""
MORE_REPLIES: Final = 20
"""Direct replies that one *show more replies* brings."""
ANCESTORS: Final = 8
"""Ancestors shown above a comment in its context."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Node:
    """A comment with those of its replies that are on the page, oldest first."""

    comment: Comment
    replies: tuple["Node", ...] = ()
    hidden_replies: int = 0
    """Direct replies that are not on the page."""
    more_after: CommentId | None = None
    """The last direct reply shown: where *show more replies* goes on; None when none is shown."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of a discussion: top comments with their first replies."""

    story: Story
    sort: Sort
    nodes: tuple[Node, ...]
    after: str
    """The cursor this page was asked with; empty on the first page."""
    next_after: str
    """Cursor of the next page; empty on the last."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """One comment in its place: its nearest ancestors, itself, its replies."""

    story: Story
    ancestors: tuple[Comment, ...]
    """Nearest ancestors, the farthest first."""
    ancestors_left_out: int
    node: Node


@dataclass(frozen=True, kw_only=True, slots=True)
class Replies:
    """Further direct replies of one comment, each with its own first replies."""

    story: Story
    parent: Comment
    nodes: tuple[Node, ...]
    hidden_replies: int
    more_after: CommentId | None


def build(comments: Iterable[Comment], *, roots: Sequence[CommentId]) -> tuple[Node, ...]:
    """Hang every comment below its parent and give the trees of `roots`, in that order.

    Comments whose parent is not among them are left out. Iterative: trees may be deeper than the stack.
    """
    by_id = {comment.id: comment for comment in comments}
    children: dict[CommentId, list[Comment]] = {}
    for comment in sorted(by_id.values(), key=lambda each: each.id):
        if comment.parent_id is not None:
            children.setdefault(comment.parent_id, []).append(comment)
    done: dict[CommentId, Node] = {}
    for comment in reversed(_downwards(roots, by_id, children)):
        replies = tuple(done[child.id] for child in children.get(comment.id, ()) if child.id in done)
        done[comment.id] = Node(
            comment=comment,
            replies=replies,
            hidden_replies=max(0, comment.child_count - len(replies)),
            more_after=replies[-1].comment.id if replies else None,
        )
    return tuple(done[root] for root in roots if root in done)


def _downwards(
    roots: Sequence[CommentId],
    by_id: dict[CommentId, Comment],
    children: dict[CommentId, list[Comment]],
) -> list[Comment]:
    """List the comments reachable from the roots, parents before children."""
    found = [by_id[root] for root in roots if root in by_id]
    for comment in found:
        found.extend(children.get(comment.id, ()))
    return found


def preorder(nodes: Iterable[Node]) -> list[Comment]:
    """List the comments of trees as they are read: each before its replies."""
    listed: list[Comment] = []
    stack = list(nodes)[::-1]
    while stack:
        node = stack.pop()
        listed.append(node.comment)
        stack.extend(reversed(node.replies))
    return listed


def fitting(
    comments: Sequence[Comment], *, roots: Sequence[CommentId], most: int
) -> tuple[list[CommentId], list[Comment]]:
    """Cut to about `most` comments: whole trees from the end first, then the end of the only tree left.

    Gives the roots that stay and the comments that stay.
    """
    trees = build(comments, roots=roots)
    kept_roots: list[CommentId] = []
    kept: list[Comment] = []
    for tree in trees:
        listed = preorder([tree])
        if kept_roots and len(kept) + len(listed) > most:
            break
        kept_roots.append(tree.comment.id)
        kept.extend(listed[: max(1, most - len(kept))])
    return kept_roots, kept
