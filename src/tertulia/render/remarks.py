"""Remarks of moderators, prepared for `desk/_remarks.html`, and where colleagues talk about a comment."""

from collections.abc import Collection, Sequence

from tertulia.domain import ids
from tertulia.domain.ids import CommentId
from tertulia.domain.remarks import Remark, RemarkId
from tertulia.render import addresses
from tertulia.render.look import Look


def shown(look: Look, found: Sequence[Remark], own: Collection[RemarkId]) -> list[dict[str, object]]:
    """Prepare remarks; one's own have a `key`, by which they are taken back."""
    return [
        {
            "remark": each,
            "key": ids.encode(each.id) if each.id in own else "",
            "talk_href": "" if each.comment_id is None else talk_address(look, each.comment_id),
        }
        for each in found
    ]


def talk_address(look: Look, comment_id: CommentId, *, done: str = "") -> str:
    """Address what colleagues say about a comment."""
    return addresses.site(look, f"/desk/c/{ids.encode(comment_id)}/opinions", done=done)
