"""An author's public page. In a fixed number of queries, whose rows depend on the page and not on the author."""

from tertulia.domain.author_pages import LOOKED_AT, MOST_COUNTED, PAGE_COMMENTS, AuthorPage
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.moderation import Status
from tertulia.domain.ranking import Cursor, read_cursor, write_cursor
from tertulia.services.unit import Unit
from tertulia.store import authors as store
from tertulia.store import merging, stories, threads
from tertulia.store.authors import Wrote


def page(unit: Unit, author_id: AuthorId, *, after: str = "") -> AuthorPage:
    """Give a page of an author's comments that stand, newest first, for everybody.

    At the address of somebody whose comments became another's stands the other.

    Raises `BadCursor`, or `NotFound`: where the site has no such pages, for guests, for a face without a name, and for
    who has no comment that readers see.
    """
    if not unit.policy.author_pages:
        raise NotFound("author")
    before = CommentId(read_cursor(after).last) if after else None
    author_id = merging.find_other(unit.db, unit.site.id, author_id) or author_id
    face = store.find(unit.db, unit.site.id, author_id)
    if face is None or not face.name or face.kind is AuthorKind.GUEST:
        raise NotFound("author")
    wrote = store.list_wrote(unit.db, unit.site.id, author_id, before=before, most=LOOKED_AT)
    standing = [each.id for each in wrote if each.is_listed and each.status is Status.VISIBLE]
    if not standing and not after:
        raise NotFound("author")
    return _page(unit, face, wrote, standing[:PAGE_COMMENTS], after=after)


def has_page(unit: Unit, face: Author) -> bool:
    """Whether readers find an author's page."""
    if not unit.policy.author_pages or face.kind is AuthorKind.GUEST:
        return False
    return store.find_seen(unit.db, unit.site.id, face.id) is not None


def _page(unit: Unit, face: Author, wrote: list[Wrote], shown: list[CommentId], *, after: str) -> AuthorPage:
    found = threads.list_by_ids(unit.db, unit.site.id, shown) if shown else []
    comments = tuple(sorted(found, key=lambda comment: comment.id, reverse=True))
    told = sorted({comment.story_id for comment in comments})
    return AuthorPage(
        author=face,
        since=None if after else store.first_wrote_at(unit.db, unit.site.id, face.id),
        count=None if after else store.count_standing(unit.db, unit.site.id, face.id, most=MOST_COUNTED),
        comments=comments,
        stories=stories.list_by_ids(unit.db, unit.site.id, told) if told else {},
        after=after,
        next_after=_next(wrote, shown),
    )


def _next(wrote: list[Wrote], shown: list[CommentId]) -> str:
    """Write the cursor behind the last comment shown, or behind the last looked at where the page is not full."""
    if len(shown) == PAGE_COMMENTS:
        return write_cursor(Cursor(shown[-1])) if wrote[-1].id != shown[-1] else ""
    return write_cursor(Cursor(wrote[-1].id)) if len(wrote) == LOOKED_AT else ""
