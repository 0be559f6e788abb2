"""A house to work in: a database with a site, a clock that tests turn, writers, and waiting without sleeping."""

import asyncio
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import text

from tertulia.app import load_plugins
from tertulia.domain.comments import CommentDraft, Posted
from tertulia.domain.events import Event
from tertulia.domain.ids import CommentId, StoryId
from tertulia.domain.permissions import Actor, ActorKind
from tertulia.domain.sites import Site
from tertulia.realtime.nudges import Nudge
from tertulia.services import comments, sites
from tertulia.services.unit import Units
from tertulia.settings import Settings
from tertulia.store.engine import connect

SITE = "gazette"
STORY = "https://gazette.example/harbour"
DEADLINE = 20.0


@dataclass
class Clock:
    """Stands still until it is turned."""

    now: datetime = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.now

    def turn(self, by: timedelta) -> None:
        self.now += by


@dataclass
class Heard:
    """Follows a bus and remembers what it heard."""

    nudges: list[Nudge] = field(default_factory=list)
    losses: int = 0
    returns: int = 0

    def hear(self, nudge: Nudge) -> None:
        self.nudges.append(nudge)

    def lost(self) -> None:
        self.losses += 1

    def back(self) -> None:
        self.returns += 1


def real_clock() -> datetime:
    return datetime.now(UTC)


@contextmanager
def opened(
    url: str,
    *,
    clock: Callable[[], datetime] = real_clock,
    after_commit: Callable[[Site, Sequence[Event]], None] = lambda _site, _happened: None,
) -> Iterator[Units]:
    """Open the database as one process does."""
    database = connect(url)
    try:
        # Without rules: tests of the worker write faster than people may.
        plugins = replace(load_plugins(Settings()), rules={})
        yield Units(database, plugins=plugins, clock=clock, after_commit=after_commit)
    finally:
        database.close()


@contextmanager
def founded(url: str, **options: Any) -> Iterator[Units]:
    """Open the database and add the site."""
    with opened(url, **options) as units:
        sites.add(units, SITE, name="The Gazette", origins=["https://gazette.example"])
        yield units


def guest(name: str) -> Actor:
    return Actor(kind=ActorKind.GUEST, secret_hash=f"hash of {name}")


def post(
    units: Units,
    body: str = "The harbour **freezes** over.",
    *,
    by: str = "Ann",
    story: str = STORY,
    to: CommentId | None = None,
) -> Posted:
    draft = CommentDraft(body=body, name=by, story_url=None if to else story, parent_id=to, network="cafe")
    with units.write(SITE, guest(by)) as unit:
        return comments.post(unit, draft)


def story_of(units: Units) -> StoryId:
    return post(units, "The first word.", by="Opener").comment.story_id


def rows(units: Units, query: str, **values: Any) -> list[Any]:
    """Look into the tables."""
    with units.bare() as (db, _):
        return list(db.execute(text(query), values))


def change(units: Units, statement: str, **values: Any) -> None:
    """Make the tables as they cannot become through services in a test's time."""
    with units.bare(write=True) as (db, _):
        db.execute(text(statement), values)


async def until(condition: Callable[[], object], what: str) -> None:
    """Give way to others until the condition holds."""
    deadline = time.monotonic() + DEADLINE
    while not condition():
        assert time.monotonic() < deadline, f"waited in vain until {what}"
        await asyncio.sleep(0.002)


def wait_until(condition: Callable[[], object], what: str) -> None:
    """Do the same where there is no event loop."""
    asyncio.run(until(condition, what))


def in_threads(works: Sequence[Callable[[], object]]) -> None:
    """Run all at once, and fail as the first of them does."""
    failures: list[BaseException] = []
    start = threading.Barrier(len(works))

    def run(work: Callable[[], object]) -> None:
        try:
            start.wait(DEADLINE)
            work()
        except BaseException as failure:  # noqa: BLE001 - handed to the test's own thread below
            failures.append(failure)

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(DEADLINE)
        assert not thread.is_alive(), "a thread of the test hangs"
    if failures:
        raise failures[0]
