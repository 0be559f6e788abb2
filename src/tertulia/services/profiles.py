"""Profiles: what a moderator sees of an author at the desk, and what they may do to them."""

from tertulia.domain.comments import Comment
from tertulia.domain.errors import Forbidden
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.permissions import Act, is_within_reach, may, may_ban_everywhere, may_sanction
from tertulia.domain.profiles import LOOKED_AT, PAGE_COMMENTS, Allowed, Profile
from tertulia.domain.ranking import Cursor, read_cursor, write_cursor
from tertulia.domain.sanctions import Sanction, SanctionKind, strongest
from tertulia.services import moderation, names, remarks, sanctions, traces
from tertulia.services.unit import Unit
from tertulia.store import authors as store
from tertulia.store import flags, people, queue, stories, threads


def get(unit: Unit, author_id: AuthorId, *, most_counted: int, after: str = "") -> Profile:
    """Give an author's profile with a page of their comments; moderators of sections see those of their sections.

    Raises `Forbidden`, `NotFound` or `BadCursor`.
    """
    if not may(unit.actor, Act.MODERATE):
        raise Forbidden
    reached = sanctions.reach(unit, author_id)
    face, account = reached.author, reached.account
    imposed = sanctions.list_of(unit, face.id)
    noted = remarks.list_of(unit, face.id)
    found, next_after = _comments(unit, face.id, after=after)
    latest = store.list_wrote(unit.db, unit.site.id, face.id, before=None, most=LOOKED_AT)
    return Profile(
        author=face,
        account_id=None if account is None else account.id,
        role=None if account is None else account.role,
        since=store.first_wrote_at(unit.db, unit.site.id, face.id),
        former_names=tuple(names.list_former(unit, face)),
        comment_count=people.count_comments(unit.db, unit.site.id, face.id, most=most_counted),
        upheld_count=flags.count_upheld(unit.db, unit.site.id, [each.id for each in latest]),
        current=strongest(imposed, unit.now),
        sanctions=tuple(imposed),
        remarks=tuple(noted),
        own_remarks=frozenset(each.id for each in noted if remarks.is_own(unit, each)),
        hints=tuple(traces.hints_for(unit, [face.id]).get(face.id, ())),
        allowed=_allowed(unit, reached, imposed),
        comments=found,
        stories=stories.list_by_ids(unit.db, unit.site.id, sorted({each.story_id for each in found})),
        after=after,
        next_after=next_after,
    )


def _allowed(unit: Unit, reached: sanctions.Reached, imposed: list[Sanction]) -> Allowed:
    is_near = is_within_reach(unit.actor, reached.author, reached.account)
    kinds = tuple(kind for kind in SanctionKind if is_near and may_sanction(unit.actor, kind))
    everywhere = is_near and may_ban_everywhere(unit.actor)
    return Allowed(
        kinds=kinds,
        may_ban_everywhere=everywhere,
        liftable=frozenset(
            each.id
            for each in imposed
            if each.holds_at(unit.now) and each.kind in kinds and (everywhere or not each.is_everywhere)
        ),
    )


def _comments(unit: Unit, author_id: AuthorId, *, after: str) -> tuple[tuple[Comment, ...], str]:
    """Give a page of an author's comments that the actor may see, and the cursor behind it."""
    before = CommentId(read_cursor(after).last) if after else None
    wrote = store.list_wrote(unit.db, unit.site.id, author_id, before=before, most=LOOKED_AT)
    known = [each.id for each in wrote]
    sections = moderation.own_sections(unit)
    seen = known if sections is None else queue.list_within(unit.db, unit.site.id, known, sections)
    shown = seen[:PAGE_COMMENTS]
    found = threads.list_by_ids(unit.db, unit.site.id, shown) if shown else []
    page = tuple(sorted(found, key=lambda comment: comment.id, reverse=True))
    if len(seen) > PAGE_COMMENTS:
        return page, write_cursor(Cursor(shown[-1]))
    return page, write_cursor(Cursor(known[-1])) if len(known) == LOOKED_AT else ""
