"""Batches without savepoints: what they cost less, and what becomes of a batch in which a unit fails."""

import pytest
from sqlalchemy import Connection, delete, text
from sqlalchemy.exc import IntegrityError, OperationalError

from tertulia.store import engine
from tertulia.store.engine import Spoiled
from tertulia.store.schema import lease
from tests.store.rows import Sunk, Work, counting, counting_commits, ending, in_hope, names, owe, write


def writing(name: str) -> Work:
    return lambda connection: write(connection, name)


def sinking(connection: Connection) -> None:
    write(connection, "sinking")
    raise Sunk


def refusing(_: Connection) -> None:
    raise Sunk


def write_next(database: engine.SqliteDatabase) -> set[str]:
    """Show that whatever was before stands in nobody's way."""
    with database.write() as connection:
        write(connection, "next")
    return names(database)


def test_units_share_one_commit_and_need_no_savepoint(sqlite):
    savepoints = counting(sqlite, "SAVEPOINT")

    assert in_hope(sqlite, *map(writing, "abc")) == [None] * 3

    assert savepoints == []
    assert names(sqlite) == set("abc")


def test_units_share_one_commit(sqlite):
    commits = counting_commits(sqlite)

    in_hope(sqlite, *map(writing, "abc"))

    assert len(commits) == 1


def test_a_unit_that_fails_before_it_changed_anything_fails_alone(sqlite):
    ended = in_hope(sqlite, writing("a"), refusing, writing("c"))

    assert [type(each) for each in ended] == [type(None), Sunk, type(None)]
    assert names(sqlite) == {"a", "c"}


def test_a_unit_whose_first_change_is_refused_fails_alone(sqlite):
    ended = in_hope(sqlite, writing("a"), writing("a"), writing("c"))

    assert isinstance(ended[1], IntegrityError)
    assert names(sqlite) == {"a", "c"}


def test_a_unit_that_only_looked_as_if_it_changed_something_fails_alone(sqlite):
    def look(connection: Connection) -> None:
        connection.execute(delete(lease).where(lease.c.name == "nobody's"))
        raise Sunk

    ended = in_hope(sqlite, writing("a"), look)

    assert isinstance(ended[1], Sunk)
    assert names(sqlite) == {"a"}


@pytest.mark.parametrize("at", [0, 1, 2])
def test_a_unit_that_fails_after_a_change_spoils_all(sqlite, at):
    works = [writing(name) for name in "abc"]
    works[at] = sinking

    with pytest.raises(Spoiled):
        in_hope(sqlite, *works)

    assert names(sqlite) == set()
    assert write_next(sqlite) == {"next"}


def test_what_spoils_a_batch_is_told_at_once_and_says_why(sqlite):
    done = []

    with pytest.raises(Spoiled) as spoiled:
        in_hope(sqlite, sinking, lambda _: done.append("after"))

    assert done == []
    assert isinstance(spoiled.value.__context__, Sunk)


def test_nobody_is_called_back_after_a_spoiled_batch(sqlite):
    called: list[str] = []

    def call_back(connection: Connection) -> None:
        write(connection, "a")
        sqlite.after_commit(lambda: called.append("back"))

    with pytest.raises(Spoiled):
        in_hope(sqlite, call_back, sinking)
    after_spoiled = list(called)
    in_hope(sqlite, call_back)

    assert (after_spoiled, called) == ([], ["back"])


def test_after_a_spoiled_batch_units_have_savepoints_again(sqlite):
    with pytest.raises(Spoiled):
        in_hope(sqlite, sinking)

    with sqlite.batch():
        failed = ending(sqlite, sinking)
        kept = ending(sqlite, writing("a"))

    assert (type(failed), kept) == (Sunk, None)
    assert names(sqlite) == {"a"}


def test_a_hopeful_batch_reads_what_it_wrote(sqlite):
    with sqlite.hopeful_batch():
        ending(sqlite, writing("a"))

        assert names(sqlite) == {"a"}


def test_when_the_commit_fails_everybody_is_told(sqlite):
    ended = in_hope(sqlite, writing("a"), owe)

    assert all(isinstance(each, engine.DatabaseError) for each in ended)
    assert write_next(sqlite) == {"next"}


def test_when_sqlite_gives_up_the_transaction_everybody_is_told(sqlite):
    def interrupted(connection: Connection) -> None:
        connection.connection.dbapi_connection.set_progress_handler(lambda: True, 1_000)
        connection.execute(
            text(
                "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 1000000000000)"
                " INSERT INTO lease SELECT x, 'endless', 0 FROM n"
            )
        )

    ended = in_hope(sqlite, writing("a"), interrupted)

    assert all(each is not None for each in ended)
    assert write_next(sqlite) == {"next"}


def test_when_the_disk_is_full_what_was_told_is_what_was_kept(sqlite):
    def fill(connection: Connection) -> None:
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        connection.exec_driver_sql(f"PRAGMA max_page_count = {pages}")
        try:
            write(connection, "large" * 100_000)
        finally:
            connection.exec_driver_sql("PRAGMA max_page_count = 1000000")

    ended = in_hope(sqlite, writing("a"), fill, writing("c"))

    assert isinstance(ended[1], OperationalError | ConnectionError)
    kept = {name for name, failure in zip("abc", ended, strict=True) if failure is None}
    assert write_next(sqlite) == kept | {"next"}
