"""Deciding at the desk: on what nobody else has, on many at once, and what changed where a moderator came too late."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from tertulia.domain.comments import Comment
from tertulia.domain.errors import Conflict, Forbidden, NotFound, TertuliaError
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Ruling, Source
from tertulia.domain.permissions import may_moderate
from tertulia.domain.queues import MOST_AT_ONCE
from tertulia.services import comments, moderation, queue
from tertulia.services.unit import Unit
from tertulia.store import comments as store
from tertulia.store import decisions, stories, threads


@dataclass(frozen=True, kw_only=True, slots=True)
class Picked:
    """A comment of a selection, at the revision that the moderator saw."""

    comment_id: CommentId
    revision: int


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What became of one comment of a selection: the comment as it stands now, or why nothing was done."""

    picked: Picked
    comment: Comment | None = None
    refusal: TertuliaError | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Changes:
    """What happened to a comment since a moderator saw it."""

    before: str = ""
    """Its words as they saw them; empty where they are the same."""
    now: str = ""
    decisions: tuple[Decision, ...] = ()

    @property
    def is_reworded(self) -> bool:
        """Whether its author changed the words."""
        return self.before != self.now


def decide(unit: Unit, comment_id: CommentId, ruling: Ruling, *, seen_revision: int) -> Comment:
    """Decide on a comment; raise `ItemTaken` while a colleague has it, and what `moderation.decide` raises."""
    waiting = queue.require_free(unit, comment_id)
    if waiting is not None and waiting.is_flagged and ruling.source is Source.OWN:
        ruling = replace(ruling, source=Source.FLAG)
    return moderation.decide(unit, comment_id, ruling, seen_revision=seen_revision)


def undo(unit: Unit, comment_id: CommentId, *, seen_revision: int) -> Comment:
    """Take back the last decision; raise `ItemTaken` while a colleague has the comment."""
    queue.require_free(unit, comment_id)
    return moderation.undo(unit, comment_id, seen_revision=seen_revision)


def decide_all(unit: Unit, picked: Sequence[Picked], ruling: Ruling) -> list[Result]:
    """Decide the same on each comment of a selection, one after the other; each tells its own result."""
    return _each(unit, picked, lambda at: decide(unit, at.comment_id, ruling, seen_revision=at.revision))


def undo_all(unit: Unit, picked: Sequence[Picked]) -> list[Result]:
    """Take back the last decision on each comment of a selection."""
    return _each(unit, picked, lambda at: undo(unit, at.comment_id, seen_revision=at.revision))


def take_all(unit: Unit, picked: Sequence[Picked]) -> list[Result]:
    """Take each comment of a selection that waits and that nobody else has."""

    def take(at: Picked) -> Comment:
        queue.take(unit, at.comment_id)
        return store.get(unit.db, unit.site.id, at.comment_id)

    return _each(unit, picked, take)


def mark_all(unit: Unit, picked: Sequence[Picked]) -> list[Result]:
    """Remember of each comment of a selection that somebody looked at it."""

    def mark(at: Picked) -> Comment:
        queue.mark_read(unit, [at.comment_id])
        return store.get(unit.db, unit.site.id, at.comment_id)

    return _each(unit, picked, mark)


def changes_since(unit: Unit, comment_id: CommentId, seen_at: datetime) -> Changes:
    """Say what happened to a comment since a moment: its words then and now, and decisions meanwhile."""
    comment = store.get(unit.db, unit.site.id, comment_id)
    if not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
    now = store.source_of(unit.db, unit.site.id, comment_id)
    edits = store.list_edits(unit.db, unit.site.id, comment_id)
    # An edit keeps the words that it replaced: the first one after that moment has what was read then.
    later = [edit for edit in edits if edit.replaced_at is not None and edit.replaced_at > seen_at]
    made = decisions.for_comment(unit.db, unit.site.id, comment_id)
    return Changes(
        before=later[0].source if later else now,
        now=now,
        decisions=tuple(each for each in made if each.made_at > seen_at and _is_news(each)),
    )


def _is_news(made: Decision) -> bool:
    """Whether a decision changed something: how an import left a comment is recorded with the first one after it."""
    return made.is_by_person or made.status_before is not None


def _each(unit: Unit, picked: Sequence[Picked], do: Callable[[Picked], Comment]) -> list[Result]:
    """Do something with each. All stories are locked first, then authors one after the other, both in one order.

    Else two moderators with selections of the same authors would wait for each other.
    """
    some = list({each.comment_id: each for each in picked}.values())[:MOST_AT_ONCE]
    known = threads.list_by_ids(unit.db, unit.site.id, [each.comment_id for each in some])
    stories.lock_all(unit.db, unit.site.id, {comment.story_id for comment in known})
    author_of = {comment.id: comment.author.id for comment in known}
    ordered = sorted(some, key=lambda each: (author_of.get(each.comment_id, 0), each.comment_id))
    return [_result(each, do) for each in ordered]


def _result(picked: Picked, do: Callable[[Picked], Comment]) -> Result:
    try:
        return Result(picked=picked, comment=do(picked))
    except (Conflict, NotFound, Forbidden) as refusal:
        # Refused before anything was written: the others go on.
        return Result(picked=picked, refusal=refusal)
