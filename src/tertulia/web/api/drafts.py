"""Drafts: what programs write. Post, edit, withdraw, preview."""

from typing import Final

from msgspec import Struct

from tertulia.domain import ids
from tertulia.domain.authors import BadName, NameReserved, NameTaken
from tertulia.domain.comments import (
    CommentDraft,
    EditWindowOver,
    Empty,
    GuestsRefused,
    NotAnswerable,
    NotTaken,
    Posted,
    Reconsider,
    Repeated,
    SiteReadOnly,
    TooDeep,
    TooFast,
    TooLong,
)
from tertulia.domain.errors import Forbidden
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.stories import BadUrl, StoryClosed
from tertulia.render import fragments
from tertulia.services import comments, markup, stories
from tertulia.web.api import schemas
from tertulia.web.api.comments import comment_out
from tertulia.web.api.operation import Access, Answer, Operation, Table, Turn


class OwnComment(Struct, kw_only=True, frozen=True):
    """Which comment, and by whom."""

    comment: schemas.PublicId
    guest: schemas.Guest = ""


class UnderStory(Struct, kw_only=True, frozen=True):
    """Where a comment goes, and who writes it."""

    story: schemas.PublicId
    guest: schemas.Guest = ""
    key: schemas.Key = ""


class Anywhere(Struct, kw_only=True, frozen=True):
    """Who writes a comment."""

    guest: schemas.Guest = ""
    key: schemas.Key = ""


class Nothing(Struct, kw_only=True, frozen=True):
    """No parameters."""


def post(turn: Turn, asked: UnderStory, sent: schemas.Draft) -> Answer:
    """Post under a known story."""
    draft = CommentDraft(
        body=sent.body,
        name=sent.name,
        story_id=StoryId(ids.decode(asked.story)),
        parent_id=_comment_id(sent.parent),
        key=asked.key,
        network=turn.network,
        has_reconsidered=sent.reconsidered,
    )
    return _posted(turn, comments.post(turn.unit, draft))


def post_by_url(turn: Turn, asked: Anywhere, sent: schemas.StoryDraft) -> Answer:
    """Post under the story at a URL."""
    draft = CommentDraft(
        body=sent.body,
        name=sent.name,
        story_url=sent.url,
        story_title=sent.title,
        parent_id=_comment_id(sent.parent),
        key=asked.key,
        network=turn.network,
        has_reconsidered=sent.reconsidered,
    )
    return _posted(turn, comments.post(turn.unit, draft))


def edit(turn: Turn, asked: OwnComment, sent: schemas.NewWording) -> Answer:
    """Change one's own words."""
    changed = comments.edit(
        turn.unit,
        CommentId(ids.decode(asked.comment)),
        sent.body,
        has_reconsidered=sent.reconsidered,
    )
    return Answer(content=_posted_out(turn, changed))


def withdraw(turn: Turn, asked: OwnComment, _: None) -> Answer:
    """Take one's own comment back."""
    gone = comments.withdraw(turn.unit, CommentId(ids.decode(asked.comment)))
    return Answer(content=comment_out(turn.look, gone))


def preview(turn: Turn, _: Nothing, sent: schemas.Wording) -> Answer:
    """Render words without keeping them."""
    source = markup.clean_source(sent.body)
    if len(source) > turn.unit.policy.longest_comment:
        raise TooLong(limit=turn.unit.policy.longest_comment)
    html = markup.prepare(source, language=turn.unit.site.language).html
    return Answer(content=schemas.Preview(html=fragments.body(turn.look, html)))


def _posted(turn: Turn, result: Posted) -> Answer:
    content = _posted_out(turn, result)
    return Answer(content=content, status=200 if result.is_repeat else 201, location=content.comment.url)


def _posted_out(turn: Turn, result: Posted) -> schemas.Posted:
    return schemas.Posted(
        state=result.state,
        comment=comment_out(turn.look, result.comment, is_own=True),
        is_repeat=result.is_repeat,
        edit_until=result.edit_until,
    )


def _comment_id(text: str | None) -> CommentId | None:
    return None if text is None else CommentId(ids.decode(text))


_SCREENED: Final = (Empty, TooLong, StoryClosed, Reconsider, NotTaken)
_POSTED: Final = (
    *_SCREENED,
    BadName,
    NameReserved,
    NameTaken,
    TooDeep,
    GuestsRefused,
    SiteReadOnly,
    NotAnswerable,
    Repeated,
    TooFast,
)

TABLE: Final[Table] = (
    Operation(
        name="postComment",
        method="POST",
        path="/stories/{story}/comments",
        summary="Post a comment under a story, or a reply.",
        run=post,
        asked=UnderStory,
        sent=schemas.Draft,
        content=schemas.Posted,
        statuses=(200, 201),
        errors=_POSTED,
        access=Access.PERSONAL,
        is_write=True,
    ),
    Operation(
        name="postCommentByUrl",
        method="POST",
        path="/comments",
        summary="Post a comment under the story at a URL, also the first one.",
        run=post_by_url,
        asked=Anywhere,
        sent=schemas.StoryDraft,
        content=schemas.Posted,
        statuses=(200, 201),
        errors=(*_POSTED, BadUrl, stories.ForeignStory),
        access=Access.PERSONAL,
        is_write=True,
    ),
    Operation(
        name="editComment",
        method="PATCH",
        path="/comments/{comment}",
        summary="Change the words of your own comment, shortly after you posted it.",
        run=edit,
        asked=OwnComment,
        sent=schemas.NewWording,
        content=schemas.Posted,
        errors=(*_SCREENED, EditWindowOver, Forbidden),
        access=Access.PERSONAL,
        is_write=True,
    ),
    Operation(
        name="withdrawComment",
        method="DELETE",
        path="/comments/{comment}",
        summary="Take your own comment back; a listed one keeps an empty place.",
        run=withdraw,
        asked=OwnComment,
        content=schemas.Comment,
        errors=(Forbidden,),
        access=Access.PERSONAL,
        is_write=True,
    ),
    Operation(
        name="preview",
        method="POST",
        path="/preview",
        summary="Render words as they will be shown, without keeping them.",
        run=preview,
        asked=Nothing,
        sent=schemas.Wording,
        content=schemas.Preview,
        errors=(TooLong,),
        access=Access.OPEN,
    ),
)
