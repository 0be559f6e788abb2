"""Items and notices on their way from the services to the templates."""

from collections.abc import Callable
from datetime import datetime
from typing import Final

from tertulia.domain.errors import TertuliaError
from tertulia.domain.flags import State
from tertulia.domain.ids import CommentId
from tertulia.render import items, texts
from tertulia.render.items import Changes
from tertulia.render.queue import NO_NOTICE, Notice
from tertulia.render.sentences import DONE
from tertulia.services import deciding
from tertulia.services.flags import Shown
from tertulia.services.queue import Item
from tertulia.services.surroundings import Surroundings
from tertulia.services.unit import Unit
from tertulia.web.call import Call, asked, asked_comment_id

UNDONE: Final = frozenset({"publish", "hold", "remove", "restore"})
"""What can be taken back."""
Say = Callable[[str], Notice]
"""Says in a language what was done."""


def item_of(
    item: Item, beside: Surroundings, *, changes: Changes | None = None, done: str = ""
) -> items.Item:
    """Give an item with all that stands beside it."""
    comment = item.comment
    return items.Item(
        comment=comment,
        story=beside.stories.get(comment.story_id),
        decisions=item.decisions,
        findings=item.findings,
        text=beside.texts.get(comment.id),
        parent=beside.parents.get(comment.parent_id) if comment.parent_id is not None else None,
        flags=[_flag_of(each) for each in beside.flags.get(comment.id, ())],
        history=beside.histories.get(comment.author.id),
        is_waiting=item.is_waiting,
        holder=item.holder,
        changes=changes,
        done=done,
    )


def _flag_of(shown: Shown) -> items.Flag:
    return items.Flag(
        name=shown.name,
        author=shown.author_id,
        is_guest=shown.is_guest,
        reason=shown.reason,
        words=shown.words,
        made_at=shown.made_at,
        is_open=shown.state is State.OPEN,
        upheld=shown.record.upheld,
        settled=shown.record.settled,
        together=shown.brigade,
    )


def changes_of(unit: Unit, comment_id: CommentId, seen_at: datetime) -> Changes:
    """Give what happened to a comment since somebody saw it."""
    found = deciding.changes_since(unit, comment_id, seen_at)
    return Changes(before=found.before, now=found.now, decisions=found.decisions)


def said(call: Call) -> Say:
    """Say what the address tells was done, with the way back."""
    done, on, revision = asked(call, "done"), asked_comment_id(call, "on"), asked(call, "revision")
    if done not in DONE:
        return nothing
    can_undo = on is not None and done in UNDONE and revision.isascii() and revision.isdigit()
    return lambda spoken: Notice(
        text=texts.done(spoken, done),
        undo=on if can_undo else None,
        revision=int(revision[:9]) if can_undo else 0,
    )


def refused(refusal: TertuliaError) -> Say:
    """Say why nothing was done."""
    return lambda spoken: Notice(text=texts.refusal(spoken, refusal), is_refusal=True)


def nothing(_spoken: str) -> Notice:
    """Say nothing."""
    return NO_NOTICE
