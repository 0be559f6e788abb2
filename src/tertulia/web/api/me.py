"""Who asks, and all that they wrote."""

from typing import Annotated, Final

from msgspec import Meta, Struct

from tertulia.domain import ids, permissions
from tertulia.domain.ids import CommentId
from tertulia.services import conversations, tokens
from tertulia.web.api import schemas
from tertulia.web.api.comments import comment_out
from tertulia.web.api.operation import Access, Answer, Operation, Table, Turn


class Asker(Struct, kw_only=True, frozen=True):
    """Who asks."""

    guest: schemas.Guest = ""


class Written(Struct, kw_only=True, frozen=True):
    """Who asks, and for which part of what they wrote."""

    after: schemas.PublicId = ""
    limit: Annotated[int, Meta(ge=1, le=schemas.MOST_COMMENTS)] = 50
    guest: schemas.Guest = ""


def show(turn: Turn, _asked: Asker, _: None) -> Answer:
    """Show who asks."""
    actor, policy = turn.unit.actor, turn.unit.policy
    kind = schemas.AskerKind.GUEST if actor.account is None else schemas.AskerKind.ACCOUNT
    may_write = permissions.may_write(actor, policy) and tokens.may_write(turn.unit)
    author = actor.author
    content = schemas.Me(
        kind=kind,
        name=author.name if author else "",
        badges=list(author.badges) if author else [],
        may_write=may_write,
    )
    return Answer(content=content)


def list_written(turn: Turn, asked: Written, _: None) -> Answer:
    """List what the asker wrote, newest first."""
    before = CommentId(ids.decode(asked.after)) if asked.after else None
    found = conversations.list_written(turn.unit, before=before, most=asked.limit + 1)
    shown = found[: asked.limit]
    content = schemas.OwnPage(
        comments=[comment_out(turn.look, each, is_own=True) for each in shown],
        next=ids.encode(shown[-1].id) if len(found) > len(shown) else None,
    )
    return Answer(content=content)


TABLE: Final[Table] = (
    Operation(
        name="getMe",
        method="GET",
        path="/me",
        summary="See as whom you ask, and whether you may write.",
        run=show,
        asked=Asker,
        content=schemas.Me,
        access=Access.PERSONAL,
    ),
    Operation(
        name="listMyComments",
        method="GET",
        path="/me/comments",
        summary="List what you wrote under any story, whatever became of it, newest first.",
        run=list_written,
        asked=Written,
        content=schemas.OwnPage,
        access=Access.PERSONAL,
    ),
)
