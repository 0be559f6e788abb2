"""Moderation: what waits, decisions with reasons, undo. The full desk builds on these verbs."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import section_key
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Conflict, Forbidden, Invalid
from tertulia.domain.events import DecisionMade
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Outcome, Reason, Status, status_after
from tertulia.domain.permissions import Act, may, may_moderate, sections_of
from tertulia.services import comments
from tertulia.services.unit import Unit
from tertulia.store import comments as store
from tertulia.store import decisions, queue
from tertulia.store import stories as story_store
from tertulia.store import threads as thread_store

DECIDED_LATELY: Final = timedelta(days=30)
"""How far back the decisions within some sections are looked for."""


class Stale(Conflict):
    """The comment changed since the moderator saw it."""

    code = "stale"


class BadReason(Invalid):
    """There is no such reason class."""

    code = "bad-reason"


class NothingToUndo(Conflict):
    """There is no decision by a person to take back."""

    code = "nothing-to-undo"


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A comment on the desk, with the decisions so far."""

    comment: Comment
    decisions: tuple[Decision, ...]


def list_held(unit: Unit, *, after: CommentId | None = None, most: int = 50) -> list[Item]:
    """List what waits for the acting moderator, oldest first, with the findings that held it."""
    within = _sections(unit)
    return _items(unit, queue.list_held(unit.db, unit.site.id, after=after, most=most, sections=within))


def list_decided(unit: Unit, *, most: int = 20) -> list[Item]:
    """List comments of the acting moderator's sections that people decided on lately, the last decision first."""
    within = _sections(unit)
    # Whoever sees all finds the newest at once; within a section they may be far back, and old ones are not asked for.
    since = 0 if within is None else ids.at(unit.now - DECIDED_LATELY, 0)
    latest = decisions.list_latest(unit.db, unit.site.id, most=most, since=since, sections=within)
    wanted = list(dict.fromkeys(comment_id for comment_id, _ in latest))
    found = {comment.id: comment for comment in thread_store.list_by_ids(unit.db, unit.site.id, wanted)}
    return _items(unit, [found[comment_id] for comment_id in wanted if comment_id in found])


def count_held(unit: Unit) -> int:
    """Count what waits, up to a thousand."""
    return queue.count_held(unit.db, unit.site.id)


def decide(
    unit: Unit, comment_id: CommentId, outcome: Outcome, *, reason: str = "", seen_revision: int
) -> Comment:
    """Publish, hold, remove or restore a comment; raise `Stale` when it changed since it was seen."""
    before = _require_may_decide(unit, comments.locked(unit, comment_id))
    if outcome is Outcome.REMOVE and reason not in set(Reason):
        raise BadReason(reason=reason[:60])
    if before.revision != seen_revision or before.status is Status.WITHDRAWN:
        raise Stale
    earlier = decisions.for_comment(unit.db, unit.site.id, comment_id) or [_as_found(unit, before)]
    new = Decision(
        outcome=outcome,
        reason=reason if outcome is Outcome.REMOVE else "",
        made_by=unit.actor.name or "system",
        policy_version=unit.policy.version,
        made_at=unit.now,
    )
    decisions.append(unit.db, unit.site.id, comment_id, new, decision_id=unit.new_id())
    return _apply(unit, before, new, status_after([*earlier, new]))


def undo(unit: Unit, comment_id: CommentId, *, seen_revision: int) -> Comment:
    """Take back the last decision by a person: decide again what stood before it."""
    _require_may_decide(unit, comments.access(unit, comment_id))
    made = decisions.for_comment(unit.db, unit.site.id, comment_id)
    if not made or made[-1].made_by == "system":
        raise NothingToUndo
    before = made[:-1]
    status = status_after(before)
    reason = before[-1].reason if before else ""
    outcome = {
        Status.VISIBLE: Outcome.RESTORE,
        Status.HELD: Outcome.HOLD,
        Status.REMOVED: Outcome.REMOVE,
    }[status]
    return decide(
        unit,
        comment_id,
        outcome,
        reason=reason or (Reason.OTHER if outcome is Outcome.REMOVE else ""),
        seen_revision=seen_revision,
    )


def _as_found(unit: Unit, comment: Comment) -> Decision:
    """Record how an import left a comment, so that the first decision on it can be taken back."""
    standing = {
        Status.VISIBLE: Outcome.PUBLISH,
        Status.HELD: Outcome.HOLD,
        Status.REMOVED: Outcome.REMOVE,
    }
    found = Decision(
        outcome=standing[comment.status],
        reason=comment.reason,
        made_by="system",
        policy_version=unit.policy.version,
        made_at=unit.now,
    )
    decisions.append(unit.db, unit.site.id, comment.id, found, decision_id=unit.new_id())
    return found


def _apply(unit: Unit, before: Comment, made: Decision, status: Status) -> Comment:
    """Store the new status, count, and tell."""
    is_new_in_public = status is Status.VISIBLE and not before.is_listed
    published_at = comments.listed_at(unit, before.story_id) if is_new_in_public else before.published_at
    store.save_status(
        unit.db, unit.site.id, before.id, status=status, reason=made.reason, published_at=published_at
    )
    after = store.get(unit.db, unit.site.id, before.id)
    if is_new_in_public:
        comments.list_publicly(unit, after)
    gained = 0 if is_new_in_public else comments.gained(before, after)
    moved = story_store.move(unit.db, unit.site.id, before.story_id, added=gained)
    unit.record(
        DecisionMade(
            story_id=before.story_id,
            comment_id=before.id,
            outcome=made.outcome.value,
            reason=made.reason,
            comment_revision=after.revision,
            revision=moved.revision,
        )
    )
    return after


def _items(unit: Unit, found: list[Comment]) -> list[Item]:
    made = decisions.for_comments(unit.db, unit.site.id, [comment.id for comment in found])
    return [Item(comment=comment, decisions=tuple(made.get(comment.id, ()))) for comment in found]


def _require_may_decide(unit: Unit, comment: Comment) -> Comment:
    if not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
    return comment


def _sections(unit: Unit) -> list[str] | None:
    """Give the acting moderator's sections in all spellings that the publication uses; None for all there are."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    own = sections_of(unit.actor)
    if not own:
        return None
    return [each for each in story_store.list_sections(unit.db, unit.site.id) if section_key(each) in own]
