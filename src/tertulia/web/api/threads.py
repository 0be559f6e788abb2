"""Discussions as programs read them: a page of threads, a flat walk, one comment in its context, more replies."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct, UnsetType

from tertulia.domain import ids
from tertulia.domain import threads as domain
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.ranking import BadCursor, Sort
from tertulia.services import stories, threads
from tertulia.web.api import schemas
from tertulia.web.api.comments import OneComment, comment_out
from tertulia.web.api.operation import Answer, Operation, Table, Turn
from tertulia.web.api.stories import story_out


class Threads(Struct, kw_only=True, frozen=True):
    """Which page of which discussion."""

    story: schemas.PublicId
    sort: Annotated[
        Sort | UnsetType, Meta(description="Order of the threads; the site's own when none is given.")
    ] = UNSET
    after: schemas.CursorText = ""


class Walk(Struct, kw_only=True, frozen=True):
    """Which part of a discussion, flat."""

    story: schemas.PublicId
    after: schemas.PublicId = ""
    limit: Annotated[int, Meta(ge=1, le=schemas.MOST_COMMENTS)] = 100
    text: Annotated[bool, Meta(description="Give the words as plain text, too.")] = False


class MoreReplies(Struct, kw_only=True, frozen=True):
    """Which replies of which comment."""

    comment: schemas.PublicId
    after: schemas.PublicId = ""


def show_threads(turn: Turn, asked: Threads, _: None) -> Answer:
    """Show a page of threads."""
    sort = Sort(turn.unit.policy.default_sort) if asked.sort is UNSET else asked.sort
    page = threads.page(turn.unit, StoryId(ids.decode(asked.story)), sort=sort, after=asked.after)
    content = schemas.ThreadPage(
        story=story_out(turn.look, page.story),
        sort=page.sort,
        threads=[_node(turn, node) for node in page.nodes],
        next=page.next_after or None,
    )
    return Answer(content=content, story=page.story)


def walk(turn: Turn, asked: Walk, _: None) -> Answer:
    """Walk through all comments of a story, oldest first."""
    story = stories.get(turn.unit, StoryId(ids.decode(asked.story)))
    found = threads.in_order(turn.unit, story.id, after=_comment_id(asked.after), most=asked.limit + 1)
    shown = found[: asked.limit]
    content = schemas.CommentList(
        comments=[comment_out(turn.look, each, with_text=asked.text) for each in shown],
        next=ids.encode(shown[-1].id) if len(found) > len(shown) else None,
    )
    return Answer(content=content, story=story)


def show_context(turn: Turn, asked: OneComment, _: None) -> Answer:
    """Show a comment in its place."""
    context = threads.context(turn.unit, CommentId(ids.decode(asked.comment)))
    content = schemas.Context(
        story=story_out(turn.look, context.story),
        ancestors=[comment_out(turn.look, each) for each in context.ancestors],
        ancestors_left_out=context.ancestors_left_out,
        thread=_node(turn, context.node),
    )
    return Answer(content=content, story=context.story)


def show_replies(turn: Turn, asked: MoreReplies, _: None) -> Answer:
    """Show further replies."""
    found = threads.replies(turn.unit, CommentId(ids.decode(asked.comment)), after=_comment_id(asked.after))
    content = schemas.ReplyPage(
        parent=comment_out(turn.look, found.parent),
        replies=[_node(turn, node) for node in found.nodes],
        hidden_replies=found.hidden_replies,
        next=_public(found.more_after),
    )
    return Answer(content=content, story=found.story)


def _node(turn: Turn, node: domain.Node) -> schemas.Node:
    """Give a tree in its public shape. Recursive: the trees of an answer have few levels."""
    return schemas.Node(
        comment=comment_out(turn.look, node.comment),
        replies=[_node(turn, reply) for reply in node.replies],
        hidden_replies=node.hidden_replies,
        more_after=_public(node.more_after),
    )


def _public(comment_id: CommentId | None) -> str | None:
    return None if comment_id is None else ids.encode(comment_id)


def _comment_id(text: str) -> CommentId | None:
    return CommentId(ids.decode(text)) if text else None


TABLE: Final[Table] = (
    Operation(
        name="listThreads",
        method="GET",
        path="/stories/{story}/threads",
        summary="Read a page of a discussion: threads with their first replies.",
        run=show_threads,
        asked=Threads,
        content=schemas.ThreadPage,
        errors=(BadCursor,),
    ),
    Operation(
        name="walkComments",
        method="GET",
        path="/stories/{story}/comments",
        summary="Walk through all comments of a story without their tree, oldest first.",
        run=walk,
        asked=Walk,
        content=schemas.CommentList,
    ),
    Operation(
        name="getContext",
        method="GET",
        path="/comments/{comment}/context",
        summary="Get a comment with its nearest ancestors and its first replies.",
        run=show_context,
        asked=OneComment,
        content=schemas.Context,
    ),
    Operation(
        name="listReplies",
        method="GET",
        path="/comments/{comment}/replies",
        summary="Get further direct replies of a comment.",
        run=show_replies,
        asked=MoreReplies,
        content=schemas.ReplyPage,
    ),
)
