"""Requests that write share commits: what each is told, and when."""

import asyncio
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from tertulia.store import engine
from tertulia.web.workers import LARGEST_BATCH, WAITING_PER_THREAD, Busy, Workers
from tests.store import rows
from tests.store.rows import counting_commits, names

THREADS = 40
DEADLINE = 20


class Refused(Exception):
    """What a view raises."""


@pytest.fixture
def sqlite(sqlite_database: str) -> Iterator[engine.SqliteDatabase]:
    database = engine.SqliteDatabase(sqlite_database, threads=4, statement_seconds=10)
    yield database
    database.close()


@pytest.fixture(params=["write", "write_repeatably"])
def way(request: pytest.FixtureRequest) -> str:
    """How works are asked for: what holds for each of them alone holds for both."""
    return str(request.param)


def writing(database: engine.Database, name: str) -> str:
    with database.write() as connection:
        rows.write(connection, name)
    return name


def refusing(database: engine.Database, name: str) -> str:
    with database.write() as connection:
        rows.write(connection, name)
        raise Refused


def refusing_at_once(database: engine.Database, name: str) -> str:
    with database.write():
        raise Refused(name)


def owing(database: engine.Database, name: str) -> str:
    """Write what makes the commit fail."""
    with database.write() as connection:
        rows.owe(connection)
    return name


def ask_at_once(
    workers: Workers, *asks: tuple[Callable[..., str], engine.Database, str], way: str = "write"
) -> list[Any]:
    """Ask for all before any thread can begin; give what each was told."""

    async def asking() -> list[Any]:
        ask = getattr(workers, way)
        return await asyncio.gather(*(ask(*each) for each in asks), return_exceptions=True)

    return asyncio.run(asking())


def ask_in_one_batch(workers: Workers, *asks: tuple[str, Callable[[], Any]]) -> list[Any]:
    """Ask for all while the writing thread is busy with something else, so that all wait; give what each was told."""
    gate = threading.Event()

    async def asking() -> list[Any]:
        begun = asyncio.ensure_future(workers.write(gate.wait, DEADLINE))
        told = [asyncio.ensure_future(getattr(workers, way)(work)) for way, work in asks]
        await asyncio.sleep(0)
        gate.set()
        assert await begun
        return await asyncio.gather(*told, return_exceptions=True)

    return asyncio.run(asking())


def test_what_waits_shares_commits_and_everybody_is_told(sqlite, way):
    commits = counting_commits(sqlite)
    workers = Workers(THREADS, batches=sqlite)
    wanted = [f"row {number}" for number in range(LARGEST_BATCH + 30)]

    told = ask_at_once(workers, *[(writing, sqlite, name) for name in wanted], way=way)

    assert told == wanted
    assert names(sqlite) == set(wanted)
    # The first may have begun before the second came.
    assert 2 <= len(commits) <= 3
    assert workers.inside == 0


def test_who_is_refused_takes_nobody_with_him(sqlite, way):
    told = ask_at_once(
        Workers(THREADS, batches=sqlite),
        (writing, sqlite, "a"),
        (refusing, sqlite, "b"),
        (writing, sqlite, "c"),
        way=way,
    )

    assert [told[0], type(told[1]), told[2]] == ["a", Refused, "c"]
    assert names(sqlite) == {"a", "c"}


def test_a_commit_that_fails_is_told_to_all_who_shared_it_and_to_nobody_else(sqlite, way):
    workers = Workers(THREADS, batches=sqlite)
    asks = [(writing, sqlite, f"row {number}") for number in range(5)]

    told = ask_at_once(workers, *asks, (owing, sqlite, "owing"), way=way)
    after = ask_at_once(workers, (writing, sqlite, "after"), way=way)

    kept = {each for each in told if isinstance(each, str)}
    assert isinstance(told[-1], engine.DatabaseError)
    assert names(sqlite) == kept | {"after"}
    assert after == ["after"]


def test_writers_beyond_what_may_wait_are_turned_away(sqlite):
    workers = Workers(1, batches=sqlite)

    told = ask_at_once(workers, *[(writing, sqlite, f"row {number}") for number in range(20)])

    assert [type(each) for each in told].count(Busy) == 20 - 1 - WAITING_PER_THREAD
    assert len(names(sqlite)) == 1 + WAITING_PER_THREAD


def test_without_one_writer_each_has_a_thread_of_its_own(database):
    shared = engine.connect(database)

    told = ask_at_once(Workers(4), *[(writing, shared, name) for name in "abc"])

    assert told == ["a", "b", "c"]
    assert names(shared) == {"a", "b", "c"}
    shared.close()


class Crowd:
    """Works on one database that note each time they are done."""

    def __init__(self, database: engine.SqliteDatabase) -> None:
        self._database = database
        self.done: list[str] = []
        self.called_back: list[str] = []

    def repeatable(self, name: str, do: Callable[..., str] = writing) -> tuple[str, Callable[[], str]]:
        return "write_repeatably", lambda: self._do(do, name)

    def once(self, name: str, do: Callable[..., str] = writing) -> tuple[str, Callable[[], str]]:
        return "write", lambda: self._do(do, name)

    def _do(self, do: Callable[..., str], name: str) -> str:
        self.done.append(name)
        told = do(self._database, name)
        self._database.after_commit(lambda: self.called_back.append(name))
        return told


@pytest.fixture
def crowd(sqlite: engine.SqliteDatabase) -> Crowd:
    return Crowd(sqlite)


def test_repeatable_works_are_done_once_while_none_of_them_fails(sqlite, crowd):
    told = ask_in_one_batch(Workers(THREADS, batches=sqlite), *map(crowd.repeatable, "abc"))

    assert told == crowd.done == crowd.called_back == ["a", "b", "c"]


def test_a_refusal_before_any_change_repeats_nothing(sqlite, crowd):
    asks = [crowd.repeatable("a"), crowd.repeatable("b", refusing_at_once), crowd.repeatable("c")]

    told = ask_in_one_batch(Workers(THREADS, batches=sqlite), *asks)

    assert [told[0], type(told[1]), told[2]] == ["a", Refused, "c"]
    assert crowd.done == ["a", "b", "c"]
    assert names(sqlite) == {"a", "c"}


@pytest.mark.parametrize("sinking", ["a", "c", "e", "ac", "bcd", "abcde"])
def test_whoever_fails_after_a_change_fails_alone_and_the_others_are_kept_once(sqlite, crowd, sinking):
    commits = counting_commits(sqlite)
    asks = [crowd.repeatable(name, refusing if name in sinking else writing) for name in "abcde"]

    told = ask_in_one_batch(Workers(THREADS, batches=sqlite), *asks)

    kept = [name for name in "abcde" if name not in sinking]
    assert [each for each in told if isinstance(each, str)] == kept
    assert [type(each) for each in told].count(Refused) == len(sinking)
    # A row that was written twice would have been refused; nobody was told of the first time.
    assert names(sqlite) == set(kept)
    assert crowd.called_back == kept
    # Up to the first that failed, and then all of them in one commit.
    assert crowd.done == [*"abcde"[: "abcde".index(sinking[0]) + 1], *"abcde"]
    assert len(commits) == 1


def test_what_may_not_be_repeated_is_done_once_beside_what_fails(sqlite, crowd):
    asks = [
        crowd.repeatable("a"),
        crowd.repeatable("b", refusing),
        crowd.once("c"),
        crowd.once("d", refusing),
        crowd.repeatable("e"),
    ]

    told = ask_in_one_batch(Workers(THREADS, batches=sqlite), *asks)

    assert [each for each in told if isinstance(each, str)] == ["a", "c", "e"]
    assert crowd.done == ["a", "b", "a", "b", "c", "d", "e"]
    assert names(sqlite) == {"a", "c", "e"}


def test_a_commit_that_fails_after_a_spoiled_batch_is_told_to_all(sqlite, crowd):
    asks = [crowd.repeatable("a"), crowd.repeatable("b", refusing), crowd.repeatable("c", owing)]

    told = ask_in_one_batch(Workers(THREADS, batches=sqlite), *asks)

    assert [isinstance(each, engine.DatabaseError) for each in told] == [True] * 3
    assert crowd.called_back == []
    assert names(sqlite) == set()
