"""Public answers: the same bytes for everybody, rendered once, compressed once, revalidated for nothing."""

import gzip
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor

import anyio
import brotli
import pytest
from starlette.responses import PlainTextResponse, Response

from tertulia.domain import ids
from tertulia.domain.ids import StoryId
from tertulia.realtime.revisions import Revisions
from tertulia.web.cache import PageCache
from tertulia.web.entry import Entry, Key, Public, encoding_of, make_entry
from tertulia.web.workers import Busy, Workers
from tests.web import browsing
from tests.web.browsing import Web

STORY = StoryId(7)
KEY: Key = ("/gazette/s/7", "")


def entry(revision: int, *, key: Key = KEY, text: str = "") -> Entry:
    public = Public(text=text or f"revision {revision}", story=STORY, revision=revision)
    return make_entry(key, "gazette", public, "")


def maker(cache: PageCache, revisions: Revisions, *rendered: int) -> Callable[[], Awaitable[Entry]]:
    """Render one revision after the other, as fast as a database would."""
    left = list(rendered)

    async def make() -> Entry:
        revision = left.pop(0)
        await anyio.lowlevel.checkpoint()
        revisions.learn("gazette", STORY, revision, generation=revisions.generation)
        return entry(revision)

    return make


@pytest.fixture
def revisions() -> Revisions:
    return Revisions()


@pytest.fixture
def cache(revisions: Revisions) -> PageCache:
    return PageCache(revisions, most_bytes=1_000_000)


def revision_of(found: Entry | Response) -> int:
    assert isinstance(found, Entry)
    return found.revision


def test_a_crowd_waits_for_one_rendering(cache: PageCache, revisions: Revisions) -> None:
    found: list[int] = []
    make = maker(cache, revisions, 3)

    async def ask() -> None:
        found.append(revision_of(await cache.obtain(KEY, wanted=0, make=make)))

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(50):
                group.start_soon(ask)

    anyio.run(crowd)

    assert found == [3] * 50
    assert cache.renders == 1


def test_page_of_an_older_revision_is_given_for_a_moment_only(cache: PageCache, revisions: Revisions) -> None:
    make = maker(cache, revisions, 1, 2)

    async def ask() -> int:
        return revision_of(await cache.obtain(KEY, wanted=0, make=make))

    async def story() -> tuple[int, int]:
        await ask()
        revisions.raise_to("gazette", STORY, 2)
        soon = await ask()
        deadline = time.monotonic() + 10
        while (late := await ask()) < 2:
            assert time.monotonic() < deadline, "the new revision was never rendered"
        return soon, late

    assert anyio.run(story) == (1, 2)
    assert cache.calm > 0


def test_who_knows_of_a_revision_is_never_given_an_older_one(cache: PageCache, revisions: Revisions) -> None:
    make = maker(cache, revisions, 1, 2)

    async def story() -> int:
        await cache.obtain(KEY, wanted=0, make=make)
        revisions.raise_to("gazette", STORY, 2)
        return revision_of(await cache.obtain(KEY, wanted=2, make=make))

    assert anyio.run(story) == 2


def test_who_knows_of_a_revision_does_not_take_a_rendering_begun_before(
    cache: PageCache, revisions: Revisions
) -> None:
    has_begun, may_land = anyio.Event(), anyio.Event()
    found: dict[str, int] = {}

    async def slow() -> Entry:
        has_begun.set()
        await may_land.wait()
        return entry(1)

    async def first() -> None:
        found["first"] = revision_of(await cache.obtain(KEY, wanted=0, make=slow))

    async def second() -> None:
        make = maker(cache, revisions, 2)
        found["second"] = revision_of(await cache.obtain(KEY, wanted=2, make=make))

    async def story() -> None:
        async with anyio.create_task_group() as group:
            group.start_soon(first)
            await has_begun.wait()
            group.start_soon(second)
            await anyio.wait_all_tasks_blocked()
            may_land.set()

    anyio.run(story)

    assert found == {"first": 1, "second": 2}


def test_revision_that_nobody_reached_is_asked_for_in_vain_but_once(
    cache: PageCache, revisions: Revisions
) -> None:
    make = maker(cache, revisions, 1, 1)

    async def story() -> int:
        return revision_of(await cache.obtain(KEY, wanted=999, make=make))

    assert anyio.run(story) == 1
    assert cache.renders == 1


def test_nothing_is_fresh_while_the_bus_is_lost(cache: PageCache, revisions: Revisions) -> None:
    make = maker(cache, revisions, 1, 1)

    async def ask() -> Entry | Response:
        return await cache.obtain(KEY, wanted=0, make=make)

    anyio.run(ask)
    cache.alias(KEY[0], b"", KEY)
    has_hit = cache.at(KEY[0], b"") is not None
    revisions.forget_all()

    assert has_hit
    assert cache.at(KEY[0], b"") is None


def test_refusals_reach_all_who_wait_and_are_not_kept(cache: PageCache) -> None:
    asked: list[int] = []

    async def make() -> Response:
        asked.append(1)
        await anyio.lowlevel.checkpoint()
        return PlainTextResponse("no", status_code=404)

    async def crowd() -> None:
        async with anyio.create_task_group() as group:
            for _ in range(10):
                group.start_soon(ask)

    async def ask() -> None:
        response = await cache.obtain(KEY, wanted=0, make=make)
        assert isinstance(response, Response)

    anyio.run(crowd)
    anyio.run(crowd)

    assert len(asked) == 2
    assert cache.size == 0


def test_busy_server_gives_the_page_from_before(cache: PageCache, revisions: Revisions) -> None:
    async def busy() -> Entry:
        raise Busy

    async def story() -> int:
        await cache.obtain(KEY, wanted=0, make=maker(cache, revisions, 1))
        revisions.raise_to("gazette", STORY, 2)
        return revision_of(await cache.obtain(KEY, wanted=2, make=busy))

    assert anyio.run(story) == 1


def test_cache_stays_within_its_bytes(revisions: Revisions) -> None:
    cache = PageCache(revisions, most_bytes=60_000)
    revisions.learn("gazette", STORY, 1, generation=revisions.generation)

    async def fill() -> None:
        for number in range(40):
            key = (f"/gazette/s/{number}", "")

            async def make(key: Key = key) -> Entry:
                return entry(1, key=key, text="x" * 8_000)

            await cache.obtain(key, wanted=0, make=make)
            cache.alias(key[0], b"", key)

    anyio.run(fill)

    assert 40_000 < cache.size <= 60_000
    assert cache.at("/gazette/s/39", b"") is not None
    assert cache.at("/gazette/s/0", b"") is None


def test_threads_take_only_so_many_and_no_more() -> None:
    workers = Workers(1)

    async def story() -> int:
        release, refused = anyio.Event(), 0

        async def work() -> None:
            nonlocal refused
            try:
                await workers.run(anyio.from_thread.run, release.wait)
            except Busy:
                refused += 1

        async with anyio.create_task_group() as group:
            for _ in range(8):
                group.start_soon(work)
            await anyio.wait_all_tasks_blocked()
            release.set()
        return refused

    assert anyio.run(story) == 3
    assert workers.inside == 0


@pytest.mark.parametrize(
    ("accepted", "chosen"),
    [
        (b"gzip, deflate, br, zstd", "br"),
        (b"gzip, deflate", "gzip"),
        (b"br;q=0, gzip;q=0.5", "gzip"),
        (b"gzip;q=0, *;q=0", ""),
        (b"identity", ""),
        (b"", ""),
    ],
)
def test_encoding_is_the_best_that_is_accepted(accepted: bytes, chosen: str) -> None:
    assert encoding_of(accepted) == chosen


@pytest.mark.parametrize(
    ("encoding", "unpack"), [("br", brotli.decompress), ("gzip", gzip.decompress), ("identity", bytes)]
)
def test_bytes_are_the_same_in_every_encoding(
    sqlite_web: Web, encoding: str, unpack: Callable[[bytes], bytes]
) -> None:
    comment = sqlite_web.make.comment("The same for all. " * 20)
    path = f"/gazette/s/{ids.encode(comment.story_id)}"
    plain = sqlite_web.get(path, headers={"Accept-Encoding": "identity"})

    for _ in range(2):
        with sqlite_web.client.stream("GET", path, headers={"Accept-Encoding": encoding}) as response:
            raw = b"".join(response.iter_raw())

        assert unpack(raw) == plain.content
        assert response.headers.get("content-encoding", "identity") == encoding
        assert response.headers["content-length"] == str(len(raw))
        assert response.headers["vary"] == "Accept-Encoding"
        assert response.headers["etag"] == plain.headers["etag"]


def test_known_page_is_not_sent_again(sqlite_web: Web) -> None:
    comment = sqlite_web.make.comment()
    first = sqlite_web.get(sqlite_web.path(comment))

    again = sqlite_web.get(
        sqlite_web.path(comment), headers={"If-None-Match": f'"x", {first.headers["etag"]}'}
    )

    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["etag"] == first.headers["etag"]
    assert again.headers["cache-control"] == "public, max-age=0, s-maxage=5"


def test_head_says_what_get_would(sqlite_web: Web) -> None:
    path = sqlite_web.path(sqlite_web.make.comment())

    for _ in range(2):
        head, get = sqlite_web.client.head(path), sqlite_web.get(path)

        assert head.content == b""
        assert head.headers["content-length"] == get.headers["content-length"]


def test_hits_need_no_route_and_unknown_parameters_no_rendering(sqlite_web: Web) -> None:
    cache = sqlite_web.parts.cache
    path = sqlite_web.path(sqlite_web.make.comment())
    first = sqlite_web.get(path)

    for query in ("", "?utm_source=a", "?utm_source=b&fbclid=c", "?lang=xx-strange", "?lang=%00"):
        assert sqlite_web.get(path + query).content == first.content

    assert cache.renders == 1
    assert "request-id" not in sqlite_web.get(path).headers


def test_language_not_spoken_here_is_not_taken_for_one_that_is(sqlite_database: str) -> None:
    with browsing.opened(sqlite_database, site={"language": "de"}) as web:
        strange = web.get("/gazette/?lang=xx")
        english = web.get("/gazette/?lang=en")

    assert browsing.one(strange, "html").attributes["lang"] == "de"
    assert browsing.one(english, "html").attributes["lang"] == "en"


def test_post_is_seen_by_everybody_after_a_moment(web: Web) -> None:
    story = web.make.story()
    web.get(web.path(story))

    web.send(f"{web.path(story)}/comments", {"name": "Ann", "body": "News.", "key": "k" * 20})
    by_header = web.get(web.path(story), headers={"Tertulia-Revision": "1"})

    assert "News." in by_header.text
    assert by_header.headers["tertulia-revision"] == "1"
    assert "News." in web.someone_else().get(web.path(story)).text


def test_crowd_of_readers_is_served_by_few_renderings(sqlite_web: Web) -> None:
    comment = sqlite_web.make.comment("Crowded.")
    path = f"/gazette/s/{ids.encode(comment.story_id)}"

    with ThreadPoolExecutor(16) as pool:
        pages = list(pool.map(lambda _: sqlite_web.get(path), range(64)))

    assert {page.text for page in pages} == {pages[0].text}
    assert sqlite_web.parts.cache.renders == 1


def test_page_says_nothing_about_who_asks(sqlite_web: Web) -> None:
    story = sqlite_web.make.story()
    sqlite_web.send(f"{sqlite_web.path(story)}/comments", {"name": "Ann", "body": "Mine.", "key": "k" * 20})

    own = sqlite_web.get(sqlite_web.path(story), headers={"Tertulia-Revision": "1"})
    other = sqlite_web.someone_else().get(sqlite_web.path(story))

    assert own.content == other.content
    assert "set-cookie" not in own.headers
