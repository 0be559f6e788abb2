"""Remarks: moderators note what colleagues should know about an author or a comment, and take back their own."""

from collections.abc import Sequence
from typing import Final

from tertulia.domain.audit import AuditEntry
from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden, NotFound
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import SYSTEM_NAME
from tertulia.domain.permissions import Act, may
from tertulia.domain.remarks import Remark, RemarkId, clean
from tertulia.services import moderation, opinions, sanctions
from tertulia.services.unit import Unit
from tertulia.store import queue
from tertulia.store import remarks as store

MOST_SHOWN: Final = 100


def add(unit: Unit, author_id: AuthorId, words: str) -> Remark:
    """Note something about an author; raise `Forbidden`, `NotFound` or `BadRemark`."""
    _require(unit)
    return _keep(unit, sanctions.reach(unit, author_id).author.id, None, words)


def add_to_comment(unit: Unit, comment_id: CommentId, words: str) -> Remark:
    """Note something about a comment; raise as `add` does."""
    comment = opinions.comment_of(unit, comment_id)
    return _keep(unit, comment.author.id, comment.id, words)


def remove(unit: Unit, remark_id: RemarkId) -> Remark:
    """Take one's own remark back; raise `NotFound` for others."""
    _require(unit)
    found = store.find(unit.db, unit.site.id, remark_id)
    if found is None or not is_own(unit, found):
        raise NotFound("remark")
    store.delete_remark(unit.db, unit.site.id, remark_id)
    unit.audit(_entry(found, "remark.removed"))
    return found


def is_own(unit: Unit, of: Remark) -> bool:
    """Whether the acting account made a remark; who came by a link has no account, and so none of their own."""
    return of.account_id is not None and of.account_id == unit.actor.account_id


def list_of(unit: Unit, author_id: AuthorId) -> list[Remark]:
    """List what was noted about an author and their comments, newest first; within the moderator's sections."""
    _require(unit)
    found = store.list_of_author(unit.db, unit.site.id, author_id, most=MOST_SHOWN)
    sections = moderation.own_sections(unit)
    about = [each.comment_id for each in found if each.comment_id is not None]
    if sections is None or not about:
        return found
    seen = set(queue.list_within(unit.db, unit.site.id, about, sections))
    return [each for each in found if each.comment_id is None or each.comment_id in seen]


def for_comments(unit: Unit, of: Sequence[Comment]) -> dict[CommentId, list[Remark]]:
    """Give what was noted about these comments, which the actor may see, in one query; oldest first."""
    _require(unit)
    if not of:
        return {}
    authors, wanted = {each.author.id for each in of}, {each.id for each in of}
    listed = store.list_of_comments(
        unit.db, unit.site.id, sorted(authors), sorted(wanted), most=MOST_SHOWN * len(of)
    )
    found: dict[CommentId, list[Remark]] = {}
    for each in listed:
        if each.comment_id is not None:
            found.setdefault(each.comment_id, []).append(each)
    return found


def _require(unit: Unit) -> None:
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden


def _keep(unit: Unit, author_id: AuthorId, comment_id: CommentId | None, words: str) -> Remark:
    new = Remark(
        id=RemarkId(unit.new_id()),
        author_id=author_id,
        comment_id=comment_id,
        words=clean(words),
        account_id=unit.actor.account_id,
        made_by=unit.actor.name or SYSTEM_NAME,
        made_at=unit.now,
    )
    store.insert_remark(unit.db, unit.site.id, new)
    unit.audit(_entry(new, "remark.made"))
    return new


def _entry(of: Remark, act: str) -> AuditEntry:
    """Give what the audit trail says: that there was a remark, not what it said."""
    return AuditEntry(act=act, comment_id=of.comment_id, author_id=of.author_id, facts={"remark": of.id})
