"""What becomes of flags: counted together with what came with them, and settled when somebody decides."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from tertulia.domain import flags as domain
from tertulia.domain.comments import Comment
from tertulia.domain.flags import Flag
from tertulia.domain.moderation import Decision, Status
from tertulia.services.unit import Unit
from tertulia.store import flags as store
from tertulia.store import queue
from tertulia.store import stories as story_store


def settle(unit: Unit, comment: Comment, decisions: Sequence[Decision], status: Status) -> None:
    """Uphold, dismiss or open again the flags on a comment that is locked, as its decisions now stand."""
    made = store.list_of_comments(unit.db, unit.site.id, [comment.id])
    if not made:
        return
    became = {each.id: domain.state_after(each.id, decisions, status) for each in made}
    changed = {each.id: became[each.id] for each in made if each.state is not became[each.id]}
    if changed:
        store.save_states(unit.db, unit.site.id, changed, now=unit.now)
        count(unit, comment)


def count(unit: Unit, comment: Comment) -> list[Flag]:
    """Count the open flags on a comment that is locked, with those on others of its author; give all of them."""
    store.lock_author(unit.db, unit.site.id, comment.author.id)
    found = store.list_open_of(unit.db, unit.site.id, comment.author.id, comment.id)
    grouped = _group(unit, found)
    numbers = Counter(each.comment_id for each in grouped)
    story = story_store.get(unit.db, unit.site.id, comment.story_id)
    weight = domain.weigh(grouped, comment.id)
    queue.put_flags(
        unit.db,
        unit.site.id,
        comment,
        section=story.section,
        count=numbers[comment.id],
        weight=weight,
        now=unit.now,
    )
    # Others of the author's gain or lose where a brigade goes over several: few have more than one flagged comment.
    moved = {each.comment_id for each, was in zip(grouped, found, strict=True) if each.brigade != was.brigade}
    for other in moved - {comment.id}:
        queue.save_flags(
            unit.db, unit.site.id, other, count=numbers[other], weight=domain.weigh(grouped, other)
        )
    return grouped


def _group(unit: Unit, found: list[Flag]) -> list[Flag]:
    leads = domain.lead(found)
    grouped = [
        replace(each, brigade=None if leads.get(each.id) == each.id else leads.get(each.id)) for each in found
    ]
    changed = {
        each.id: each.brigade for each, was in zip(grouped, found, strict=True) if each.brigade != was.brigade
    }
    store.save_brigades(unit.db, unit.site.id, changed)
    return grouped
