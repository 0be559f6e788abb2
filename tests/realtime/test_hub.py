"""Listeners: who is told, what a slow one costs, how all end."""

import asyncio
from collections.abc import Coroutine

import pytest

from tertulia.realtime.hub import LONGEST_QUEUE, Frame, Hub, HubFull
from tertulia.realtime.nudges import Nudge


def nudge(event_id: int, *, site: str = "gazette", story_id: int = 7) -> Nudge:
    return Nudge(
        site=site, story_id=story_id, event_id=event_id, name="comment.changed", data={"revision": event_id}
    )


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 20))


def test_nudge_reaches_the_listeners_of_its_story_only() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with (
            hub.listen("gazette", 7) as here,
            hub.listen("gazette", 8) as other_story,
            hub.listen("tribune", 7) as other_site,
        ):
            hub.hear(nudge(1))

            assert [frame.event_id for frame in await here.take(within=5) or []] == [1]
            assert await other_story.take(within=0) == []
            assert await other_site.take(within=0) == []

    run(scenario())


def test_waiting_listener_is_woken() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with hub.listen("gazette", 7) as listener:
            waiting = asyncio.ensure_future(listener.take(within=15))
            await asyncio.sleep(0)
            hub.hear(nudge(1))

            frames = await waiting

        assert frames == [
            Frame(1, b'id: 1\nevent: comment.changed\ndata: {"revision":1}\n\n'),
        ]

    run(scenario())


def test_slow_listener_is_told_to_look_anew_and_then_hears_on() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with hub.listen("gazette", 7) as slow:
            for event_id in range(1, 1000):
                hub.hear(nudge(event_id))
            late = await slow.take(within=5)
            hub.hear(nudge(1000))
            after = await slow.take(within=5)

        # The id is that of the last nudge it missed: a break now resumes behind it.
        assert late == [Frame(999, b"id: 999\nevent: refetch\ndata: {}\n\n")]
        assert [frame.event_id for frame in after or []] == [1000]

    run(scenario())


def test_full_queue_is_still_told_one_by_one() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with hub.listen("gazette", 7) as listener:
            for event_id in range(1, LONGEST_QUEUE + 1):
                hub.hear(nudge(event_id))

            frames = await listener.take(within=5)

        assert [frame.event_id for frame in frames or []] == list(range(1, LONGEST_QUEUE + 1))

    run(scenario())


def test_listeners_are_limited_and_leave_their_place() -> None:
    async def scenario() -> None:
        hub = Hub(most=2)
        with hub.listen("gazette", 7), hub.listen("gazette", 8):
            assert not hub.has_room
            with pytest.raises(HubFull), hub.listen("gazette", 9):
                pass

        assert len(hub) == 0
        with hub.listen("gazette", 9):
            assert len(hub) == 1

    run(scenario())


def test_closing_ends_all_after_what_waits() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with hub.listen("gazette", 7) as listener, hub.listen("gazette", 8) as idle:
            waiting = asyncio.ensure_future(idle.take(within=15))
            await asyncio.sleep(0)
            hub.hear(nudge(1))
            hub.close()

            assert [frame.event_id for frame in await listener.take(within=5) or []] == [1]
            assert await listener.take(within=5) is None
            assert await waiting is None
            with pytest.raises(HubFull), hub.listen("gazette", 9):
                pass

    run(scenario())


def test_after_an_outage_everybody_looks_anew() -> None:
    async def scenario() -> None:
        hub = Hub(most=10)
        with hub.listen("gazette", 7) as one, hub.listen("tribune", 8) as other:
            hub.lost()
            assert await one.take(within=0) == []

            hub.back()

            for listener in (one, other):
                frames = await listener.take(within=5)
                assert frames == [Frame(0, b"event: refetch\ndata: {}\n\n")]

    run(scenario())
