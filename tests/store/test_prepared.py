"""Statements that the driver runs mean what SQLAlchemy would have made of them."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Connection, Table, bindparam, event, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from tertulia.store import events
from tertulia.store.prepared import Prepared
from tertulia.store.schema import author, comment, lease, site, story
from tertulia.store.schema import event as event_table
from tertulia.store.types import UtcTime

MOMENT = datetime(2026, 3, 14, 15, 9, 26, 535897, tzinfo=UTC)
ADD = Prepared(insert(lease))
FIND = select(lease.c.name, lease.c.until, literal("x").label("constant")).where(
    lease.c.name == bindparam("b_name")
)


def lease_row(name: str) -> dict[str, object]:
    return {"name": name, "holder": "test", "until": MOMENT}


def test_rows_come_as_sqlalchemy_gives_them(db):
    with db.write() as connection:
        ADD.run(connection, lease_row("a"))
        ours = Prepared(FIND).one_or_none(connection, {"b_name": "a"})
        theirs = connection.execute(FIND, {"b_name": "a"}).one()

    assert (ours.name, ours.until, ours.constant) == (theirs.name, theirs.until, theirs.constant)
    assert ours.until == MOMENT


def test_every_kind_of_column_is_read_the_same(db):
    query = (
        select(comment, story.c.is_recovered, author.c.badges, site.c.origins)
        .join_from(comment, story, story.c.id == comment.c.story_id)
        .join(author, author.c.id == comment.c.author_id)
        .join(site, site.c.id == comment.c.site_id)
    )
    with db.write() as connection:
        fill(connection)
        ours, theirs = Prepared(query).all(connection, {}), connection.execute(query).all()

    assert [tuple(row) for row in ours] == [tuple(row) for row in theirs]
    (row,) = ours
    assert (row.confidence, row.published_at, row.edited_at) == (0.25, MOMENT, None)
    assert (row.extra, row.badges, row.is_recovered) == ({"a": [1]}, ["staff"], True)


def fill(connection: Connection) -> None:
    """Write one row of each of the widest tables."""
    rows: dict[Table, dict[str, object]] = {
        site: {"id": 1, "key": "s", "name": "S", "language": "en", "origins": ["https://x.org"]},
        story: {"site_id": 1, "id": 2, "url_key": "k", "url": "https://x.org/a", "is_recovered": True},
        author: {"site_id": 1, "id": 3, "name": "Ann", "kind": "guest", "badges": ["staff"]},
        comment: {
            "site_id": 1,
            "id": 4,
            "story_id": 2,
            "root_id": 4,
            "depth": 0,
            "author_id": 3,
            "renderer": 1,
            "source": "*a*",
            "html": "<p>a</p>",
            "text": "a",
            "status": "visible",
            "published_at": MOMENT,
            "confidence": 0.25,
            "extra": {"a": [1]},
        },
    }
    for table, row in rows.items():
        connection.execute(insert(table).values(**row, created_at=MOMENT))


@pytest.mark.parametrize(
    "moment",
    [
        MOMENT,
        MOMENT.astimezone(timezone(timedelta(hours=-9, minutes=-30))),
        datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC),
        datetime(1, 1, 2, tzinfo=UTC),
        datetime(9999, 12, 30, 12, 30, 15, 1, tzinfo=UTC),
    ],
)
def test_times_are_kept_to_the_microsecond_however_old(db, moment):
    asked = select(bindparam("b_moment", type_=UtcTime()).label("moment"))
    with db.read() as connection:
        ours = Prepared(asked).one_or_none(connection, {"b_moment": moment}).moment
        theirs = connection.execute(asked, {"b_moment": moment}).scalar_one()

    assert ours == theirs == moment
    assert ours.tzinfo is theirs.tzinfo is UTC


def test_a_time_of_no_zone_is_refused(db):
    with db.write() as connection, pytest.raises(ValueError, match="aware"):
        ADD.run(connection, {**lease_row("a"), "until": MOMENT.replace(tzinfo=None)})


def test_nothing_found_is_none_and_an_empty_list(db):
    with db.read() as connection:
        assert Prepared(FIND).one_or_none(connection, {"b_name": "nobody"}) is None
        assert Prepared(FIND).all(connection, {"b_name": "nobody"}) == []


def test_changes_are_counted(db):
    later = Prepared(update(lease).where(lease.c.holder == "test").values(until=bindparam("b_until")))
    with db.write() as connection:
        for name in "abc":
            ADD.run(connection, lease_row(name))
        assert later.run(connection, {"b_until": MOMENT + timedelta(days=1)}) == 3
        assert later.run(connection, {"b_until": None} | {"b_until": MOMENT}) == 3


def test_a_refusal_is_sqlalchemys_and_keeps_what_was_given_to_itself(db):
    with db.write() as connection:
        ADD.run(connection, lease_row("secret words"))
    with pytest.raises(IntegrityError) as refused, db.write() as connection:
        ADD.run(connection, lease_row("secret words"))

    assert "secret words" not in str(refused.value).split("DETAIL")[0]


def test_what_is_not_given_is_not_filled_in(db):
    with pytest.raises(KeyError), db.write() as connection:
        Prepared(FIND).all(connection, {})


def test_who_counts_statements_counts_these(db):
    counted: list[str] = []

    def count(_db: object, _cursor: object, statement: str, *_: object) -> None:
        counted.append(statement)

    event.listen(db.engine, "after_cursor_execute", count)
    with db.write() as connection:
        ADD.run(connection, lease_row("a"))
    event.remove(db.engine, "after_cursor_execute", count)

    assert any("INSERT INTO lease" in statement for statement in counted)


def test_marking_leaves_what_came_later_and_other_sites_alone(db):
    row = {
        "name": "x",
        "story_id": None,
        "facts": {},
        "actor": "guest",
        "happened_at": MOMENT,
        "relayed_at": None,
    }
    with db.write() as connection:
        for number in (1, 2):
            connection.execute(
                insert(site).values(
                    id=number, key=f"s{number}", name="S", language="en", origins=[], created_at=MOMENT
                )
            )
        connection.execute(
            insert(event_table), [{**row, "site_id": of, "id": n} for of in (1, 2) for n in (1, 2, 3)]
        )
        waiting = [each for _, each in events.list_unrelayed(connection, most=2)]
        events.mark_relayed(connection, waiting, now=MOMENT)
        left = [(key, each.id) for key, each in events.list_unrelayed(connection, most=9)]

    assert left == [("s1", 3), ("s2", 1), ("s2", 2), ("s2", 3)]


def test_a_list_of_any_length_is_refused(db):
    with db.read() as connection, pytest.raises(ValueError, match="no fixed text"):
        Prepared(select(lease.c.name).where(lease.c.name.in_(["a"]))).all(connection, {})
