"""A reader's own conversations: their comments with the replies to them. Pure; rows come from `store`."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from tertulia.domain.accounts import AccountId
from tertulia.domain.comments import Comment
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Status
from tertulia.domain.stories import Story

PAGE_COMMENTS: Final = 20
"""Own comments on a page."""
NEWEST_REPLIES: Final = 10
"""Direct replies shown below each; the others are in the discussion."""
UNREAD_COMMENTS: Final = 10
"""Own comments with unread replies that stand first."""
WATCHED: Final = 200
"""Latest own comments whose replies are looked through for unread ones, and told in the feed."""
FEED_REPLIES: Final = 50
"""Replies in the feed."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversation:
    """One of the reader's comments with some of the direct replies to it, oldest first."""

    comment: Comment
    story: Story
    replies: tuple[Comment, ...]
    unread: frozenset[CommentId]
    """Which of the replies the reader has not seen."""
    muted: frozenset[AuthorId] = frozenset()
    """Whom the reader mutes, of those who replied."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Conversations:
    """A page of conversations. `unread` stand first, with their unread replies only; the first page has them."""

    unread: tuple[Conversation, ...] = ()
    listed: tuple[Conversation, ...] = ()
    """The reader's comments, newest first, without those that stand above."""
    after: str = ""
    """The cursor this page was asked with; empty on the first page."""
    next_after: str = ""
    """Cursor of the next page; empty on the last."""
    has_feed: bool = False

    @property
    def newest_unread(self) -> Comment | None:
        """The unread reply on this page that was published last."""
        found = [
            reply
            for each in (*self.unread, *self.listed)
            for reply in each.replies
            if reply.id in each.unread and reply.published_at is not None
        ]
        return max(found, key=lambda reply: (reply.published_at, reply.id), default=None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """A reply to the reader, with the story it stands under."""

    reply: Comment
    story: Story


@dataclass(frozen=True, kw_only=True, slots=True)
class Feed:
    """The latest replies to one reader, newest first."""

    owner: AccountId
    answers: tuple[Answer, ...]
    updated_at: datetime


def unread_of(
    replies: Iterable[Comment],
    *,
    reader: AuthorId,
    seen_at: datetime | None,
    muted: Collection[AuthorId] = (),
) -> frozenset[CommentId]:
    """Say which replies the reader has not seen: words of others that were published since they looked.

    Whom the reader mutes has nothing to tell them.
    """
    return frozenset(
        reply.id
        for reply in replies
        if is_word_of_others(reply, reader)
        and reply.author.id not in muted
        and reply.published_at is not None
        and (seen_at is None or reply.published_at > seen_at)
    )


def is_word_of_others(reply: Comment, reader: AuthorId) -> bool:
    """Whether there is something to read here that the reader did not write."""
    return reply.status is Status.VISIBLE and reply.is_listed and reply.author.id != reader
