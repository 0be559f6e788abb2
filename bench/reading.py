"""What a page of comments costs its server: cached, revalidated, rendered anew, and while others write."""

import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import repeat
from pathlib import Path

from bench import bare, isso, measuring, ours, processes, requests, table
from bench.load import Ask
from bench.measuring import Figure
from bench.ours import Installation
from bench.processes import Process
from bench.samples import Story
from bench.table import Aim

WRITES_EVERY = 20
"""In the mixed load one request in so many is a comment."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Plan:
    """What to measure, for how long, and where."""

    folder: Path
    stories: Sequence[Story]
    seconds: float
    rounds: int
    core: int


def cached(plan: Plan, installation: Installation) -> tuple[list[Aim], Figure]:
    """Measure pages from the cache; give the aims and the figure that Isso's is compared with."""
    with ours.serving(installation, plan.core) as server:
        idle = server.megabytes()
        rows, ratio = _beside_a_bare_route(plan, server)
        first = rows[0][1]
        rows += list(_others(plan, server))
        table.figures(
            f"Reads of Tertulia: {measuring.CONNECTIONS} connections that stay open, gzip and br accepted",
            rows,
        )
        mixed = _mixed(plan, server)
        memory = [
            ("after its start", table.number(idle)),
            ("after these loads", table.number(server.megabytes())),
        ]
    table.show("Memory of Tertulia's process", ("", "MB"), memory)
    return [
        Aim(name="cached read / bare route with the same bytes", value=ratio, wanted=0.7),
        mixed,
        Aim(name="memory after the start, MB", value=idle, wanted=90, is_least=False),
    ], first


def uncached(plan: Plan, installation: Installation) -> list[Aim]:
    """Measure pages that are rendered and compressed at each read, one reader at a time."""
    stories = (plan.stories[0], plan.stories[-1])
    with ours.serving_uncached(installation, plan.core) as server:
        measures = [_reads(server, ours.fragment(story), plan.seconds, connections=1) for story in stories]
        for measure in measures:
            measure()
        taken = measuring.in_turn(measures, plan.rounds)
    small, large = taken.typical(0), taken.typical(1)
    table.figures(
        "First page, rendered and compressed anew: one connection",
        [
            (f"{len(story.comments):,} comments", figure)
            for story, figure in zip(stories, (small, large), strict=True)
        ],
    )
    slower = max(small.cost, large.cost)
    return [
        Aim(name="uncached first page, ms of one core", value=slower, wanted=8, is_least=False),
        Aim(
            name=f"first page of {len(stories[1].comments):,} comments / of {len(stories[0].comments):,}",
            value=taken.ratio(1, 0, lambda figure: figure.cost),
            wanted=1.5,
            is_least=False,
        ),
    ]


def of_isso(plan: Plan, first: Figure) -> list[Aim]:
    """Measure what Isso's widget asks for. One reader at a time: it keeps one core busy, and p99 is no queue."""
    rows = []
    with isso.serving(plan.folder / "isso", list(plan.stories), plan.core) as server:
        idle = server.megabytes()
        rows.append(("its configuration", measuring.reads(server, isso.CONFIGURATION, seconds=plan.seconds)))
        for story in plan.stories:
            most = max(1, 4_000 // len(story.comments))
            figure = measuring.reads(
                server, isso.widget(story), seconds=2 * plan.seconds, connections=1, most=most
            )
            rows.append((f"{len(story.comments):,} comments", figure))
        memory = [
            ("after its start", table.number(idle)),
            ("after these loads", table.number(server.megabytes())),
        ]
    table.figures("Reads of Isso 0.14.0: what its widget asks for, one connection", rows)
    table.show("Memory of Isso's process", ("", "MB"), memory)
    ratio = first.rate / rows[1][1].rate
    return [Aim(name="cached read / Isso's request, 100 comments", value=ratio, wanted=1000)]


def _beside_a_bare_route(plan: Plan, server: Process) -> tuple[list[tuple[str, Figure]], float]:
    path, file, port = ours.fragment(plan.stories[0]), plan.folder / "bare.json", processes.free_port()
    requests.ask(server.port, path)
    bare.keep(requests.ask(server.port, path), file)
    command = [sys.executable, "-m", "bench.bare", str(file), str(port)]
    with processes.started(command, port=port, core=plan.core, log=plan.folder / "bare.log") as route:
        measures = [_reads(server, path, plan.seconds), _reads(route, bare.PATH, plan.seconds)]
        taken = measuring.in_turn(measures, plan.rounds)
    name = f"embed's fragment, {len(plan.stories[0].comments):,} comments"
    rows = [(name, taken.typical(0)), ("a bare Starlette route with its bytes", taken.typical(1))]
    return rows, taken.ratio(0, 1)


def _others(plan: Plan, server: Process) -> Iterator[tuple[str, Figure]]:
    for story in plan.stories[1:]:
        figure = measuring.reads(server, ours.fragment(story), seconds=plan.seconds)
        yield f"embed's fragment, {len(story.comments):,} comments", figure
    story = plan.stories[0]
    page = f"/{ours.SITE}/s/{ours.story_id(server.port, story)}"
    size = f"{len(story.comments):,} comments"
    yield f"stand-alone page, {size}", measuring.reads(server, page, seconds=plan.seconds)
    plain = {"Accept-Encoding": "identity"}
    yield (
        f"fragment uncompressed, {size}",
        measuring.reads(server, ours.fragment(story), seconds=plan.seconds, headers=plain),
    )
    known = {"If-None-Match": requests.ask(server.port, ours.fragment(story)).header("etag")}
    yield (
        f"fragment unchanged (304), {size}",
        measuring.reads(server, ours.fragment(story), seconds=plan.seconds, headers=known, status=b"304"),
    )


def _mixed(plan: Plan, server: Process) -> Aim:
    story = plan.stories[1]
    path = ours.fragment(story)
    writes = ours.story_id(server.port, story)
    read = Ask(request=requests.get(path))

    def asks(number: int) -> Iterator[Ask]:
        # Connections write at different times, as people do.
        yield from repeat(read, number * WRITES_EVERY // measuring.CONNECTIONS)
        for post in ours.posts(writes, number):
            yield post
            yield from repeat(read, WRITES_EVERY - 1)

    mixes: list[dict[str, Figure]] = []

    def together() -> Figure:
        mixes.append(measuring.measure(server, asks, seconds=plan.seconds))
        return mixes[-1]["read"]

    taken = measuring.in_turn([together, _reads(server, path, plan.seconds)], plan.rounds)
    reads, alone = taken.typical(0), taken.typical(1)
    posts = next(mix["post"] for mix in mixes if mix["read"] is reads)
    table.figures(
        f"95 % reads and 5 % comments into one discussion of {len(story.comments):,}",
        [("reads, while", reads), ("comments are written", posts), ("reads alone", alone)],
    )
    ratio = statistics.median(
        (mix["read"].rate + mix["post"].rate) / after.rate
        for mix, (_, after) in zip(mixes, taken.taken, strict=True)
    )
    return Aim(name="95 % reads and 5 % comments / reads alone", value=ratio, wanted=0.4)


def _reads(server: Process, path: str, seconds: float, connections: int = measuring.CONNECTIONS):
    return partial(measuring.reads, server, path, seconds=seconds, connections=connections)
