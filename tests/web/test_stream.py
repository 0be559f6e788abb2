"""The live stream as a reader's browser has it: what it says first, what comes, how it resumes and ends."""

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine
from contextlib import AbstractContextManager, asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from starlette.routing import Router
from starlette.types import Message

from tertulia.app import passkeys_of, password_keeper
from tertulia.domain import ids
from tertulia.realtime.bus import Bus, MemoryBus, ValkeyBus
from tertulia.realtime.hub import Hub
from tertulia.realtime.revisions import Revisions
from tertulia.services.unit import Units
from tertulia.settings import Settings
from tertulia.web import parts as web_parts
from tertulia.web import stream
from tertulia.worker.relay import Relay
from tests.worker.house import SITE, founded, in_threads, opened, post, until


@dataclass
class Reader:
    """A browser with an open stream: hands in a request, keeps what comes, and may go away."""

    messages: list[Message] = field(default_factory=list)
    gone: asyncio.Event = field(default_factory=asyncio.Event)
    may_read: asyncio.Event = field(default_factory=asyncio.Event)
    task: asyncio.Task[None] | None = None

    def __post_init__(self) -> None:
        self.may_read.set()

    async def receive(self) -> Message:
        await self.gone.wait()
        return {"type": "http.disconnect"}

    async def send(self, message: Message) -> None:
        self.messages.append(message)
        await self.may_read.wait()

    @property
    def status(self) -> int:
        return int(self.messages[0]["status"]) if self.messages else 0

    @property
    def headers(self) -> dict[str, str]:
        return {name.decode().lower(): value.decode() for name, value in self.messages[0]["headers"]}

    @property
    def text(self) -> str:
        return b"".join(message.get("body", b"") for message in self.messages).decode()

    @property
    def events(self) -> list[str]:
        return [line.removeprefix("event: ") for line in self.text.splitlines() if line.startswith("event: ")]

    @property
    def numbers(self) -> list[int]:
        return [int(line.removeprefix("id: ")) for line in self.text.splitlines() if line.startswith("id: ")]

    @property
    def has_ended(self) -> bool:
        return self.task is not None and self.task.done()


@dataclass
class Edge:
    """The stream's route over a real house, and the relay that feeds it, a pass at a time."""

    units: Units
    hub: Hub
    revisions: Revisions
    relay: Relay
    app: Router

    async def open(self, query: str, *, site: str = SITE, last: str = "", method: str = "GET") -> Reader:
        reader = Reader()
        headers = [(b"host", b"testserver")] + ([(b"last-event-id", last.encode())] if last else [])
        scope: dict[str, Any] = {
            "type": "http",
            "method": method,
            "path": f"/{site}/stream",
            "raw_path": f"/{site}/stream".encode(),
            "query_string": query.encode(),
            "headers": headers,
            "root_path": "",
        }
        reader.task = asyncio.create_task(self.app(scope, reader.receive, reader.send))
        await until(lambda: reader.text or reader.has_ended, "the stream said something")
        return reader

    async def post(self, *args: Any, **kwargs: Any) -> Any:
        return await asyncio.to_thread(post, self.units, *args, **kwargs)

    async def pass_on(self) -> None:
        await asyncio.to_thread(self.relay.run_once)
        # The bus hands over through the loop: let it.
        await asyncio.sleep(0)


@asynccontextmanager
async def edge(
    url: str,
    *,
    most: int = 10,
    bus: Bus | None = None,
    house: Callable[[str], AbstractContextManager[Units]] = founded,
) -> AsyncIterator[Edge]:
    bus = bus or MemoryBus()
    hub, revisions = Hub(most=most), Revisions()
    for follower in (revisions, hub):
        bus.follow(follower)
    await bus.start()
    with house(url) as units:
        settings = Settings(database=url)
        parts = web_parts.make(
            settings=settings,
            units=units,
            revisions=revisions,
            hub=hub,
            passkeys=passkeys_of(settings),
            passwords=password_keeper(),
        )
        app = Router(routes=list(stream.routes(parts)))
        try:
            yield Edge(
                units=units,
                hub=hub,
                revisions=revisions,
                relay=Relay(units, bus, holder="one"),
                app=app,
            )
        finally:
            hub.close()
            await bus.close()


def run(scenario: Coroutine[object, object, None]) -> None:
    asyncio.run(asyncio.wait_for(scenario, 60))


def test_reader_hears_a_comment_by_its_ids_only(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            first = (await house.post("The first word.", by="Ann")).comment
            await house.pass_on()
            reader = await house.open(f"story={ids.encode(first.story_id)}")

            reply = (await house.post("A secret reply.", by="Ben", to=first.id)).comment
            await house.pass_on()

            await until(lambda: reader.events, "the nudge arrived")
            assert reader.events == ["comment.posted"]
            assert f'"id":"{ids.encode(reply.id)}"' in reader.text
            assert "secret" not in reader.text
            assert "Ben" not in reader.text

    run(scenario())


def test_answer_is_for_everybody_and_kept_by_nobody(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post()).comment.story_id

            reader = await house.open(f"story={ids.encode(story)}")

            assert reader.status == 200
            assert reader.headers["content-type"] == "text/event-stream; charset=utf-8"
            assert reader.headers["cache-control"] == "no-store, no-transform"
            assert reader.headers["access-control-allow-origin"] == "*"
            assert "access-control-allow-credentials" not in reader.headers
            assert reader.headers["x-accel-buffering"] == "no"
            assert reader.text.startswith("retry: ")

    run(scenario())


def test_break_is_resumed_from_the_outbox(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post(by="Ann")).comment.story_id
            await house.pass_on()
            before = await house.open(f"story={ids.encode(story)}")
            last = before.numbers[-1]
            before.gone.set()
            await until(lambda: before.has_ended, "the first stream ended")
            await house.post("Missed.", by="Ben")
            await house.post("Missed too.", by="Cem")

            by_header = await house.open(f"story={ids.encode(story)}", last=str(last))
            by_query = await house.open(f"story={ids.encode(story)}&last={last}")
            # What the outbox gave is relayed only now, and is not told again.
            await house.pass_on()
            await house.post("Live.", by="Dot")
            await house.pass_on()

            for reader in (by_header, by_query):
                await until(lambda reader=reader: len(reader.events) == 3, "missed and live were told")
                assert reader.events == ["comment.posted"] * 3
                assert reader.numbers[1:] == [last + 1, last + 2, last + 3]

    run(scenario())


def test_page_from_a_cache_is_brought_up_to_date(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post(by="Ann")).comment.story_id
            await house.post("Newer than the page.", by="Ben")

            reader = await house.open(f"story={ids.encode(story)}&revision=1")
            fresh = await house.open(f"story={ids.encode(story)}&revision=2")

            assert reader.events == ["comment.posted"]
            assert fresh.events == []

    run(scenario())


def test_known_revision_needs_no_database(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post(by="Ann")).comment.story_id
            house.revisions.learn(SITE, story, 1, generation=house.revisions.generation)
            house.units.database.close()

            with_nothing_new = await house.open(f"story={ids.encode(story)}&revision=1")

            assert with_nothing_new.status == 200
            assert with_nothing_new.events == []

    run(scenario())


def test_who_missed_too_much_looks_anew_once(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post(by="Ann")).comment.story_id
            await asyncio.to_thread(
                in_threads,
                [
                    lambda n=n: [post(house.units, f"{n} says {k}", by=f"Writer {n}") for k in range(51)]
                    for n in range(4)
                ],
            )

            reader = await house.open(f"story={ids.encode(story)}", last="1")

            assert reader.events == ["refetch"]

    run(scenario())


def test_slow_reader_is_bounded_and_looks_anew(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post(by="Ann")).comment.story_id
            await house.pass_on()
            reader = await house.open(f"story={ids.encode(story)}")
            reader.may_read.clear()
            for number in range(60):
                await house.post(f"Word {number}.", by=f"Writer {number}")
                await house.pass_on()

            reader.may_read.set()
            await until(lambda: "refetch" in reader.events, "the reader was told to look anew")
            await house.post("After.", by="Zoe")
            await house.pass_on()

            await until(lambda: reader.events[-1] == "comment.posted", "the reader hears on")
            assert len(reader.events) < 10

    run(scenario())


def test_reader_who_leaves_gives_the_place_back(database: str) -> None:
    async def scenario() -> None:
        async with edge(database, most=1) as house:
            story = (await house.post()).comment.story_id
            reader = await house.open(f"story={ids.encode(story)}")

            refused = await house.open(f"story={ids.encode(story)}")
            reader.gone.set()
            await until(lambda: len(house.hub) == 0, "the place is free")
            welcome = await house.open(f"story={ids.encode(story)}")

            assert refused.status == 503
            assert int(refused.headers["retry-after"]) > 0
            assert refused.headers["access-control-allow-origin"] == "*"
            assert welcome.status == 200

    run(scenario())


def test_shutdown_ends_the_stream_properly(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post()).comment.story_id
            reader = await house.open(f"story={ids.encode(story)}")

            house.hub.close()

            await until(lambda: reader.has_ended, "the stream ended")
            assert reader.messages[-1]["more_body"] is False
            assert (await house.open(f"story={ids.encode(story)}")).status == 503

    run(scenario())


@pytest.mark.parametrize("story", ["", "nonsense", "0000000000001", "é", "zzzzzzzzzzzzz"])
def test_unknown_story_is_not_found(database: str, story: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            reader = await house.open(f"story={story}")

            assert reader.status == 404
            assert len(house.hub) == 0

    run(scenario())


@pytest.mark.parametrize("site", ["tribune", "NO", "a" * 99])
def test_unknown_site_is_not_found(database: str, site: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            reader = await house.open(f"story={ids.encode(7)}", site=site)

            assert reader.status == 404

    run(scenario())


@pytest.mark.parametrize("last", ["-1", "x", "9" * 40, "١٢", "0x1"])
def test_strange_last_event_id_counts_as_none(database: str, last: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post()).comment.story_id

            reader = await house.open(f"story={ids.encode(story)}&last={last}&revision={last}")

            assert reader.status == 200
            assert reader.events == []

    run(scenario())


def test_head_ends_at_once(database: str) -> None:
    async def scenario() -> None:
        async with edge(database) as house:
            story = (await house.post()).comment.story_id

            reader = await house.open(f"story={ids.encode(story)}", method="HEAD")
            await until(lambda: reader.has_ended, "the answer ended")

            assert reader.status == 200
            assert len(house.hub) == 0

    run(scenario())


def test_silence_is_broken_by_heartbeats(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    async def scenario() -> None:
        monkeypatch.setattr(stream, "HEARTBEAT_SECONDS", 0.001)
        async with edge(database) as house:
            story = (await house.post()).comment.story_id

            reader = await house.open(f"story={ids.encode(story)}")

            await until(
                lambda: reader.text.count("\n:\n\n") > 1 or reader.text.endswith(":\n\n:\n\n"), "beats"
            )
            assert reader.events == []

    run(scenario())


def test_reader_of_another_process_hears_it_through_valkey(postgresql_database: str, valkey_url: str) -> None:
    async def scenario() -> None:
        here, there = ValkeyBus(valkey_url), ValkeyBus(valkey_url)
        async with (
            edge(postgresql_database, bus=here) as one,
            edge(postgresql_database, bus=there, house=opened) as other,
        ):
            await until(lambda: here.is_connected and there.is_connected, "both are connected")
            story = (await one.post(by="Ann")).comment.story_id
            earlier = await other.open(f"story={ids.encode(story)}")
            await one.pass_on()
            await until(lambda: "comment.posted" in earlier.events, "the other process told of the first")
            reader = await other.open(f"story={ids.encode(story)}")
            other.revisions.learn(SITE, story, 1, generation=other.revisions.generation)

            await one.post(by="Ben")
            await one.pass_on()

            await until(lambda: "comment.posted" in reader.events, "the other process told its reader")
            assert other.revisions.get(SITE, story) == 2

    run(scenario())
