"""Flags: a reader asks for a look at a comment, or takes that back. The desk asks who, and how right they were."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from tertulia.domain import flags as domain
from tertulia.domain import ids
from tertulia.domain.accounts import BADGE
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.events import CommentFlagged
from tertulia.domain.flags import (
    AlreadyFlagged,
    BadFlagReason,
    Flag,
    FlagSettled,
    FlagsRefused,
    FlagTooLong,
    NotFlaggable,
    OwnComment,
    Record,
    State,
    TooManyFlags,
)
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Finding, Source, Status
from tertulia.domain.permissions import Act, is_own, may, may_flag
from tertulia.services import comments, moderation, sanctions, settling
from tertulia.services.unit import Unit
from tertulia.store import flags as store

HOUR: Final = timedelta(hours=1)
NOTHING_YET: Final = Record()


@dataclass(frozen=True, kw_only=True, slots=True)
class Shown:
    """A flag as the desk sees it: whose, how right they were so far, and whether it came with others."""

    id: int
    comment_id: CommentId
    name: str
    """Of the reader's face; empty for who never wrote."""
    author_id: AuthorId | None
    is_guest: bool
    reason: str
    words: str
    weight: float
    state: State
    made_at: datetime
    record: Record
    brigade: int
    """How many flags count as one with it; 1 for one that came alone."""


def make(unit: Unit, comment_id: CommentId, *, reason: str, words: str = "", network: str = "") -> Flag:
    """Flag a comment of somebody else that everybody sees. Where the policy says so, heavy flags hold it."""
    _require_may_flag(unit)
    sanctions.admit(unit)
    comment = comments.locked(unit, comment_id)
    _require_flaggable(unit, comment)
    new = _new(unit, comment, reason, words.strip(), network)
    store.delete_withdrawn(unit.db, unit.site.id, comment_id, new.flagger)
    _require_pace(unit, new.flagger)
    if not store.insert_new(unit.db, unit.site.id, new):
        raise AlreadyFlagged
    together = settling.count(unit, comment)
    unit.record(CommentFlagged(story_id=comment.story_id, comment_id=comment_id, reason=new.reason))
    _hold_where_asked(unit, comment, together)
    return new


def withdraw(unit: Unit, comment_id: CommentId) -> Flag:
    """Take one's own flag back while it is open; raise `NotFound` or `FlagSettled`."""
    comment = comments.locked(unit, comment_id)
    own = find_own(unit, comment_id)
    if own is None or own.state is State.WITHDRAWN:
        raise NotFound("flag")
    if own.state is not State.OPEN:
        raise FlagSettled
    store.save_states(unit.db, unit.site.id, {own.id: State.WITHDRAWN}, now=unit.now)
    settling.count(unit, comment)
    return own


def find_own(unit: Unit, comment_id: CommentId) -> Flag | None:
    """Give the actor's own flag on a comment."""
    flagger = _flagger(unit)
    return store.find(unit.db, unit.site.id, comment_id, flagger) if flagger else None


def for_comments(unit: Unit, comment_ids: Collection[CommentId]) -> dict[CommentId, list[Shown]]:
    """List the flags on comments as the desk sees them, the oldest first; for moderators."""
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    made = store.list_of_comments(unit.db, unit.site.id, comment_ids) if comment_ids else []
    names = store.names_of(unit.db, unit.site.id, {each.author_id for each in made if each.author_id})
    records = store.records_of(unit.db, unit.site.id, {each.flagger for each in made}) if made else {}
    together = Counter(each.brigade or each.id for each in made)
    found: dict[CommentId, list[Shown]] = {}
    for each in made:
        shown = Shown(
            id=each.id,
            comment_id=each.comment_id,
            name=names.get(each.author_id, "") if each.author_id else "",
            author_id=each.author_id,
            is_guest=each.account_id is None,
            reason=each.reason,
            words=each.words,
            weight=each.weight,
            state=each.state,
            made_at=each.created_at,
            record=records.get(each.flagger, NOTHING_YET),
            brigade=together[each.brigade or each.id],
        )
        found.setdefault(each.comment_id, []).append(shown)
    return found


def _new(unit: Unit, comment: Comment, reason: str, words: str, network: str) -> Flag:
    if reason not in unit.policy.flag_reasons:
        raise BadFlagReason(reason=reason[:60])
    if len(words) > domain.LONGEST_WORDS:
        raise FlagTooLong(limit=domain.LONGEST_WORDS)
    flagger = _flagger(unit)
    if not flagger:
        raise Forbidden
    record = store.records_of(unit.db, unit.site.id, [flagger]).get(flagger, NOTHING_YET)
    return Flag(
        id=unit.new_id(),
        comment_id=comment.id,
        flagger=flagger,
        author_id=unit.actor.author.id if unit.actor.author else None,
        reason=reason,
        words=words,
        weight=domain.weight_of(record, is_guest=unit.actor.account is None),
        brigade=None,
        is_new=_is_newcomer(unit, flagger),
        network=network,
        created_at=unit.now,
        state=State.OPEN,
    )


def _is_newcomer(unit: Unit, flagger: str) -> bool:
    actor = unit.actor
    face = actor.author.id if actor.author else None
    made = (actor.account_id, face, store.find_first(unit.db, unit.site.id, flagger))
    return domain.is_newcomer([each for each in made if each is not None], unit.now)


def _require_may_flag(unit: Unit) -> None:
    if not may_flag(unit.actor, unit.policy):
        raise FlagsRefused


def _require_flaggable(unit: Unit, comment: Comment) -> None:
    if is_own(unit.actor, comment):
        raise OwnComment
    if comment.status is not Status.VISIBLE:
        raise NotFlaggable


def _require_pace(unit: Unit, flagger: str) -> None:
    most, since = unit.policy.flags_per_hour, ids.at(unit.now - HOUR, 0)
    if most and store.count_since(unit.db, unit.site.id, flagger, since=since, most=most) >= most:
        raise TooManyFlags(retry_after=int(HOUR.total_seconds()))


def own_record(unit: Unit) -> Record:
    """Say what became of the actor's own latest flags."""
    flagger = _flagger(unit)
    found = store.records_of(unit.db, unit.site.id, [flagger]) if flagger else {}
    return found.get(flagger, NOTHING_YET)


def _flagger(unit: Unit) -> str:
    """Say whose the actor's flags are; empty for somebody without account and secret."""
    account = unit.actor.account
    return unit.actor.secret_hash if account is None else f"{domain.OF_ACCOUNT}{account.id}"


def _hold_where_asked(unit: Unit, comment: Comment, together: Sequence[Flag]) -> None:
    """Hold a comment whose flags weigh as much as the policy asks. Never what the publication's own people wrote."""
    hold_at = unit.policy.flags_hold_at
    if not hold_at or BADGE in comment.author.badges:
        return
    seen = store.dismissed_reasons(unit.db, unit.site.id, comment.id)
    weight = domain.weigh(together, comment.id, seen=seen)
    if weight >= hold_at:
        noticed = Finding(code=domain.FINDING, parameters={"count": _count(together, comment)})
        moderation.hold(unit, comment, (noticed,), source=Source.FLAG)


def _count(together: Sequence[Flag], comment: Comment) -> int:
    return sum(1 for each in together if each.comment_id == comment.id)
