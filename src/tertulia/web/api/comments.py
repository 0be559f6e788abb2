"""Comments as programs see them, and the one place that decides which of their words are told."""

from typing import Annotated, Final

from msgspec import UNSET, Meta, Struct

from tertulia.domain import ids
from tertulia.domain.comments import Comment
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.moderation import Status
from tertulia.render import addresses, fragments
from tertulia.render.look import Look
from tertulia.services import comments, markup, stories, threads
from tertulia.web.api import schemas
from tertulia.web.api.operation import Access, Answer, Operation, Table, Turn


class OneComment(Struct, kw_only=True, frozen=True):
    """Which comment."""

    comment: schemas.PublicId


class ShownComment(Struct, kw_only=True, frozen=True):
    """Which comment, and how."""

    comment: schemas.PublicId
    text: Annotated[bool, Meta(description="Give the words as plain text, too.")] = False


class Own(Struct, kw_only=True, frozen=True):
    """Whose comments under which story."""

    story: schemas.PublicId
    guest: schemas.Guest = ""


def show(turn: Turn, asked: ShownComment, _: None) -> Answer:
    """Show one comment."""
    comment = threads.one(turn.unit, CommentId(ids.decode(asked.comment)))
    story = stories.get(turn.unit, comment.story_id)
    return Answer(content=comment_out(turn.look, comment, with_text=asked.text), story=story)


def list_own(turn: Turn, asked: Own, _: None) -> Answer:
    """List one's own comments under a story."""
    story = stories.get(turn.unit, StoryId(ids.decode(asked.story)))
    found = comments.list_own(turn.unit, story.id)
    return Answer(
        content=schemas.OwnComments(comments=[comment_out(turn.look, each, is_own=True) for each in found])
    )


def comment_out(
    look: Look, comment: Comment, *, is_own: bool = False, with_text: bool = False
) -> schemas.Comment:
    """Give a comment in its public shape: words only of visible ones, and of held ones to their author."""
    is_shown = comment.status is Status.VISIBLE or (is_own and comment.status is Status.HELD)
    is_named = comment.status is not Status.WITHDRAWN
    html = fragments.body(look, comment.html) if is_shown else ""
    author = comment.author
    return schemas.Comment(
        id=ids.encode(comment.id),
        story=ids.encode(comment.story_id),
        parent=None if comment.parent_id is None else ids.encode(comment.parent_id),
        root=ids.encode(comment.root_id),
        depth=comment.depth,
        author=schemas.Author(
            name=author.name if is_named else "",
            kind=author.kind if is_named else None,
            badges=list(author.badges) if is_named else [],
        ),
        html=html,
        text=markup.plain_of(html) if with_text else UNSET,
        status=comment.status,
        reason=comment.reason or None,
        created_at=comment.created_at,
        edited_at=comment.edited_at if is_shown else None,
        revision=comment.revision,
        language=comment.language or None,
        child_count=comment.child_count,
        reply_count=comment.reply_count if comment.parent_id is None else None,
        link=schemas.Link(kind=comment.link, confidence=comment.confidence),
        url=addresses.comment(look, comment),
    )


TABLE: Final[Table] = (
    Operation(
        name="getComment",
        method="GET",
        path="/comments/{comment}",
        summary="Get a comment as everybody may see it.",
        run=show,
        asked=ShownComment,
        content=schemas.Comment,
    ),
    Operation(
        name="listOwnComments",
        method="GET",
        path="/stories/{story}/own",
        summary="List your own latest comments under a story, also those that wait for a moderator.",
        run=list_own,
        asked=Own,
        content=schemas.OwnComments,
        access=Access.PERSONAL,
    ),
)
