"""A reader's own conversations, and the feed of replies to them. Each in a fixed number of queries."""

import secrets
from collections.abc import Iterable, Sequence

from tertulia.domain import conversations as domain
from tertulia.domain.accounts import AccountId
from tertulia.domain.comments import Comment
from tertulia.domain.conversations import Answer, Conversation, Conversations, Feed
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.ranking import Cursor, read_cursor, write_cursor
from tertulia.domain.stories import Story
from tertulia.services.accounts import hash_secret
from tertulia.services.unit import Unit, acting_account
from tertulia.store import conversations as store
from tertulia.store import mutes, stories, threads
from tertulia.store.conversations import Standing


def page(unit: Unit, *, after: str = "") -> Conversations:
    """Give a page of the acting account's conversations; raise `SessionOver` or `BadCursor`."""
    account = acting_account(unit)
    before = CommentId(read_cursor(after).last) if after else None
    standing = store.get_standing(unit.db, unit.site.id, account.id)
    if account.author is None:
        return Conversations(after=after, has_feed=standing.has_feed)
    reader = account.author.id
    found = store.list_by_author(unit.db, unit.site.id, reader, before=before, most=domain.PAGE_COMMENTS + 1)
    own, has_more = found[: domain.PAGE_COMMENTS], len(found) > domain.PAGE_COMMENTS
    first = _unread_first(unit, account.id, reader, standing, known=own) if not after else []
    is_first = {comment.id for comment in first}
    conversations = _with_replies(unit, [*first, *own], account.id, reader, standing)
    return Conversations(
        unread=tuple(_unread_only(conversations[comment.id]) for comment in first),
        listed=tuple(conversations[comment.id] for comment in own if comment.id not in is_first),
        after=after,
        next_after=write_cursor(Cursor(own[-1].id)) if has_more else "",
        has_feed=standing.has_feed,
    )


def list_written(unit: Unit, *, before: CommentId | None, most: int) -> list[Comment]:
    """List what the actor wrote under any story, newest first, from behind one of them; also a guest's."""
    author = unit.actor.author
    if author is None:
        return []
    return store.list_by_author(unit.db, unit.site.id, author.id, before=before, most=most)


def mark_read(unit: Unit, reply_id: CommentId) -> None:
    """Remember that the acting account has seen the replies to it, up to this one.

    Raise `SessionOver`, or `NotFound` for what is no reply to them: so nobody marks what is still to come.
    """
    account = acting_account(unit)
    found = {each.id: each for each in threads.list_by_ids(unit.db, unit.site.id, [reply_id])}
    reply = found.get(reply_id)
    if reply is None or reply.published_at is None or reply.parent_id is None:
        raise NotFound("comment")
    parents = threads.list_by_ids(unit.db, unit.site.id, [reply.parent_id])
    if account.author is None or [each.author.id for each in parents] != [account.author.id]:
        raise NotFound("comment")
    store.save_seen(unit.db, unit.site.id, account.id, reply.published_at)


def open_feed(unit: Unit) -> str:
    """Give the acting account's feed a new secret, and tell it this once; an older one opens nothing any more."""
    token = secrets.token_urlsafe(32)
    store.save_feed(unit.db, unit.site.id, acting_account(unit).id, hash_secret(token))
    return token


def close_feed(unit: Unit) -> None:
    """Take the acting account's feed away."""
    store.save_feed(unit.db, unit.site.id, acting_account(unit).id, None)


def feed(unit: Unit, token: str) -> Feed:
    """Give the feed that a secret opens, whoever asks; raise `NotFound`.

    It holds what everybody may read, so the secret makes nobody an actor.
    """
    owner = store.find_feed_owner(unit.db, unit.site.id, hash_secret(token))
    if owner is None:
        raise NotFound("feed")
    answers = _answers(unit, owner.account_id, owner.author_id) if owner.author_id is not None else []
    times = [each.reply.edited_at or each.reply.published_at or owner.created_at for each in answers]
    return Feed(
        owner=owner.account_id,
        answers=tuple(answers),
        updated_at=max([owner.created_at, *times]),
    )


def _unread_first(
    unit: Unit, account_id: AccountId, reader: AuthorId, standing: Standing, *, known: Sequence[Comment]
) -> list[Comment]:
    """List the reader's comments with unread replies, the newest reply first; of their latest comments only."""
    answered = store.list_answered(unit.db, unit.site.id, reader)
    wanted = store.list_unread(
        unit.db,
        unit.site.id,
        answered,
        account_id=account_id,
        reader=reader,
        seen_at=standing.seen_at,
    )
    by_id = {comment.id: comment for comment in known}
    missing = [comment_id for comment_id in wanted if comment_id not in by_id]
    if missing:
        by_id |= {each.id: each for each in threads.list_by_ids(unit.db, unit.site.id, missing)}
    return [by_id[comment_id] for comment_id in wanted]


def _with_replies(
    unit: Unit, own: Iterable[Comment], account_id: AccountId, reader: AuthorId, standing: Standing
) -> dict[CommentId, Conversation]:
    by_id = {comment.id: comment for comment in own}
    answered = [comment.id for comment in by_id.values() if comment.child_count]
    each = domain.NEWEST_REPLIES
    wanted = store.list_reply_ids(unit.db, unit.site.id, answered, each=each, most=each * len(answered))
    newest = threads.list_by_ids(unit.db, unit.site.id, wanted) if wanted else []
    below: dict[CommentId | None, list[Comment]] = {}
    for reply in sorted(newest, key=lambda reply: reply.id):
        below.setdefault(reply.parent_id, []).append(reply)
    muted = _muted(unit, account_id, newest)
    told = _stories(unit, by_id.values())
    return {
        comment.id: Conversation(
            comment=comment,
            story=told[comment.story_id],
            replies=tuple(below.get(comment.id, ())),
            unread=domain.unread_of(
                below.get(comment.id, ()), reader=reader, seen_at=standing.seen_at, muted=muted
            ),
            muted=muted,
        )
        for comment in by_id.values()
    }


def _unread_only(of: Conversation) -> Conversation:
    return Conversation(
        comment=of.comment,
        story=of.story,
        replies=tuple(reply for reply in of.replies if reply.id in of.unread),
        unread=of.unread,
    )


def _answers(unit: Unit, account_id: AccountId, reader: AuthorId) -> list[Answer]:
    answered = store.list_answered(unit.db, unit.site.id, reader)
    most = domain.FEED_REPLIES
    wanted = store.list_reply_ids(unit.db, unit.site.id, answered, each=most, most=most)
    found = threads.list_by_ids(unit.db, unit.site.id, wanted) if wanted else []
    muted = _muted(unit, account_id, found)
    replies = [
        reply for reply in found if domain.is_word_of_others(reply, reader) and reply.author.id not in muted
    ]
    replies.sort(key=lambda reply: (reply.published_at or unit.now, reply.id), reverse=True)
    told = _stories(unit, replies)
    return [Answer(reply=reply, story=told[reply.story_id]) for reply in replies]


def _muted(unit: Unit, account_id: AccountId, replies: Iterable[Comment]) -> frozenset[AuthorId]:
    """Say whom of those who replied the account mutes."""
    authors = {reply.author.id for reply in replies}
    return mutes.find_among(unit.db, unit.site.id, account_id, authors)


def _stories(unit: Unit, comments: Iterable[Comment]) -> dict[StoryId, Story]:
    wanted = sorted({comment.story_id for comment in comments})
    return stories.list_by_ids(unit.db, unit.site.id, wanted) if wanted else {}
