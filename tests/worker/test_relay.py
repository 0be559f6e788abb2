"""The relay: every event has its consequences, in order, whatever breaks in between."""

import asyncio
import threading
from collections.abc import Coroutine
from contextlib import suppress

from tertulia.domain import ids
from tertulia.domain.permissions import NOBODY
from tertulia.realtime.bus import MemoryBus
from tertulia.realtime.nudges import Nudge
from tertulia.services import outbox
from tertulia.services.unit import Units
from tertulia.worker.relay import LEASE, Relay
from tests.worker.house import SITE, Clock, Heard, founded, in_threads, opened, post, rows, story_of, until

FOLLOWED = {"comment.posted": ("send_notices", "count_words")}


class Crash(Exception):
    """What a process does not survive."""


class CrashingBus(MemoryBus):
    """A network that remembers what it carries, and may take the process down with it, once."""

    def __init__(self, *, is_crashing: bool = True) -> None:
        super().__init__()
        self.told: list[Nudge] = []
        self.is_crashing = is_crashing

    def publish_soon(self, nudge: Nudge) -> None:
        if self.is_crashing and self.told:
            self.is_crashing = False
            raise Crash
        self.told.append(nudge)


class CrashingSubscriptions(dict[str, tuple[str, ...]]):
    """Subscriptions behind whose first jobs the process dies, once."""

    calls = 0

    def __getitem__(self, name: str) -> tuple[str, ...]:
        self.calls += 1
        if self.calls == 2:
            raise Crash
        return super().__getitem__(name)


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def unrelayed(units: Units) -> int:
    return len(outbox.list_unrelayed(units, most=1000))


def jobs_of(units: Units) -> list[str]:
    return [row.unique_key for row in rows(units, "SELECT unique_key FROM job ORDER BY id")]


def test_eight_writers_at_once_and_nothing_is_missed(database: str) -> None:
    async def scenario() -> None:
        bus, heard = MemoryBus(), Heard()
        bus.follow(heard)
        await bus.start()
        with founded(database, after_commit=lambda *_: bus.wake_soon()) as units:
            stories = [post(units, by="Opener", story=f"https://gazette.example/{n}") for n in range(3)]
            relay = Relay(units, bus, holder="one")
            bus.on_wake(relay.wake)
            thread = threading.Thread(target=relay.run)
            thread.start()

            def write(writer: int) -> None:
                for number in range(12):
                    to = stories[(writer + number) % 3].comment.id
                    post(units, f"{writer} says {number}", by=f"Writer {writer}", to=to)

            await asyncio.to_thread(in_threads, [lambda n=n: write(n) for n in range(8)])
            await until(lambda: len(heard.nudges) >= 99, "all comments were nudged")
            relay.stop()
            await asyncio.to_thread(thread.join)

            written = {ids.encode(row.id) for row in rows(units, "SELECT id FROM comment")}
            assert {nudge.data["id"] for nudge in heard.nudges} == written
            assert [nudge.event_id for nudge in heard.nudges] == sorted(
                nudge.event_id for nudge in heard.nudges
            )
            for story in stories:
                revisions = [
                    nudge.data["revision"]
                    for nudge in heard.nudges
                    if nudge.story_id == story.comment.story_id
                ]
                assert revisions == list(range(1, 34))
            assert unrelayed(units) == 0

    run(scenario())


def test_writer_in_another_process_is_heard_without_a_wake(database: str) -> None:
    async def scenario() -> None:
        bus, heard = MemoryBus(), Heard()
        bus.follow(heard)
        await bus.start()
        with founded(database) as units, opened(database) as foreign:
            relay = Relay(units, bus, holder="one")
            thread = threading.Thread(target=relay.run)
            thread.start()

            await asyncio.to_thread(post, foreign)
            await until(lambda: heard.nudges, "the foreign comment was nudged")

            assert heard.nudges[0].site == SITE
            relay.stop()
            await asyncio.to_thread(thread.join)

    run(scenario())


def test_crash_while_telling_tells_again(database: str) -> None:
    with founded(database) as units:
        post(units, by="Ann")
        post(units, by="Ben")
        bus = CrashingBus()
        relay = Relay(units, bus, holder="one", subscriptions=FOLLOWED)

        with suppress(Crash):
            relay.run_once()

        assert jobs_of(units) == []
        assert relay.run_once() == 3
        posted = [nudge.event_id for nudge in bus.told]
        assert posted == [2, 2, 3]
        assert len(jobs_of(units)) == 4
        assert unrelayed(units) == 0


def test_crash_among_the_jobs_leaves_none_and_the_next_pass_makes_each_once(database: str) -> None:
    with founded(database) as units:
        post(units, by="Ann")
        post(units, by="Ben")
        relay = Relay(units, MemoryBus(), holder="one", subscriptions=CrashingSubscriptions(FOLLOWED))

        with suppress(Crash):
            relay.run_once()

        assert jobs_of(units) == []
        assert unrelayed(units) == 3
        relay.run_once()
        assert jobs_of(units) == [
            "send_notices:comment.posted:2",
            "count_words:comment.posted:2",
            "send_notices:comment.posted:3",
            "count_words:comment.posted:3",
        ]
        assert relay.run_once() == 0


def test_only_the_holder_of_the_lease_relays(database: str) -> None:
    with founded(database) as units, opened(database) as elsewhere:
        post(units, by="Ann")
        first, second = CrashingBus(is_crashing=False), CrashingBus(is_crashing=False)
        leader = Relay(units, first, holder="one")
        other = Relay(elsewhere, second, holder="two")
        leader.run_once()
        post(units, by="Ben")

        assert other.run_once() == 0
        assert second.told == []
        assert leader.run_once() == 1


def test_lease_of_a_dead_relay_ends(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        post(units, by="Ann")
        Relay(units, MemoryBus(), holder="dead").run_once()
        post(units, by="Ben")
        clock.turn(LEASE * 2)

        assert Relay(units, MemoryBus(), holder="heir").run_once() == 1


def test_relay_that_lost_its_lease_marks_nothing(database: str) -> None:
    clock = Clock()
    with founded(database, clock=clock) as units:
        post(units, by="Ann")
        sleeper = Relay(units, MemoryBus(), holder="sleeper", subscriptions=FOLLOWED)
        sleeper.run_once()
        post(units, by="Ben")
        clock.turn(LEASE * 2)
        post(units, by="Cem")
        heir = Relay(units, MemoryBus(), holder="heir", subscriptions=FOLLOWED)
        assert heir.run_once() == 2
        post(units, by="Dot")

        # It still believes that it leads, and may tell once more; but it changes nothing.
        assert sleeper.run_once() == 0

        assert unrelayed(units) == 1
        assert heir.run_once() == 1


def test_listener_gets_what_it_missed_in_order(database: str) -> None:
    with founded(database) as units:
        story_id = story_of(units)
        for number in range(5):
            post(units, f"Word {number}", by=f"Writer {number}")
        with units.read(SITE, NOBODY) as unit:
            everything = outbox.find_missed(unit, story_id, after=0, revision=None)
            since = outbox.find_missed(unit, story_id, after=everything.events[3].id, revision=None)
            by_revision = outbox.find_missed(unit, story_id, after=None, revision=4)

        assert everything.is_complete
        assert [each.id for each in everything.events] == sorted(each.id for each in everything.events)
        assert list(since.events) == list(everything.events)[4:]
        assert [each.facts["revision"] for each in by_revision.events] == [5, 6]
        assert by_revision.newest == everything.newest == everything.events[-1].id


def test_listener_who_missed_too_much_looks_anew(database: str) -> None:
    with founded(database) as units:
        story_id = story_of(units)
        in_threads(
            [
                lambda n=n: [post(units, f"{n} says {k}", by=f"Writer {n}") for k in range(51)]
                for n in range(4)
            ]
        )
        with units.read(SITE, NOBODY) as unit:
            newest = outbox.newest_id(unit)
            by_id = outbox.find_missed(unit, story_id, after=0, revision=None)
            by_revision = outbox.find_missed(unit, story_id, after=None, revision=0)
            just = outbox.find_missed(unit, story_id, after=newest - outbox.MOST_MISSED, revision=None)
            future = outbox.find_missed(unit, story_id, after=newest + 1, revision=None)

        assert not by_id.is_complete
        assert not by_revision.is_complete
        assert just.is_complete
        assert len(just.events) == outbox.MOST_MISSED
        assert not future.is_complete
