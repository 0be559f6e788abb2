"""Moderation: decisions with reasons, and undo. What waits for them is in `queue.py`."""

from collections.abc import Sequence
from dataclasses import replace

from tertulia.domain.accounts import section_key
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Conflict, Forbidden, Invalid
from tertulia.domain.events import DecisionMade
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import (
    LONGEST_LAW,
    LONGEST_WORDS,
    SYSTEM_NAME,
    Decision,
    Finding,
    Outcome,
    Reason,
    Ruling,
    Source,
    Status,
    count_of,
    status_after,
    to_undo,
)
from tertulia.domain.permissions import Act, may, may_moderate, sections_of
from tertulia.domain.sanctions import Sanction
from tertulia.services import audit, comments, publishing, settling, statements
from tertulia.services.unit import Unit
from tertulia.store import authors, decisions, queue
from tertulia.store import comments as store
from tertulia.store import stories as story_store


class Stale(Conflict):
    """The comment changed since the moderator saw it."""

    code = "stale"


class BadReason(Invalid):
    """There is no such reason class."""

    code = "bad-reason"


class TooManyWords(Invalid):
    """What is said about a decision is longer than anybody would read."""

    code = "too-many-words"


class NothingToUndo(Conflict):
    """There is no decision by a person to take back."""

    code = "nothing-to-undo"


def decide(unit: Unit, comment_id: CommentId, ruling: Ruling, *, seen_revision: int) -> Comment:
    """Publish, hold, remove or restore a comment; raise `Stale` when it changed since it was seen."""
    before = _require_may_decide(unit, comments.locked(unit, comment_id))
    _require_sense(ruling)
    if before.revision != seen_revision or before.status is Status.WITHDRAWN:
        raise Stale
    earlier = decisions.for_comment(unit.db, unit.site.id, comment_id) or [_as_found(unit, before)]
    return _decide(unit, before, ruling, earlier)


def undo(unit: Unit, comment_id: CommentId, *, seen_revision: int) -> Comment:
    """Take back the last decision by a person that stands: decide again what stood before it.

    Undo after undo goes back step by step.
    """
    before = _require_may_decide(unit, comments.locked(unit, comment_id))
    made = decisions.for_comment(unit.db, unit.site.id, comment_id)
    last = to_undo(made)
    if last is None:
        raise NothingToUndo
    if before.revision != seen_revision or before.status is Status.WITHDRAWN:
        raise Stale
    return _decide(unit, before, _ruling_before(made, last), made, undoes=last.id)


def take_along(unit: Unit, comment_id: CommentId, sanction: Sanction) -> None:
    """Remove a comment with its banned author. What is gone already stays as it is."""
    before = comments.locked(unit, comment_id)
    if before.status not in (Status.VISIBLE, Status.HELD):
        return
    earlier = decisions.for_comment(unit.db, unit.site.id, comment_id) or [_as_found(unit, before)]
    ruling = Ruling(
        outcome=Outcome.REMOVE, reason=sanction.reason, source=Source.SANCTION, sanction_id=sanction.id
    )
    _decide(unit, before, ruling, earlier)


def bring_back(unit: Unit, comment_id: CommentId, sanction: Sanction) -> None:
    """Undo what a ban did to a comment, where that is what stands. What somebody decided since stays."""
    before = comments.locked(unit, comment_id)
    made = decisions.for_comment(unit.db, unit.site.id, comment_id)
    last = to_undo(made)
    if last is None or last.sanction_id != sanction.id or before.status is not Status.REMOVED:
        return
    ruling = replace(_ruling_before(made, last), source=Source.SANCTION, sanction_id=sanction.id)
    _decide(unit, before, ruling, made, undoes=last.id)


def _ruling_before(made: list[Decision], last: Decision) -> Ruling:
    """Give the ruling that stood before a decision, with what its maker said then."""
    earlier = made[: made.index(last)]
    undone = {each.undoes for each in earlier if each.undoes is not None}
    stood = [each for each in earlier if each.undoes is None and each.id not in undone]
    outcome = {
        Status.VISIBLE: Outcome.RESTORE,
        Status.HELD: Outcome.HOLD,
        Status.REMOVED: Outcome.REMOVE,
    }[status_after(stood)]
    if outcome is not Outcome.REMOVE:
        return Ruling(outcome=outcome)
    then = stood[-1]
    return Ruling(outcome=outcome, reason=then.reason or Reason.OTHER, words=then.words, law=then.law)


def _require_sense(ruling: Ruling) -> None:
    if ruling.outcome is Outcome.REMOVE and ruling.reason not in set(Reason):
        raise BadReason(reason=ruling.reason[:60])
    if len(ruling.words) > LONGEST_WORDS or len(ruling.law) > LONGEST_LAW:
        raise TooManyWords(limit=LONGEST_WORDS if len(ruling.words) > LONGEST_WORDS else LONGEST_LAW)


def _decide(
    unit: Unit, before: Comment, ruling: Ruling, earlier: list[Decision], *, undoes: int | None = None
) -> Comment:
    is_removal = ruling.outcome is Outcome.REMOVE
    new = Decision(
        id=unit.new_id(),
        outcome=ruling.outcome,
        reason=ruling.reason if is_removal else "",
        made_by=unit.actor.name or SYSTEM_NAME,
        policy_version=unit.policy.version,
        made_at=unit.now,
        account_id=unit.actor.account_id,
        status_before=before.status,
        words=ruling.words if is_removal else "",
        law=ruling.law if is_removal else "",
        source=ruling.source,
        undoes=undoes,
        sanction_id=ruling.sanction_id,
    )
    new = replace(new, status_after=status_after([*earlier, new]))
    decisions.append(unit.db, unit.site.id, before.id, new)
    unit.audit(audit.of_decision(new, before))
    _count(unit, before.author.id, earlier, new)
    statements.of_decision(unit, before, new, earlier)
    settling.settle(unit, before, [*earlier, new], new.status_after or before.status)
    return _apply(unit, before, new)


def hold(unit: Unit, before: Comment, findings: tuple[Finding, ...], *, source: Source) -> Comment:
    """Hold a visible comment that is locked, by no person: something was noticed after it appeared."""
    new = Decision(
        id=unit.new_id(),
        outcome=Outcome.HOLD,
        reason="",
        made_by=SYSTEM_NAME,
        policy_version=unit.policy.version,
        made_at=unit.now,
        findings=findings,
        status_before=before.status,
        status_after=Status.HELD,
        source=source,
    )
    earlier = decisions.for_comment(unit.db, unit.site.id, before.id)
    decisions.append(unit.db, unit.site.id, before.id, new)
    unit.audit(audit.of_decision(new, before))
    statements.of_decision(unit, before, new, earlier)
    return _apply(unit, before, new)


def _count(unit: Unit, author_id: AuthorId, earlier: list[Decision], new: Decision) -> None:
    """Keep how many of an author's comments moderators approved and removed."""
    was, now = count_of(earlier), count_of([*earlier, new])
    if was != now:
        approved, removed = now[0] - was[0], now[1] - was[1]
        authors.count_decided(unit.db, unit.site.id, author_id, approved=approved, removed=removed)


def _as_found(unit: Unit, comment: Comment) -> Decision:
    """Record how an import left a comment, so that the first decision on it can be taken back."""
    standing = {
        Status.VISIBLE: Outcome.PUBLISH,
        Status.HELD: Outcome.HOLD,
        Status.REMOVED: Outcome.REMOVE,
    }
    found = Decision(
        id=unit.new_id(),
        outcome=standing[comment.status],
        reason=comment.reason,
        made_by=SYSTEM_NAME,
        policy_version=unit.policy.version,
        made_at=unit.now,
        status_after=comment.status,
    )
    decisions.append(unit.db, unit.site.id, comment.id, found)
    return found


def _apply(unit: Unit, before: Comment, made: Decision) -> Comment:
    """Store the new status, count, and tell."""
    status = made.status_after or before.status
    is_new_in_public = status is Status.VISIBLE and not before.is_listed
    published_at = publishing.listed_at(unit, before.story_id) if is_new_in_public else before.published_at
    store.save_status(
        unit.db, unit.site.id, before.id, status=status, reason=made.reason, published_at=published_at
    )
    if made.is_by_person:
        store.mark_read(unit.db, unit.site.id, [before.id])
    after = store.get(unit.db, unit.site.id, before.id)
    _queue(unit, after, made.findings)
    if is_new_in_public:
        publishing.list_publicly(unit, after)
    gained = 0 if is_new_in_public else publishing.gained(before, after)
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


def _queue(unit: Unit, after: Comment, findings: Sequence[Finding]) -> None:
    """Let a comment wait that is held now, and no other."""
    if after.status is Status.HELD:
        section = story_store.get(unit.db, unit.site.id, after.story_id).section
        noticed = findings or _noticed_before(unit, after)
        queue.put(unit.db, unit.site.id, after, noticed, section=section, now=unit.now)
    else:
        queue.leave(unit.db, unit.site.id, after.id)


def _noticed_before(unit: Unit, comment: Comment) -> Sequence[Finding]:
    """Give what held a comment once: it is still to be found by that."""
    made = decisions.for_comment(unit.db, unit.site.id, comment.id)
    return next((each.findings for each in reversed(made) if each.findings), ())


def _require_may_decide(unit: Unit, comment: Comment) -> Comment:
    if not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
    return comment


def own_sections(unit: Unit) -> list[str] | None:
    """Give the acting moderator's sections in all spellings that the publication uses; None for all there are."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    own = sections_of(unit.actor)
    if not own:
        return None
    return [each for each in story_store.list_sections(unit.db, unit.site.id) if section_key(each) in own]
