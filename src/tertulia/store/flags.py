"""Flags of readers: kept, counted, grouped and settled."""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, Row, bindparam, delete, func, select, update

from tertulia.domain.accounts import AccountId
from tertulia.domain.flags import OF_ACCOUNT, SETTLED_COUNTED, Flag, Record, State
from tertulia.domain.ids import AuthorId, CommentId, SiteId
from tertulia.store import dialect
from tertulia.store.schema import author, flag, item

MOST_OPEN = 1_000
"""Open flags on one author's comments that are looked at together, the newest."""
_BY_PEOPLE = (State.UPHELD.value, State.DISMISSED.value)


def insert_new(db: Connection, site_id: SiteId, new: Flag) -> bool:
    """Insert a flag; False when this reader has one on the comment."""
    row = {
        "site_id": site_id,
        "id": new.id,
        "comment_id": new.comment_id,
        "flagger": new.flagger,
        "author_id": new.author_id,
        "reason": new.reason,
        "words": new.words,
        "weight": new.weight,
        "brigade": None,
        "is_new": new.is_new,
        "network": new.network,
        "created_at": new.created_at,
        "state": new.state.value,
        "settled_at": None,
    }
    return dialect.insert_new(db, flag, [row]) == 1


def find(db: Connection, site_id: SiteId, comment_id: CommentId, flagger: str) -> Flag | None:
    """Give a reader's flag on a comment."""
    here = (flag.c.site_id == site_id) & (flag.c.comment_id == comment_id) & (flag.c.flagger == flagger)
    row = db.execute(select(flag).where(here)).one_or_none()
    return None if row is None else _flag(row)


def delete_withdrawn(db: Connection, site_id: SiteId, comment_id: CommentId, flagger: str) -> None:
    """Make room for another flag of a reader who took theirs back."""
    db.execute(
        delete(flag).where(
            flag.c.site_id == site_id,
            flag.c.comment_id == comment_id,
            flag.c.flagger == flagger,
            flag.c.state == State.WITHDRAWN.value,
        )
    )


def count_since(db: Connection, site_id: SiteId, flagger: str, *, since: int, most: int) -> int:
    """Count what a reader flagged from an id on, up to `most`."""
    some = (
        select(flag.c.id)
        .where(flag.c.site_id == site_id, flag.c.flagger == flagger, flag.c.id >= since)
        .limit(most)
        .subquery()
    )
    return int(db.execute(select(func.count()).select_from(some)).scalar_one())


def find_first(db: Connection, site_id: SiteId, flagger: str) -> int | None:
    """Give the id of the first flag that a reader made."""
    query = select(func.min(flag.c.id)).where(flag.c.site_id == site_id, flag.c.flagger == flagger)
    first = db.execute(query).scalar_one()
    return None if first is None else int(first)


def count_upheld(db: Connection, site_id: SiteId, comment_ids: Sequence[CommentId]) -> int:
    """Count those of these comments that were flagged rightly."""
    query = select(func.count(flag.c.comment_id.distinct())).where(
        flag.c.site_id == site_id, flag.c.comment_id.in_(comment_ids), flag.c.state == State.UPHELD.value
    )
    return int(db.execute(query).scalar_one())


def records_of(db: Connection, site_id: SiteId, flaggers: Collection[str]) -> dict[str, Record]:
    """Say what became of the latest settled flags of some readers; who has none is not in it."""
    latest = (
        select(
            flag.c.flagger,
            flag.c.state,
            func.row_number().over(partition_by=flag.c.flagger, order_by=flag.c.id.desc()).label("place"),
        )
        .where(flag.c.site_id == site_id, flag.c.flagger.in_(sorted(flaggers)), flag.c.state.in_(_BY_PEOPLE))
        .subquery()
    )
    rows = db.execute(
        select(latest.c.flagger, latest.c.state, func.count().label("number"))
        .where(latest.c.place <= SETTLED_COUNTED)
        .group_by(latest.c.flagger, latest.c.state)
    )
    found: dict[str, dict[str, int]] = {}
    for row in rows:
        found.setdefault(row.flagger, {})[row.state] = int(row.number)
    return {
        flagger: Record(
            upheld=counts.get(State.UPHELD.value, 0), dismissed=counts.get(State.DISMISSED.value, 0)
        )
        for flagger, counts in found.items()
    }


def lock_author(db: Connection, site_id: SiteId, author_id: AuthorId) -> None:
    """Let the flags on an author's comments be counted by one after the other, until commit."""
    query = select(author.c.id).where(
        author.c.site_id == bindparam("b_site"), author.c.id == bindparam("b_id")
    )
    dialect.lock(db, query, {"b_site": site_id, "b_id": author_id})


def list_open_of(db: Connection, site_id: SiteId, author_id: AuthorId, comment_id: CommentId) -> list[Flag]:
    """List the open flags on a comment and on others of its author, the oldest first."""
    flagged = select(item.c.comment_id).where(
        item.c.site_id == site_id, item.c.author_id == author_id, item.c.flag_count > 0
    )
    query = (
        select(flag)
        .where(
            flag.c.site_id == site_id,
            flag.c.comment_id.in_(flagged) | (flag.c.comment_id == comment_id),
            flag.c.state == State.OPEN.value,
        )
        .order_by(flag.c.id.desc())
        .limit(MOST_OPEN)
    )
    return [_flag(row) for row in db.execute(query)][::-1]


def list_of_comments(db: Connection, site_id: SiteId, comment_ids: Collection[CommentId]) -> list[Flag]:
    """List the flags on comments, the oldest first, without those that were taken back."""
    query = (
        select(flag)
        .where(
            flag.c.site_id == site_id,
            flag.c.comment_id.in_(sorted(comment_ids)),
            flag.c.state != State.WITHDRAWN.value,
        )
        .order_by(flag.c.id.desc())
        .limit(MOST_OPEN * max(1, len(comment_ids)))
    )
    return [_flag(row) for row in db.execute(query)][::-1]


def names_of(db: Connection, site_id: SiteId, author_ids: Collection[AuthorId]) -> dict[AuthorId, str]:
    """Give the names of the faces of those who flagged."""
    if not author_ids:
        return {}
    query = select(author.c.id, author.c.name).where(
        author.c.site_id == site_id, author.c.id.in_(sorted(author_ids))
    )
    return {AuthorId(row.id): row.name for row in db.execute(query)}


def dismissed_reasons(db: Connection, site_id: SiteId, comment_id: CommentId) -> frozenset[str]:
    """Say for which reasons flags on a comment were dismissed."""
    query = (
        select(flag.c.reason)
        .where(
            flag.c.site_id == site_id,
            flag.c.comment_id == comment_id,
            flag.c.state == State.DISMISSED.value,
        )
        .distinct()
    )
    return frozenset(row.reason for row in db.execute(query))


def save_states(db: Connection, site_id: SiteId, changed: Mapping[int, State], *, now: datetime) -> None:
    """Store what became of flags."""
    for state in set(changed.values()):
        settled = None if state is State.OPEN else now
        which = flag.c.id.in_(sorted(each for each, became in changed.items() if became is state))
        values = {"state": state.value, "settled_at": settled}
        db.execute(update(flag).where(flag.c.site_id == site_id, which).values(**values))


def save_brigades(db: Connection, site_id: SiteId, changed: Mapping[int, int | None]) -> None:
    """Store which flags belong to which brigade."""
    for leader in set(changed.values()):
        which = flag.c.id.in_(sorted(each for each, led_by in changed.items() if led_by == leader))
        db.execute(update(flag).where(flag.c.site_id == site_id, which).values(brigade=leader))


def withdraw_all(db: Connection, site_id: SiteId, comment_id: CommentId, *, now: datetime) -> None:
    """Close the open flags on a comment that its author took back, and count them no more."""
    here = (flag.c.site_id == site_id) & (flag.c.comment_id == comment_id)
    db.execute(
        update(flag)
        .where(here, flag.c.state == State.OPEN.value)
        .values(state=State.WITHDRAWN.value, settled_at=now)
    )
    counted = (item.c.site_id == site_id) & (item.c.comment_id == comment_id) & (item.c.flag_count > 0)
    db.execute(update(item).where(counted).values(flag_count=0, flag_weight=0.0))


def list_made(
    db: Connection, site_id: SiteId, account_id: AccountId, author_id: AuthorId | None, *, most: int
) -> list[Flag]:
    """List what an account flagged, also as the guest that it was before, the newest first."""
    query = select(flag).where(flag.c.site_id == site_id, _made_by(account_id, author_id))
    return [_flag(row) for row in db.execute(query.order_by(flag.c.id.desc()).limit(most))]


def delete_one(db: Connection, site_id: SiteId, flag_id: int) -> None:
    db.execute(delete(flag).where(flag.c.site_id == site_id, flag.c.id == flag_id))


def move(db: Connection, site_id: SiteId, author_id: AuthorId, *, into: AuthorId) -> None:
    """Let what one face flagged be another's."""
    db.execute(
        update(flag).where(flag.c.site_id == site_id, flag.c.author_id == author_id).values(author_id=into)
    )


def clear_networks(db: Connection, site_id: SiteId, *, before: int, most: int) -> int:
    """Forget from which networks flags came that are older than an id; give how many."""
    old = (
        select(flag.c.id)
        .where(flag.c.site_id == site_id, flag.c.id < before, flag.c.network != "")
        .order_by(flag.c.id)
        .limit(most)
    )
    return db.execute(
        update(flag).where(flag.c.site_id == site_id, flag.c.id.in_(old.scalar_subquery())).values(network="")
    ).rowcount


def _made_by(account_id: AccountId, author_id: AuthorId | None) -> ColumnElement[bool]:
    own = flag.c.flagger == f"{OF_ACCOUNT}{account_id}"
    return own if author_id is None else own | (flag.c.author_id == author_id)


def _flag(row: Row[tuple[object, ...]]) -> Flag:
    return Flag(
        id=row.id,
        comment_id=CommentId(row.comment_id),
        flagger=row.flagger,
        author_id=None if row.author_id is None else AuthorId(row.author_id),
        reason=row.reason,
        words=row.words,
        weight=row.weight,
        brigade=row.brigade,
        is_new=row.is_new,
        network=row.network,
        created_at=row.created_at,
        state=State(row.state),
    )
