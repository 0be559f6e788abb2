"""Authors: guests by the hash of their secret, imported ones by their source."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import Connection, bindparam, case, delete, func, or_, select, update

from tertulia.domain.authors import Author, AuthorKind, Earlier, Restriction
from tertulia.domain.ids import AuthorId, CommentId, SiteId, StoryId
from tertulia.domain.moderation import Status
from tertulia.store import dialect
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author, comment, former_name

# With what the author may not do: it is asked whenever they write.
_ACTING = (
    author.c.id,
    author.c.name,
    author.c.kind,
    author.c.badges,
    author.c.restriction,
    author.c.restricted_until,
    author.c.approved_count,
    author.c.removed_count,
)
_GUEST = Prepared(
    select(*_ACTING).where(
        author.c.site_id == bindparam("site_id"), author.c.secret_hash == bindparam("secret_hash")
    )
)
_BY_ID = Prepared(
    select(*_ACTING).where(author.c.site_id == bindparam("site_id"), author.c.id == bindparam("id"))
)
_AT_ONCE = 4
# Most names have one look; those that may be written in cases that differ have four at most.
_LOOKING_LIKE = {
    number: Prepared(
        select(author.c.id, author.c.skeleton).where(
            author.c.site_id == bindparam("site_id"),
            or_(*(author.c.skeleton == bindparam(f"look_{at}") for at in range(number))),
        )
    )
    for number in (1, _AT_ONCE)
}
_INSERT_NEW = Prepared(partial(dialect.insert_unless_there, author))


@dataclass(frozen=True, kw_only=True, slots=True)
class Wrote:
    """A comment of an author's, and how it stands."""

    id: CommentId
    status: Status
    is_listed: bool


def insert_guest(db: Connection, site_id: SiteId, new: Author, *, secret_hash: str, now: datetime) -> bool:
    """Insert a guest's face; False when another transaction gave this secret one first."""
    # Without a secret nobody can come back: such faces are as many as they like.
    return _insert_new(db, site_id, new, now=now, secret_hash=secret_hash or None)


def find_guest(db: Connection, site_id: SiteId, secret_hash: str) -> Author | None:
    """Give the author behind a guest's secret."""
    row = _GUEST.one_or_none(db, {"site_id": site_id, "secret_hash": secret_hash})
    return None if row is None else _acting(row)


def find(db: Connection, site_id: SiteId, author_id: AuthorId) -> Author | None:
    row = _BY_ID.one_or_none(db, {"site_id": site_id, "id": author_id})
    return None if row is None else _acting(row)


def list_wrote(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, before: CommentId | None, most: int
) -> list[Wrote]:
    """List where an author's comments stand, newest first, from behind one of them."""
    query = select(comment.c.id, comment.c.status, comment.c.published_at).where(
        comment.c.site_id == site_id, comment.c.author_id == author_id
    )
    if before is not None:
        query = query.where(comment.c.id < before)
    rows = db.execute(query.order_by(comment.c.id.desc()).limit(most))
    return [
        Wrote(id=CommentId(row.id), status=Status(row.status), is_listed=row.published_at is not None)
        for row in rows
    ]


def first_wrote_at(db: Connection, site_id: SiteId, author_id: AuthorId) -> datetime | None:
    """Say when an author's first comment was written; None where an import did not know."""
    at: datetime | None = db.execute(
        select(comment.c.created_at)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .order_by(comment.c.id)
        .limit(1)
    ).scalar_one_or_none()
    return at


def count_standing(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> int:
    """Count an author's comments that stand, among their latest `most`."""
    latest = (
        select(comment.c.status, comment.c.published_at)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .order_by(comment.c.id.desc())
        .limit(most)
        .subquery()
    )
    query = select(func.count()).where(
        latest.c.status == Status.VISIBLE.value, latest.c.published_at.is_not(None)
    )
    return int(db.execute(query).scalar_one())


def find_seen(db: Connection, site_id: SiteId, author_id: AuthorId) -> Author | None:
    """Give a face that readers can see: it has a name, and a comment of it stands."""
    stands = select(comment.c.id).where(
        comment.c.site_id == site_id,
        comment.c.author_id == author_id,
        comment.c.status == Status.VISIBLE.value,
        comment.c.published_at.is_not(None),
    )
    row = db.execute(
        select(author.c.id, author.c.name, author.c.kind, author.c.badges).where(
            author.c.site_id == site_id, author.c.id == author_id, author.c.name != "", stands.exists()
        )
    ).one_or_none()
    return None if row is None else _author(row)


def insert_of_account(db: Connection, site_id: SiteId, new: Author, *, skeleton: str, now: datetime) -> bool:
    """Insert the face of an account; False when another's name looks like this one."""
    return _insert_new(db, site_id, new, now=now, skeleton=skeleton)


def adopt(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, name: str, skeleton: str, badges: Sequence[str]
) -> None:
    """Make a face that of an account: the secret or address that led to it opens nothing any more."""
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(
            kind=AuthorKind.ACCOUNT.value,
            secret_hash=None,
            claim_hash=None,
            name=name,
            skeleton=skeleton,
            badges=list(badges),
        )
    )


def list_earlier(db: Connection, site_id: SiteId, hashes: Collection[str], *, most: int) -> list[Earlier]:
    """List imported authors whose address has one of these hashes, with what they wrote; who wrote most first."""
    own = (comment.c.site_id == author.c.site_id) & (comment.c.author_id == author.c.id)
    number = select(func.count()).where(own).correlate(author).scalar_subquery().label("number")
    first = select(comment.c.created_at).where(own).order_by(comment.c.id).limit(1).correlate(author)
    query = (
        select(
            author.c.id, author.c.name, author.c.badges, number, first.scalar_subquery().label("created_at")
        )
        .where(
            author.c.site_id == site_id,
            author.c.claim_hash.in_(sorted(hashes)),
            author.c.kind == AuthorKind.IMPORTED.value,
        )
        .order_by(number.desc(), author.c.id)
        .limit(most)
    )
    return [
        Earlier(
            author=Author(
                id=AuthorId(row.id), name=row.name, kind=AuthorKind.IMPORTED, badges=tuple(row.badges)
            ),
            comment_count=row.number,
            since=row.created_at,
        )
        for row in db.execute(query)
    ]


def find_by_skeletons(db: Connection, site_id: SiteId, skeletons: Collection[str]) -> dict[str, AuthorId]:
    """Give the accounts' faces whose names look like this, by how they look."""
    looks = sorted(skeletons)
    if len(looks) > _AT_ONCE:
        query = select(author.c.id, author.c.skeleton).where(
            author.c.site_id == site_id, author.c.skeleton.in_(looks)
        )
        rows = list(db.execute(query))
    else:
        # One text for two looks and for four: the last is asked for again where there are fewer.
        looks += looks[-1:] * (_AT_ONCE - len(looks) if len(looks) > 1 else 0)
        given = {"site_id": site_id, **{f"look_{at}": look for at, look in enumerate(looks)}}
        rows = _LOOKING_LIKE[len(looks)].all(db, given)
    return {row.skeleton: AuthorId(row.id) for row in rows}


def lock_skeleton(db: Connection, site_id: SiteId, skeleton: str) -> None:
    """Let transactions that give accounts a name of this look go one after the other until commit."""
    dialect.lock_word(db, site_id, skeleton)


def save_badges(db: Connection, site_id: SiteId, author_id: AuthorId, badges: Sequence[str]) -> None:
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(badges=list(badges))
    )


def count_decided(
    db: Connection, site_id: SiteId, author_id: AuthorId, *, approved: int, removed: int
) -> None:
    """Count what moderators decided about an author's comments; of an alias, with who it became."""
    # An alias: its comments go over piece by piece, its counts went at once.
    alias = author.alias()
    itself = select(func.coalesce(alias.c.merged_into, alias.c.id)).where(
        alias.c.site_id == site_id, alias.c.id == author_id
    )
    # Decisions older than the counts were never counted: taking them back must not lead below nothing.
    counts = {
        name: case((column + change > 0, column + change), else_=0)
        for name, column, change in (
            ("approved_count", author.c.approved_count, approved),
            ("removed_count", author.c.removed_count, removed),
        )
    }
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == itself.scalar_subquery())
        .values(**counts)
    )


def forget_person(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Take from a face all that leads to a person: names, badges, what they could claim it by, who became it."""
    merged = (author.c.site_id == site_id) & (author.c.merged_into == author_id)
    db.execute(delete(author).where(merged))
    named = (former_name.c.site_id == site_id) & (former_name.c.author_id == author_id)
    db.execute(delete(former_name).where(named))
    nothing: dict[str, Any] = {
        "name": "",
        "badges": [],
        "secret_hash": None,
        "claim_hash": None,
        "skeleton": None,
        # The other system's id may be made of a name, and leads to them there.
        "source_id": "",
    }
    db.execute(update(author).where(author.c.site_id == site_id, author.c.id == author_id).values(**nothing))


def list_stories(db: Connection, site_id: SiteId, author_id: AuthorId, *, most: int) -> list[StoryId]:
    """List the stories an author wrote under."""
    query = (
        select(comment.c.story_id)
        .where(comment.c.site_id == site_id, comment.c.author_id == author_id)
        .distinct()
        .order_by(comment.c.story_id)
        .limit(most)
    )
    return [StoryId(row.story_id) for row in db.execute(query)]


def rename(
    db: Connection, site_id: SiteId, author_id: AuthorId, name: str, *, skeleton: str | None = None
) -> None:
    """Give a face another name, with its skeleton where it is an account's."""
    db.execute(
        update(author)
        .where(author.c.site_id == site_id, author.c.id == author_id)
        .values(name=name, skeleton=skeleton)
    )


def _insert_new(
    db: Connection,
    site_id: SiteId,
    new: Author,
    *,
    now: datetime,
    secret_hash: str | None = None,
    skeleton: str | None = None,
) -> bool:
    row = {
        "site_id": site_id,
        "id": new.id,
        "name": new.name,
        "kind": new.kind.value,
        "badges": list(new.badges),
        "created_at": now,
        "secret_hash": secret_hash,
        "claim_hash": None,
        "source": "",
        "source_id": "",
        "skeleton": skeleton,
        "merged_into": None,
        "restriction": None,
        "restricted_until": None,
        "approved_count": 0,
        "removed_count": 0,
    }
    return _INSERT_NEW.run(db, row) == 1


def _author(row: Any) -> Author:
    return Author(id=AuthorId(row.id), name=row.name, kind=AuthorKind(row.kind), badges=tuple(row.badges))


def _acting(row: Any) -> Author:
    return replace(
        _author(row),
        restriction=None if row.restriction is None else Restriction(row.restriction),
        restricted_until=row.restricted_until,
        approved_count=row.approved_count,
        removed_count=row.removed_count,
    )
