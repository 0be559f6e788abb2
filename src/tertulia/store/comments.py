"""Comments as rows: written, found by id, listed for their author and for moderators.

How a discussion is walked stands in `threads.py`.
"""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    FromClause,
    Integer,
    Row,
    Select,
    bindparam,
    case,
    func,
    insert,
    select,
    true,
    update,
)

from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment, Edit, Wording
from tertulia.domain.errors import NotFound
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.domain.moderation import Status
from tertulia.domain.transfer import BodyKind, LinkKind
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author, comment, comment_edit

_parent = comment.alias("parent")
_parent_author = author.alias("parent_author")

# What a listed comment shows, and nothing that it does not: source and plain text stay in the table.
_COLUMNS = (
    comment.c.id,
    comment.c.story_id,
    comment.c.parent_id,
    comment.c.root_id,
    comment.c.depth,
    comment.c.html,
    comment.c.status,
    comment.c.reason,
    comment.c.created_at,
    comment.c.published_at,
    comment.c.edited_at,
    comment.c.revision,
    comment.c.language,
    comment.c.child_count,
    comment.c.reply_count,
    comment.c.origin,
    comment.c.link,
    comment.c.confidence,
    comment.c.stated_parent,
    author.c.id.label("author_id"),
    author.c.name.label("author_name"),
    author.c.kind.label("author_kind"),
    author.c.badges.label("author_badges"),
    # Who took a comment back is not named by its replies either.
    case((_parent.c.status == "withdrawn", ""), else_=_parent_author.c.name).label("parent_name"),
)


_by_author = (author.c.site_id == comment.c.site_id) & (author.c.id == comment.c.author_id)
_by_parents_author = (_parent_author.c.site_id == _parent.c.site_id) & (
    _parent_author.c.id == _parent.c.author_id
)


def listing() -> Select[Any]:
    """Begin a query for comments with the faces of their authors and of whom they answer."""
    return select(*_COLUMNS).select_from(
        comment.join(author, _by_author)
        .outerjoin(_parent, (_parent.c.site_id == comment.c.site_id) & (_parent.c.id == comment.c.parent_id))
        .outerjoin(_parent_author, _by_parents_author)
    )


def listing_below(reply: Callable[[FromClause], ColumnElement[bool]]) -> Select[Any]:
    """Begin a query that goes from parents to replies; `reply` says which, given the parents' table.

    The parents' rows drive it: what `reply` says of a parent is worked out once for it, not for every reply.
    """
    return (
        select(*_COLUMNS)
        .select_from(
            _parent.join(
                comment,
                (comment.c.site_id == _parent.c.site_id)
                & (comment.c.parent_id == _parent.c.id)
                & reply(_parent),
            )
            .join(author, _by_author)
            .join(_parent_author, _by_parents_author)
        )
        .where(
            _parent.c.site_id == bindparam("b_site"),
            _parent.c.id.in_(bindparam("b_parents", expanding=True)),
        )
    )


# Statements of hot paths are built once: building one costs more than running it (ADR 0005).
_here = (comment.c.site_id == bindparam("b_site")) & (comment.c.id == bindparam("b_id"))
_BY_ID = Prepared(listing().where(_here))
_COUNT_CHILD = Prepared(
    update(comment).where(_here).values(child_count=comment.c.child_count + bindparam("b_added"))
)
_COUNT_REPLY = Prepared(
    update(comment).where(_here).values(reply_count=comment.c.reply_count + bindparam("b_added"))
)
_INSERT = Prepared(insert(comment))
_RECENT = Prepared(
    select(comment.c.text, comment.c.created_at)
    .where(comment.c.site_id == bindparam("b_site"), comment.c.author_id == bindparam("b_author"))
    .order_by(comment.c.id.desc())
    .limit(bindparam("b_most", type_=Integer))
)


def insert_comment(
    db: Connection,
    site_id: SiteId,
    new: Comment,
    wording: Wording,
    *,
    renderer: int,
    network: str = "",
    extra: dict[str, str] | None = None,
) -> None:
    _INSERT.run(db, row_of(site_id, new, wording, renderer=renderer, network=network, extra=extra))


def row_of(
    site_id: SiteId,
    new: Comment,
    wording: Wording,
    *,
    renderer: int,
    network: str = "",
    extra: dict[str, str] | None = None,
) -> dict[str, Any]:
    """Give the row of a comment, for one insert or for many at once."""
    return {
        "site_id": site_id,
        "id": new.id,
        "story_id": new.story_id,
        "parent_id": new.parent_id,
        "root_id": new.root_id,
        "depth": new.depth,
        "author_id": new.author.id,
        "source": wording.source,
        "source_kind": wording.kind.value,
        "html": wording.html,
        "text": wording.text,
        "renderer": renderer,
        "status": new.status.value,
        "reason": new.reason,
        "created_at": new.created_at,
        "published_at": new.published_at,
        "edited_at": new.edited_at,
        "revision": new.revision,
        "language": new.language,
        "child_count": new.child_count,
        "reply_count": new.reply_count,
        "network": network,
        "origin": new.origin,
        "link": new.link.value,
        "confidence": new.confidence,
        "stated_parent": new.stated_parent,
        "extra": extra or None,
        # What came from elsewhere was read there.
        "is_unread": new.status is Status.VISIBLE and not new.origin,
    }


def find(db: Connection, site_id: SiteId, comment_id: CommentId) -> Comment | None:
    row = _BY_ID.one_or_none(db, {"b_site": site_id, "b_id": comment_id})
    return None if row is None else of_row(row)


def get(db: Connection, site_id: SiteId, comment_id: CommentId) -> Comment:
    found = find(db, site_id, comment_id)
    if found is None:
        raise NotFound("comment")
    return found


def source_of(db: Connection, site_id: SiteId, comment_id: CommentId) -> str:
    """Give the Markdown a comment was written in."""
    source = db.execute(
        select(comment.c.source).where(comment.c.site_id == site_id, comment.c.id == comment_id)
    ).scalar_one_or_none()
    if source is None:
        raise NotFound("comment")
    return str(source)


def sources_of(
    db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]
) -> dict[CommentId, tuple[str, BodyKind]]:
    """Give what many comments were written in, and how."""
    query = select(comment.c.id, comment.c.source, comment.c.source_kind).where(
        comment.c.site_id == site_id, comment.c.id.in_(comment_ids)
    )
    return {CommentId(row.id): (row.source, BodyKind(row.source_kind)) for row in db.execute(query)}


def texts_of(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]) -> dict[CommentId, str]:
    """Give many comments as plain text."""
    query = select(comment.c.id, comment.c.text).where(
        comment.c.site_id == site_id, comment.c.id.in_(comment_ids)
    )
    return {CommentId(row.id): row.text for row in db.execute(query)}


def is_taken(db: Connection, site_id: SiteId, comment_id: int) -> bool:
    """Whether an id is in use."""
    return (
        db.execute(
            select(comment.c.id).where(comment.c.site_id == site_id, comment.c.id == comment_id)
        ).one_or_none()
        is not None
    )


def save_status(
    db: Connection,
    site_id: SiteId,
    comment_id: CommentId,
    *,
    status: Status,
    reason: str,
    published_at: datetime | None,
) -> None:
    """Store where a comment stands; its revision moves."""
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id == comment_id)
        .values(
            status=status.value,
            reason=reason,
            published_at=published_at,
            revision=comment.c.revision + 1,
        )
    )


def mark_read(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]) -> None:
    """Remember that a moderator has seen comments; nothing else about them changes."""
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id.in_(comment_ids), comment.c.is_unread == true())
        .values(is_unread=False)
    )


def save_wording(
    db: Connection,
    site_id: SiteId,
    comment_id: CommentId,
    wording: Wording,
    *,
    renderer: int,
    edited_at: datetime,
) -> None:
    """Store new words and keep the old ones as an edit; the revision moves."""
    here = (comment.c.site_id == site_id) & (comment.c.id == comment_id)
    number = (
        select(func.count())
        .where(comment_edit.c.site_id == site_id, comment_edit.c.comment_id == comment_id)
        .scalar_subquery()
    )
    old = select(comment.c.source).where(here).scalar_subquery()
    db.execute(
        insert(comment_edit).values(
            site_id=site_id, comment_id=comment_id, number=number + 1, source=old, replaced_at=edited_at
        )
    )
    db.execute(
        update(comment)
        .where(here)
        .values(
            source=wording.source,
            source_kind=wording.kind.value,
            html=wording.html,
            text=wording.text,
            renderer=renderer,
            edited_at=edited_at,
            revision=comment.c.revision + 1,
        )
    )


def save_rendering(
    db: Connection, site_id: SiteId, comment_id: CommentId, wording: Wording, *, renderer: int
) -> None:
    """Store the words as a newer renderer shows them; what was written stays."""
    db.execute(
        update(comment)
        .where(comment.c.site_id == site_id, comment.c.id == comment_id)
        .values(html=wording.html, text=wording.text, renderer=renderer, revision=comment.c.revision + 1)
    )


def list_edits(db: Connection, site_id: SiteId, comment_id: CommentId) -> list[Edit]:
    """List earlier wordings, oldest first, at most a hundred."""
    query = (
        select(comment_edit.c.source, comment_edit.c.replaced_at)
        .where(comment_edit.c.site_id == site_id, comment_edit.c.comment_id == comment_id)
        .order_by(comment_edit.c.number)
        .limit(100)
    )
    return [Edit(source=row.source, replaced_at=row.replaced_at) for row in db.execute(query)]


def count_up(
    db: Connection, site_id: SiteId, *, parent_id: CommentId, root_id: CommentId, added: int = 1
) -> None:
    """Count new listed replies: directly below the parent, and in all below the thread's top comment."""
    _COUNT_CHILD.run(db, {"b_site": site_id, "b_id": parent_id, "b_added": added})
    _COUNT_REPLY.run(db, {"b_site": site_id, "b_id": root_id, "b_added": added})


def list_recent_texts(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int = 20
) -> list[tuple[str, datetime | None]]:
    """List an author's latest comments as plain text with their times, newest first."""
    found = _RECENT.all(db, {"b_site": site_id, "b_author": author_id, "b_most": most})
    return [(row.text, row.created_at) for row in found]


def list_own(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, story_id: StoryId, since: CommentId, most: int
) -> list[Comment]:
    """List an author's comments under a story from an id on, newest first."""
    query = (
        listing()
        .where(
            comment.c.site_id == site_id,
            comment.c.author_id == author_id,
            comment.c.story_id == story_id,
            comment.c.id >= since,
        )
        .order_by(comment.c.id.desc())
        .limit(most)
    )
    return [of_row(row) for row in db.execute(query)]


def of_row(row: Row[Any]) -> Comment:
    """Make a comment of a row of `listing`."""
    return Comment(
        id=CommentId(row.id),
        story_id=StoryId(row.story_id),
        parent_id=None if row.parent_id is None else CommentId(row.parent_id),
        root_id=CommentId(row.root_id),
        depth=row.depth,
        author=Author(
            id=AuthorId(row.author_id),
            name=row.author_name,
            kind=AuthorKind(row.author_kind),
            badges=tuple(row.author_badges),
        ),
        parent_name=row.parent_name,
        html=row.html,
        status=Status(row.status),
        reason=row.reason,
        created_at=row.created_at,
        published_at=row.published_at,
        edited_at=row.edited_at,
        revision=row.revision,
        language=row.language,
        child_count=row.child_count,
        reply_count=row.reply_count,
        origin=row.origin,
        link=LinkKind(row.link),
        confidence=row.confidence,
        stated_parent=row.stated_parent,
    )
