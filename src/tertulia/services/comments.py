"""Comments: post, edit, withdraw; what is one's own."""

import hashlib
from dataclasses import replace
from datetime import timedelta

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind, clean_name
from tertulia.domain.comments import (
    Comment,
    CommentDraft,
    Edit,
    EditWindowOver,
    GuestsRefused,
    NotAnswerable,
    Posted,
    PostState,
    SiteReadOnly,
    TooDeep,
    edit_until,
)
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.events import CommentEdited, CommentHeld, CommentWithdrawn
from tertulia.domain.ids import AuthorId, CommentId, StoryId
from tertulia.domain.judgements import Judgement
from tertulia.domain.moderation import SYSTEM_NAME, Decision, Outcome, Status
from tertulia.domain.permissions import (
    is_own,
    may_comment,
    may_edit,
    may_moderate,
    may_reply,
    may_see,
    may_withdraw,
    may_write,
    sections_of,
)
from tertulia.domain.stories import Story, StoryClosed
from tertulia.domain.transfer import BodyKind, LinkKind
from tertulia.services import (
    accounts,
    audit,
    markup,
    names,
    publishing,
    sanctions,
    screening,
    statements,
    stories,
)
from tertulia.services.unit import Unit
from tertulia.store import authors, decisions, flags, queue, submissions
from tertulia.store import comments as store
from tertulia.store import stories as story_store

OWN_LISTED = 50


def post(unit: Unit, draft: CommentDraft) -> Posted:
    """Take a comment: publish it, hold it, or refuse it by raising the reason.

    The same `draft.key` by the same writer gives the first result again.
    """
    _require_may_write(unit)
    unit = sanctions.admit(unit)
    comment_id = CommentId(unit.new_id())
    first = _first_result(unit, draft.key, comment_id)
    if first is not None:
        return first
    parent = _parent(unit, draft)
    story = _story(unit, draft, parent)
    if not may_comment(unit.actor, story, unit.policy):
        raise StoryClosed
    author = _author(unit, draft.name, story)
    # Ids grow: a face with a later one than its comment was made in this Unit and wrote nothing before.
    recent = [] if author.id > comment_id else screening.recent_of(unit, author)
    facts = screening.facts_of(unit, author, len(recent), has_reconsidered=draft.has_reconsidered)
    wording, judgement = screening.screen(unit, draft.body, story, recent, facts, author=author)
    comment = _new_comment(
        unit, comment_id, story=story, parent=parent, author=author, html=wording.html, judgement=judgement
    )
    store.insert_comment(
        unit.db, unit.site.id, comment, wording, renderer=markup.RENDERER, network=draft.network
    )
    _record_decision(unit, comment, judgement, before=None)
    _publish_or_hold(unit, comment, judgement, story)
    return _result(unit, comment, judgement)


def edit(unit: Unit, comment_id: CommentId, body: str, *, has_reconsidered: bool = False) -> Posted:
    """Change the words of one's own comment within the edit window; the old ones are kept."""
    unit = sanctions.admit(unit)
    comment = locked(unit, comment_id)
    if not may_edit(unit.actor, comment, now=unit.now, policy=unit.policy):
        raise EditWindowOver if is_own(unit.actor, comment) else Forbidden
    story = stories.get(unit, comment.story_id)
    # Its own text would repeat itself, and does not count as one written before.
    before = len(screening.recent_of(unit, comment.author)) - 1
    author = unit.actor.author or comment.author
    facts = screening.facts_of(unit, author, before, has_reconsidered=has_reconsidered)
    wording, judgement = screening.screen(unit, body, story, [], facts, author=author)
    if store.source_of(unit.db, unit.site.id, comment_id) == wording.source:
        return _result(unit, comment, judgement)
    store.save_wording(
        unit.db, unit.site.id, comment_id, wording, renderer=markup.RENDERER, edited_at=unit.now
    )
    if judgement.outcome is Outcome.HOLD and comment.status is Status.VISIBLE:
        _hold_again(unit, comment, judgement, story)
    changed = store.get(unit.db, unit.site.id, comment_id)
    if comment.is_listed:
        moved = story_store.move(
            unit.db, unit.site.id, comment.story_id, added=publishing.gained(comment, changed)
        )
        unit.record(
            CommentEdited(
                story_id=comment.story_id,
                comment_id=comment_id,
                comment_revision=changed.revision,
                revision=moved.revision,
            )
        )
    return _result(unit, changed, judgement)


def withdraw(unit: Unit, comment_id: CommentId) -> Comment:
    """Take one's own comment back. A listed one leaves a tombstone, so that replies keep their sense."""
    comment = locked(unit, comment_id)
    if not is_own(unit.actor, comment):
        raise Forbidden
    if comment.status is Status.WITHDRAWN:
        return comment
    if not may_withdraw(unit.actor, comment):
        raise Forbidden
    return take_back(unit, comment)


def take_back(unit: Unit, comment: Comment) -> Comment:
    """Withdraw a comment that is locked, and tell, where anybody could see it."""
    store.save_status(
        unit.db,
        unit.site.id,
        comment.id,
        status=Status.WITHDRAWN,
        reason="",
        published_at=comment.published_at,
    )
    flags.withdraw_all(unit.db, unit.site.id, comment.id, now=unit.now)
    queue.leave(unit.db, unit.site.id, comment.id)
    if comment.status is Status.HELD:
        statements.lift_silently(unit, comment.id)
    changed = store.get(unit.db, unit.site.id, comment.id)
    if comment.is_listed:
        moved = story_store.move(
            unit.db, unit.site.id, comment.story_id, added=publishing.gained(comment, changed)
        )
        unit.record(
            CommentWithdrawn(
                story_id=comment.story_id,
                comment_id=comment.id,
                comment_revision=changed.revision,
                revision=moved.revision,
            )
        )
    return changed


def access(unit: Unit, comment_id: CommentId) -> Comment:
    """Give a comment the actor may know of; raise `NotFound` for others."""
    comment = store.get(unit.db, unit.site.id, comment_id)
    if not may_see(unit.actor, comment, section=section_of(unit, comment)):
        raise NotFound("comment")
    return comment


def section_of(unit: Unit, comment: Comment) -> str:
    """Give the section of a comment's story, where it makes a difference to the actor; else nothing."""
    if not sections_of(unit.actor):
        return ""
    return story_store.get(unit.db, unit.site.id, comment.story_id).section


def locked(unit: Unit, comment_id: CommentId) -> Comment:
    """Give a comment the actor may know of, and keep other writers from its discussion until the commit."""
    story_store.lock(unit.db, unit.site.id, access(unit, comment_id).story_id)
    return access(unit, comment_id)


def source_of(unit: Unit, comment_id: CommentId) -> str:
    """Give the Markdown of one's own comment, for editing."""
    comment = access(unit, comment_id)
    if not is_own(unit.actor, comment):
        raise Forbidden
    return store.source_of(unit.db, unit.site.id, comment_id)


def quoted(unit: Unit, comment_id: CommentId) -> str:
    """Give a visible comment as a Markdown quote that links to it."""
    comment = access(unit, comment_id)
    if comment.status is not Status.VISIBLE:
        raise NotAnswerable
    source, kind = store.sources_of(unit.db, unit.site.id, [comment_id])[comment_id]
    words = source if kind is BodyKind.MARKDOWN else markup.prepare_as(kind, source).text
    lines = "\n".join(f"> {line}".rstrip() for line in words.splitlines())
    name = comment.author.name.replace("[", "").replace("]", "") or "#"
    return f"{lines}\n>\n> [{name}](#comment-{ids.encode(comment_id)})\n\n"


def list_own(unit: Unit, story_id: StoryId) -> list[Comment]:
    """List the actor's comments under a story that wait or may still be edited, newest first."""
    if unit.actor.author is None:
        return []
    since = ids.at(unit.now - timedelta(days=30), 0)
    return store.list_own(
        unit.db,
        unit.site.id,
        unit.actor.author.id,
        story_id=story_id,
        since=CommentId(since),
        most=OWN_LISTED,
    )


def list_edits(unit: Unit, comment_id: CommentId) -> list[Edit]:
    """List earlier wordings of a comment; for its author and staff."""
    comment = access(unit, comment_id)
    if not is_own(unit.actor, comment) and not may_moderate(unit.actor, section_of(unit, comment)):
        raise Forbidden
    return store.list_edits(unit.db, unit.site.id, comment_id)


def editable_until(unit: Unit, comment: Comment) -> str | None:
    """Say until when the actor may edit, as ISO time; None when they may not."""
    if comment.created_at is None or not may_edit(unit.actor, comment, now=unit.now, policy=unit.policy):
        return None
    return edit_until(comment.created_at, edit_seconds=unit.policy.edit_seconds).isoformat()


def _require_may_write(unit: Unit) -> None:
    if may_write(unit.actor, unit.policy):
        return
    raise SiteReadOnly if unit.policy.is_read_only else GuestsRefused


def _first_result(unit: Unit, key: str, comment_id: CommentId) -> Posted | None:
    """Take the key for this comment; when it is taken, give what it brought.

    The insert waits for an equal submit that is under way, so of two at once one wins and both get its result.
    """
    if not key:
        return None
    account = unit.actor.account
    writer = unit.actor.secret_hash if account is None else f"account:{account.id}"
    key_hash = hashlib.sha256(f"{writer}\0{key}".encode()).hexdigest()
    if submissions.insert_new(unit.db, unit.site.id, key_hash, comment_id, now=unit.now):
        return None
    first = submissions.find(unit.db, unit.site.id, key_hash)
    comment = None if first is None else store.find(unit.db, unit.site.id, first)
    if comment is None:
        return None
    return replace(_result(unit, comment, Judgement(outcome=Outcome.PUBLISH)), is_repeat=True)


def _parent(unit: Unit, draft: CommentDraft) -> Comment | None:
    if draft.parent_id is None:
        return None
    parent = access(unit, draft.parent_id)
    if draft.story_id is not None and parent.story_id != draft.story_id:
        raise NotFound("comment")
    if not may_reply(parent):
        raise NotAnswerable
    if unit.policy.deepest_reply and parent.depth + 1 > unit.policy.deepest_reply:
        raise TooDeep(limit=unit.policy.deepest_reply)
    return parent


def _story(unit: Unit, draft: CommentDraft, parent: Comment | None) -> Story:
    if parent is not None:
        return stories.recall(unit, parent.story_id)
    if draft.story_id is not None:
        return stories.recall(unit, draft.story_id)
    return stories.open_at(unit, draft.story_url or "", title=draft.story_title)


def _author(unit: Unit, name: str, story: Story) -> Author:
    """Give the actor's face; a guest's is made by their first comment and follows the name they give."""
    known = unit.actor.author
    if known is not None and known.kind is not AuthorKind.GUEST:
        return known
    if unit.actor.account is not None:
        shown = clean_name(name, longest=unit.policy.longest_name)
        return accounts.make_named_face(unit, unit.actor.account, shown)
    if known is not None and (not name.strip() or name.strip() == known.name):
        return known
    shown = clean_name(name, longest=unit.policy.longest_name)
    if known is not None and shown == known.name:
        return known
    names.require_free(unit, shown, for_author=known, is_staff=False)
    if known is not None:
        # A decision on a comment of theirs locks first the story and then the author, too.
        story_store.lock(unit.db, unit.site.id, story.id)
        authors.rename(unit.db, unit.site.id, known.id, shown)
        return replace(known, name=shown)
    new = Author(id=AuthorId(unit.new_id()), name=shown, kind=AuthorKind.GUEST)
    secret = unit.actor.secret_hash
    if authors.insert_guest(unit.db, unit.site.id, new, secret_hash=secret, now=unit.now):
        return new
    # Two first comments of one guest at once: the other transaction made the face.
    return authors.find_guest(unit.db, unit.site.id, secret) or new


def _new_comment(
    unit: Unit,
    comment_id: CommentId,
    *,
    story: Story,
    parent: Comment | None,
    author: Author,
    html: str,
    judgement: Judgement,
) -> Comment:
    is_public = judgement.outcome is Outcome.PUBLISH
    return Comment(
        id=comment_id,
        story_id=story.id,
        parent_id=None if parent is None else parent.id,
        root_id=comment_id if parent is None else parent.root_id,
        depth=0 if parent is None else parent.depth + 1,
        author=author,
        parent_name=None if parent is None else parent.author.name,
        html=html,
        status=Status.VISIBLE if is_public else Status.HELD,
        reason="",
        created_at=unit.now,
        published_at=publishing.listed_at(unit, story.id) if is_public else None,
        edited_at=None,
        revision=1,
        language="",
        child_count=0,
        reply_count=0,
        origin="",
        link=LinkKind.STATED,
        confidence=None,
        stated_parent=None,
    )


def _publish_or_hold(unit: Unit, comment: Comment, judgement: Judgement, story: Story) -> None:
    if comment.status is Status.VISIBLE:
        publishing.list_publicly(unit, comment)
    else:
        _let_wait(unit, comment, judgement, story)


def _let_wait(unit: Unit, comment: Comment, judgement: Judgement, story: Story) -> None:
    queue.put(unit.db, unit.site.id, comment, judgement.findings, section=story.section, now=unit.now)
    codes = tuple(finding.code for finding in judgement.findings)
    unit.record(CommentHeld(story_id=comment.story_id, comment_id=comment.id, findings=codes))


def _hold_again(unit: Unit, comment: Comment, judgement: Judgement, story: Story) -> None:
    """Hold a visible comment whose new words want a look; it keeps its place."""
    store.save_status(
        unit.db,
        unit.site.id,
        comment.id,
        status=Status.HELD,
        reason="",
        published_at=comment.published_at,
    )
    _record_decision(unit, comment, judgement, before=comment.status)
    _let_wait(unit, comment, judgement, story)


def _record_decision(unit: Unit, comment: Comment, judgement: Judgement, *, before: Status | None) -> None:
    made = Decision(
        id=unit.new_id(),
        outcome=judgement.outcome,
        reason="",
        made_by=SYSTEM_NAME,
        policy_version=unit.policy.version,
        made_at=unit.now,
        findings=judgement.findings,
        status_before=before,
        status_after=Status.VISIBLE if judgement.outcome is Outcome.PUBLISH else Status.HELD,
    )
    decisions.append(unit.db, unit.site.id, comment.id, made)
    if judgement.outcome is not Outcome.PUBLISH:
        unit.audit(audit.of_decision(made, comment))
        statements.of_rules(unit, comment, made)


def _result(unit: Unit, comment: Comment, judgement: Judgement) -> Posted:
    state = PostState.POSTED if comment.status is Status.VISIBLE else PostState.HELD
    until = (
        edit_until(comment.created_at, edit_seconds=unit.policy.edit_seconds)
        if comment.created_at is not None
        else None
    )
    return Posted(comment=comment, state=state, findings=judgement.findings, edit_until=until)
