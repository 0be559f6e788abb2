"""The queues of the desk: what waits, who has it, how much there is, and a moderator's own views of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from tertulia.domain import ids
from tertulia.domain.accounts import Account, section_key
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden
from tertulia.domain.ids import CommentId
from tertulia.domain.moderation import Decision, Finding
from tertulia.domain.permissions import Act, may, may_moderate
from tertulia.domain.queues import (
    MOST_TAKEN,
    MOST_VIEWS,
    OF_ITEMS,
    TAKEN_FOR,
    BadView,
    Filters,
    Holder,
    ItemTaken,
    Place,
    Queue,
    View,
    clean_view,
    fitting,
    span_of,
    write_filters,
)
from tertulia.services import comments, moderation
from tertulia.services.unit import Unit
from tertulia.store import comments as comment_store
from tertulia.store import decisions, queue_pages, views
from tertulia.store import queue as store
from tertulia.store import stories as story_store
from tertulia.store import threads as thread_store
from tertulia.store.queue import Hand, Held
from tertulia.store.queue_pages import Walk

DECIDED_LATELY: Final = timedelta(days=30)
"""How far back the decisions within some sections are looked for."""
MOST_COUNTED: Final = 1_000
COUNTED: Final = (Queue.HELD, Queue.FLAGGED, Queue.UNREAD)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """A comment on the desk, with the decisions so far and who has it."""

    comment: Comment
    decisions: tuple[Decision, ...]
    is_waiting: bool = False
    """Whether it can be taken: it is held, or flags on it are open."""
    holder: Holder | None = None

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was noticed last, by whichever rule."""
        return next((made.findings for made in reversed(self.decisions) if made.findings), ())


@dataclass(frozen=True, kw_only=True, slots=True)
class Page:
    """A page of a queue, and the place behind it; None at the end."""

    items: tuple[Item, ...]
    onward: Place | None = None


def list_items(
    unit: Unit, queue: Queue, filters: Filters, *, after: Place | None = None, most: int = 50
) -> Page:
    """List a page of a queue, as far as the acting moderator is for it."""
    if queue is Queue.DECIDED:
        return Page(items=_decided(unit, most))
    walk = _walk(unit, queue, filters, after)
    found = queue_pages.find_page(unit.db, unit.site.id, walk, most=most)
    return Page(items=_items(unit, found.ids), onward=found.onward)


def get(unit: Unit, comment_id: CommentId) -> Item:
    """Give one comment as an item, whatever its status; raise `NotFound` or `Forbidden`."""
    comment = comment_store.get(unit.db, unit.site.id, comment_id)
    if not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
    return _items(unit, [comment.id])[0]


def counts(unit: Unit) -> dict[Queue, int]:
    """Count what is in the queues that want work, up to one more than `MOST_COUNTED`."""
    within = sections(unit)
    return {
        queue: queue_pages.count(unit.db, unit.site.id, queue, sections=within, most=MOST_COUNTED + 1)
        for queue in COUNTED
    }


def take(unit: Unit, comment_id: CommentId) -> None:
    """Take an item, or keep one's own longer; raise `ItemTaken` when a colleague has it.

    What does not wait cannot be taken, and nothing happens.
    """
    _require_may_take(unit, comment_id)
    until = unit.now + TAKEN_FOR
    taken = store.take(unit.db, unit.site.id, [comment_id], _hand(unit), now=unit.now, until=until)
    if not taken:
        require_free(unit, comment_id)


def take_over(unit: Unit, comment_id: CommentId) -> None:
    """Take an item, whoever has it."""
    _require_may_take(unit, comment_id)
    store.take_over(unit.db, unit.site.id, [comment_id], _hand(unit), until=unit.now + TAKEN_FOR)


def take_next(unit: Unit, queue: Queue, filters: Filters, *, most: int) -> list[CommentId]:
    """Take the first free items of a queue."""
    if queue not in OF_ITEMS:
        return []
    walk, wanted = _walk(unit, queue, filters, None), max(0, min(most, MOST_TAKEN))
    free = queue_pages.list_free(unit.db, unit.site.id, walk, now=unit.now, most=wanted)
    store.take(unit.db, unit.site.id, free, _hand(unit), now=unit.now, until=unit.now + TAKEN_FOR)
    return free


def release(unit: Unit, comment_id: CommentId) -> None:
    """Let go of an item that one has."""
    _require_may_take(unit, comment_id)
    store.release(unit.db, unit.site.id, [comment_id], _hand(unit))


def release_all(unit: Unit) -> None:
    """Let go of all one has, as when one leaves the desk."""
    _require(unit)
    store.release_all(unit.db, unit.site.id, _hand(unit))


def require_free(unit: Unit, comment_id: CommentId) -> Held | None:
    """Give what waits, or None for a comment that does not; raise `ItemTaken` when a colleague has it now."""
    waiting = store.find(unit.db, unit.site.id, comment_id)
    holder = _holder(unit, waiting)
    if holder is not None and not holder.is_me:
        raise ItemTaken(name=holder.name)
    return waiting


def mark_read(unit: Unit, comment_ids: Sequence[CommentId]) -> None:
    """Remember that somebody looked at comments; what one is not for is passed over."""
    found = thread_store.list_by_ids(unit.db, unit.site.id, comment_ids)
    known = story_store.list_by_ids(unit.db, unit.site.id, sorted({comment.story_id for comment in found}))
    own = [each.id for each in found if may_moderate(unit.actor, known[each.story_id].section)]
    comment_store.mark_read(unit.db, unit.site.id, own)


def list_views(unit: Unit) -> list[View]:
    """List the acting account's views; none for who came by a link."""
    account = unit.actor.account
    return views.list_own(unit.db, unit.site.id, account.id, most=MOST_VIEWS) if account else []


def save_view(unit: Unit, name: str, queue: Queue, filters: Filters) -> None:
    """Keep a queue with its filters under a name; raise `BadView`."""
    _require(unit)
    account = _with_views(unit)
    view = View(id=unit.new_id(), name=clean_view(name), queue=queue, filters=fitting(filters, queue))
    others = [each for each in list_views(unit) if each.name != view.name]
    if len(others) >= MOST_VIEWS:
        raise BadView(limit=MOST_VIEWS)
    words = write_filters(view.filters)
    views.put(unit.db, unit.site.id, account.id, view, words=words, now=unit.now)


def remove_view(unit: Unit, view_id: int) -> None:
    """Forget a view of one's own."""
    _require(unit)
    views.remove(unit.db, unit.site.id, _with_views(unit).id, view_id)


def _with_views(unit: Unit) -> Account:
    """Give whose views they are: who came by a link leaves nothing behind."""
    if unit.actor.account is None:
        raise BadView(limit=0)
    return unit.actor.account


def list_sections(unit: Unit) -> list[str]:
    """List the sections that the acting moderator can ask for."""
    own = sections(unit)
    return story_store.list_sections(unit.db, unit.site.id) if own is None else own


def sections(unit: Unit, wanted: str = "") -> list[str] | None:
    """Give the sections that the acting moderator is for, as the publication writes them; None for all there are.

    With one that is wanted it is that alone, where they are for it.
    """
    own = moderation.own_sections(unit)
    if not wanted:
        return own
    spelled = story_store.list_sections(unit.db, unit.site.id) if own is None else own
    return [each for each in spelled if section_key(each) == section_key(wanted)]


def _require(unit: Unit) -> None:
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden


def _walk(unit: Unit, queue: Queue, filters: Filters, after: Place | None) -> Walk:
    wanted = fitting(filters, queue)
    return Walk(
        queue=queue,
        filters=wanted,
        span=span_of(wanted.age, unit.now),
        sections=sections(unit, wanted.section),
        after=after,
    )


def _decided(unit: Unit, most: int) -> tuple[Item, ...]:
    """List comments of the acting moderator's sections that people decided on lately, the last decision first."""
    within = sections(unit)
    # Whoever sees all finds the newest at once; within a section they may be far back, and old ones are not asked for.
    since = 0 if within is None else ids.at(unit.now - DECIDED_LATELY, 0)
    latest = decisions.list_latest(unit.db, unit.site.id, most=most, since=since, sections=within)
    return _items(unit, list(dict.fromkeys(comment_id for comment_id, _ in latest)))


def _items(unit: Unit, wanted: list[CommentId]) -> tuple[Item, ...]:
    found = {comment.id: comment for comment in thread_store.list_by_ids(unit.db, unit.site.id, wanted)}
    made = decisions.for_comments(unit.db, unit.site.id, wanted)
    waiting = store.list_found(unit.db, unit.site.id, wanted)
    return tuple(
        Item(
            comment=found[each],
            decisions=tuple(made.get(each, ())),
            is_waiting=each in waiting,
            holder=_holder(unit, waiting.get(each)),
        )
        for each in wanted
        if each in found
    )


def _holder(unit: Unit, waiting: Held | None) -> Holder | None:
    if waiting is None or waiting.hand is None or waiting.until is None or waiting.until <= unit.now:
        return None
    own = _hand(unit)
    hand = waiting.hand
    is_me = hand.account_id == own.account_id and (bool(own.account_id) or hand.name == own.name)
    return Holder(name=hand.name, until=waiting.until, is_me=is_me)


def _hand(unit: Unit) -> Hand:
    return Hand(account_id=unit.actor.account_id or 0, name=unit.actor.name)


def _require_may_take(unit: Unit, comment_id: CommentId) -> None:
    comment = comment_store.get(unit.db, unit.site.id, comment_id)
    if not may_moderate(unit.actor, comments.section_of(unit, comment)):
        raise Forbidden
