"""How nudges travel, and what is said when they may not have."""

import asyncio
import threading
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import valkey

from tertulia.realtime.bus import MemoryBus, ValkeyBus
from tertulia.realtime.hub import Hub
from tertulia.realtime.nudges import Nudge
from tertulia.realtime.revisions import Revisions
from tests.worker.house import Heard, until


def nudge(event_id: int) -> Nudge:
    return Nudge(
        site="gazette", story_id=7, event_id=event_id, name="comment.changed", data={"revision": event_id}
    )


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


@asynccontextmanager
async def connected(url: str, *followers: Heard, channel: str = "tertulia") -> AsyncIterator[ValkeyBus]:
    bus = ValkeyBus(url, channel=channel)
    for follower in followers:
        bus.follow(follower)
    await bus.start()
    try:
        await until(lambda: bus.is_connected, "the bus is connected")
        yield bus
    finally:
        await bus.close()


class Proxy:
    """A way to Valkey that can be cut and mended, as a server that restarts."""

    def __init__(self, url: str) -> None:
        self._target = urlsplit(url).port
        self._server: asyncio.Server | None = None
        self._writers: set[asyncio.StreamWriter] = set()
        self._port = 0

    @property
    def url(self) -> str:
        return f"valkey://127.0.0.1:{self._port}/0"

    async def open(self) -> None:
        self._server = await asyncio.start_server(self._carry, "127.0.0.1", self._port)
        self._port = self._server.sockets[0].getsockname()[1]

    async def cut(self) -> None:
        assert self._server is not None
        self._server.close()
        for writer in list(self._writers):
            writer.transport.abort()
        await until(lambda: not self._writers, "all connections are cut")

    async def _carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._target)
        self._writers |= {writer, there_writer}
        try:
            async with asyncio.TaskGroup() as both:
                both.create_task(_pump(reader, there_writer))
                both.create_task(_pump(there_reader, writer))
        finally:
            self._writers -= {writer, there_writer}


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    try:
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    except ConnectionError:
        pass
    finally:
        writer.transport.abort()


def test_memory_bus_carries_from_threads_in_order() -> None:
    async def scenario() -> None:
        bus, heard = MemoryBus(), Heard()
        bus.follow(heard)
        await bus.start()

        def tell() -> None:
            for event_id in range(1, 101):
                bus.publish_soon(nudge(event_id))

        thread = threading.Thread(target=tell)
        thread.start()
        await until(lambda: len(heard.nudges) == 100, "all nudges were heard")
        thread.join()

        assert [each.event_id for each in heard.nudges] == list(range(1, 101))
        await bus.close()
        bus.publish_soon(nudge(101))

    run(scenario())


def test_memory_bus_wakes() -> None:
    bus, woken = MemoryBus(), threading.Event()
    bus.on_wake(woken.set)

    bus.wake_soon()

    assert woken.is_set()


def test_two_processes_hear_each_other_through_valkey(valkey_url: str) -> None:
    async def scenario() -> None:
        one, other = Heard(), Heard()
        async with connected(valkey_url, one) as first, connected(valkey_url, other) as second:
            thread = threading.Thread(target=lambda: [first.publish_soon(nudge(each)) for each in (1, 2, 3)])
            thread.start()
            await until(lambda: len(one.nudges) == len(other.nudges) == 3, "both heard three nudges")
            thread.join()
            second.publish_soon(nudge(4))
            await until(lambda: len(one.nudges) == len(other.nudges) == 4, "both heard the fourth")

        assert one.nudges == other.nudges == [nudge(each) for each in (1, 2, 3, 4)]

    run(scenario())


def test_channels_are_apart(valkey_url: str) -> None:
    async def scenario() -> None:
        ours, theirs = Heard(), Heard()
        async with connected(valkey_url, ours) as bus, connected(valkey_url, theirs, channel="other"):
            bus.publish_soon(nudge(1))
            await until(lambda: ours.nudges, "we heard our nudge")

        assert theirs.nudges == []

    run(scenario())


def test_wake_reaches_the_relay_of_another_process(valkey_url: str) -> None:
    async def scenario() -> None:
        woken = threading.Event()
        async with connected(valkey_url) as web, connected(valkey_url) as worker:
            worker.on_wake(woken.set)
            web.wake_soon()
            await until(woken.is_set, "the relay is woken")

    run(scenario())


def test_killed_connection_is_told_and_mended(valkey_url: str) -> None:
    async def scenario() -> None:
        heard = Heard()
        async with connected(valkey_url, heard) as bus:
            assert (heard.losses, heard.returns) == (1, 1)

            with valkey.from_url(valkey_url) as client:
                client.execute_command("CLIENT", "KILL", "TYPE", "pubsub")
            await until(lambda: heard.returns == 2, "the bus is back")

            assert heard.losses == 2
            bus.publish_soon(nudge(1))
            await until(lambda: heard.nudges == [nudge(1)], "nudges come again")

    run(scenario())


def test_what_could_not_be_sent_becomes_a_gap_for_all(valkey_url: str) -> None:
    async def scenario() -> None:
        proxy, sender, other = Proxy(valkey_url), Heard(), Heard()
        await proxy.open()
        async with connected(valkey_url, other), connected(proxy.url, sender) as bus:
            await proxy.cut()
            await until(lambda: not bus.is_connected, "the sender knows of its loss")
            bus.publish_soon(nudge(1))
            await until(lambda: bus._owes_gap, "the sender has failed to send")  # noqa: SLF001

            await proxy.open()

            # The other never lost its own connection; still it learns that it missed something.
            await until(lambda: other.returns == 2, "the other heard of the gap")
            await until(lambda: bus.is_connected, "the sender is back")
            bus.publish_soon(nudge(2))
            await until(lambda: other.nudges == [nudge(2)] and sender.nudges == [nudge(2)], "all is well")
        await proxy.cut()

    run(scenario())


def test_starts_while_valkey_is_away(valkey_url: str) -> None:
    async def scenario() -> None:
        proxy, revisions, hub = Proxy(valkey_url), Revisions(), Hub(most=5)
        await proxy.open()
        await proxy.cut()
        bus = ValkeyBus(proxy.url)
        bus.follow(revisions)
        bus.follow(hub)
        await bus.start()
        with hub.listen("gazette", 7) as listener:
            revisions.learn("gazette", 7, 3, generation=revisions.generation)
            assert revisions.get("gazette", 7) is None

            await proxy.open()
            await until(lambda: bus.is_connected, "the bus is connected")

            frames = await listener.take(within=5)
            assert [frame.data for frame in frames or []] == [b"event: refetch\ndata: {}\n\n"]
            revisions.learn("gazette", 7, 3, generation=revisions.generation)
            assert revisions.get("gazette", 7) == 3
        await bus.close()
        await proxy.cut()

    run(scenario())


def test_foreign_words_in_the_channel_are_passed_over(valkey_url: str) -> None:
    async def scenario() -> None:
        heard = Heard()
        async with connected(valkey_url, heard) as bus:
            with valkey.from_url(valkey_url) as client:
                for words in ("no json", "[]", '{"strange": 1}', "7", "null"):
                    client.publish("tertulia:live", words)
            bus.publish_soon(nudge(1))
            await until(lambda: heard.nudges, "a good nudge was heard")

            assert heard.nudges == [nudge(1)]
            assert heard.losses == 1

    run(scenario())
