"""Flags that programs make for who they act as, and take back."""

from typing import Final

from msgspec import Struct

from tertulia.domain import ids
from tertulia.domain.flags import (
    AlreadyFlagged,
    BadFlagReason,
    FlagSettled,
    FlagsRefused,
    FlagTooLong,
    NotFlaggable,
    OwnComment,
    State,
    TooManyFlags,
)
from tertulia.domain.ids import CommentId
from tertulia.services import flags
from tertulia.web.api import schemas
from tertulia.web.api.operation import Access, Answer, Operation, Table, Turn


class OneFlag(Struct, kw_only=True, frozen=True):
    """On which comment, and whose."""

    comment: schemas.PublicId
    guest: schemas.Guest = ""


def make(turn: Turn, asked: OneFlag, sent: schemas.FlagDraft) -> Answer:
    """Flag a comment."""
    comment_id = CommentId(ids.decode(asked.comment))
    made = flags.make(turn.unit, comment_id, reason=sent.reason, words=sent.words, network=turn.network)
    return Answer(content=schemas.Flag(comment=asked.comment, reason=made.reason, state=made.state))


def withdraw(turn: Turn, asked: OneFlag, _: None) -> Answer:
    """Take a flag back."""
    made = flags.withdraw(turn.unit, CommentId(ids.decode(asked.comment)))
    return Answer(content=schemas.Flag(comment=asked.comment, reason=made.reason, state=State.WITHDRAWN))


TABLE: Final[Table] = (
    Operation(
        name="flagComment",
        method="POST",
        path="/comments/{comment}/flag",
        summary="Flag a comment of somebody else, once.",
        run=make,
        asked=OneFlag,
        sent=schemas.FlagDraft,
        content=schemas.Flag,
        errors=(
            AlreadyFlagged,
            BadFlagReason,
            FlagsRefused,
            FlagTooLong,
            NotFlaggable,
            OwnComment,
            TooManyFlags,
        ),
        access=Access.PERSONAL,
        is_write=True,
    ),
    Operation(
        name="withdrawFlag",
        method="DELETE",
        path="/comments/{comment}/flag",
        summary="Take your flag on a comment back, while no moderator decided.",
        run=withdraw,
        asked=OneFlag,
        content=schemas.Flag,
        errors=(FlagSettled,),
        access=Access.PERSONAL,
        is_write=True,
    ),
)
