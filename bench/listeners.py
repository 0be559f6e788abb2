"""What idle listeners cost: opens live streams against one process, measures its memory, posts one comment.

`python -m bench.listeners` starts a server of its own on a loopback port and stops it. With `--url` and `--pid` it
measures one that runs already: the address of a stream on this machine, and the process that serves it.
"""

import argparse
import asyncio
import resource
import socket
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from bench import ours, processes, requests, samples
from bench.processes import Process

MOST = 10_000
AT_ONCE = 50
"""Connections that are being opened at the same time."""
OPEN_SECONDS = 120.0
HEAR_SECONDS = 30.0
REST_SECONDS = 2.0
TARGET_MEGABYTES = 150.0


@dataclass(frozen=True, kw_only=True, slots=True)
class Target:
    """A stream to listen to, the process behind it, and how to make something happen there."""

    process: Process
    path: str
    post: Callable[[], None] | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Result:
    """What was measured. `heard_after`: seconds until all, and the first, were told of a comment."""

    listeners: int
    before: float
    after: float
    opened_in: float
    heard_after: tuple[float, float] | None


class Listening:
    """The open streams of this process."""

    def __init__(self, target: Target) -> None:
        self._target = target
        self._writers: list[asyncio.StreamWriter] = []
        self._readers: list[asyncio.Task[None]] = []
        self.heard: list[float] = []

    async def open(self, number: int) -> None:
        """Open streams, and wait until each has said its first word."""
        gate = asyncio.Semaphore(AT_ONCE)

        async def one() -> None:
            async with gate:
                await self._open_one()

        await asyncio.gather(*(one() for _ in range(number)))

    async def close(self) -> None:
        """Hang up."""
        for reader in self._readers:
            reader.cancel()
        for writer in self._writers:
            writer.transport.abort()
        await asyncio.gather(*self._readers, return_exceptions=True)

    async def _open_one(self) -> None:
        reader, writer = await asyncio.open_connection("127.0.0.1", self._target.process.port, limit=4096)
        self._writers.append(writer)
        writer.write(requests.get(self._target.path, {"Accept": "text/event-stream"}))
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.partition(b"\r\n")[0]:
            raise SystemExit(f"listeners: refused: {head.splitlines()[0].decode()}")
        await reader.readuntil(b"\n\n")
        self._readers.append(asyncio.create_task(self._hear(reader)))

    async def _hear(self, reader: asyncio.StreamReader) -> None:
        while line := await reader.readline():
            if line.startswith(b"event: comment.posted"):
                self.heard.append(time.perf_counter())


def main() -> None:
    options = _options()
    # The server inherits the limit; either side needs one file for each listener.
    _allow_files(options.listeners + 500)
    with _own() if options.url is None else _running(options.url, options.pid) as target:
        result = asyncio.run(measure(target, options.listeners))
    print(report(result))
    if result.after - result.before >= TARGET_MEGABYTES:
        sys.exit(1)


async def measure(target: Target, number: int) -> Result:
    """Open the streams, let the process come to rest, and look."""
    before = target.process.megabytes()
    listening, began = Listening(target), time.perf_counter()
    try:
        await asyncio.wait_for(listening.open(number), OPEN_SECONDS)
        opened_in = time.perf_counter() - began
        await asyncio.sleep(REST_SECONDS)
        after = target.process.megabytes()
        heard = None if target.post is None else await _hear_one(listening, target.post, number)
    finally:
        await listening.close()
    return Result(listeners=number, before=before, after=after, opened_in=opened_in, heard_after=heard)


async def _hear_one(listening: Listening, post: Callable[[], None], number: int) -> tuple[float, float]:
    began = time.perf_counter()
    await asyncio.to_thread(post)
    while len(listening.heard) < number:
        if time.perf_counter() - began > HEAR_SECONDS:
            raise SystemExit(f"listeners: only {len(listening.heard)} of {number} heard of the comment")
        await asyncio.sleep(0.01)
    return max(listening.heard) - began, min(listening.heard) - began


def report(result: Result) -> str:
    """Say it for people."""
    more = result.after - result.before
    memory = f"{result.before:.1f} MB before, {result.after:.1f} MB with them, {more:.1f} MB more"
    each = f"{more * 1000 / max(1, result.listeners):.1f} kB each"
    target = f"(target: < {TARGET_MEGABYTES:.0f})"
    lines = [
        f"{result.listeners} idle listeners: {memory} {target}, {each}; opened in {result.opened_in:.1f} s"
    ]
    if result.heard_after is not None:
        last, first = result.heard_after
        lines.append(
            f"one comment: the first listener heard of it after {first:.3f} s, the last after {last:.3f} s"
        )
    return "\n".join(lines)


@contextmanager
def _own() -> Iterator[Target]:
    with tempfile.TemporaryDirectory(prefix="tertulia-listeners-") as folder:
        story = samples.story(100)
        installation = ours.install(Path(folder) / "house", [story])
        with ours.serving(installation, processes.cores().server) as process:
            public_id = ours.story_id(process.port, story)
            # Warm: the first requests load what all later ones use.
            requests.ask(process.port, ours.fragment(story))
            asks = ours.posts(public_id, 1)
            yield Target(
                process=process,
                path=f"/{ours.SITE}/stream?story={public_id}&revision=1000000",
                post=lambda: _post(process.port, next(asks).request),
            )


@contextmanager
def _running(url: str, pid: int | None) -> Iterator[Target]:
    where = urlsplit(url)
    if where.hostname not in ("127.0.0.1", "localhost") or pid is None:
        raise SystemExit("listeners: --url must be on 127.0.0.1, and --pid must name its process")
    yield Target(process=Process(pid=pid, port=where.port or 80), path=f"{where.path}?{where.query}")


def _post(port: int, request: bytes) -> None:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(request)
        answer = connection.recv(4096)
    if b" 201 " not in answer.partition(b"\r\n")[0]:
        raise SystemExit(f"listeners: the comment was refused: {answer[:200]!r}")


def _allow_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if soft < number:
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(number, hard), hard))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--listeners", type=int, default=2000)
    parser.add_argument("--url", help="address of a stream on this machine, with ?story=…")
    parser.add_argument("--pid", type=int, help="the process that serves it")
    options = parser.parse_args()
    options.listeners = max(1, min(MOST, options.listeners))
    return options


if __name__ == "__main__":
    main()
