"""How one figure is taken: a load against a server, with what the server itself spent on it."""

import itertools
import os
import statistics
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench import load, processes, requests
from bench.load import Ask, Asks, Load
from bench.processes import Process

CONNECTIONS = 16
"""Readers and writers at the same time, unless a row says otherwise."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """A load and what it cost the server: its share of its core, and milliseconds of it for each answer.

    `stolen` is the share of both cores that a virtual machine's host gave to somebody else meanwhile.
    """

    load: Load
    core: float
    cost: float
    stolen: float

    @property
    def rate(self) -> float:
        """Answers per second."""
        return self.load.rate


def measure(
    process: Process, asks: Asks, *, seconds: float, connections: int = CONNECTIONS, most: int = 10_000_000
) -> dict[str, Figure]:
    """Put a load on a server; give a figure for each kind of request. Cost is shared out evenly."""
    before, stolen = process.cpu_seconds(), processes.stolen_seconds()
    loads = load.run(process.port, asks, connections=connections, seconds=seconds, most=most)
    used, stolen = process.cpu_seconds() - before, processes.stolen_seconds() - stolen
    answers = sum(each.requests for each in loads.values())
    return {
        kind: Figure(
            load=each,
            core=used / each.seconds,
            cost=1000 * used / answers,
            stolen=stolen / each.seconds / (os.cpu_count() or 1),
        )
        for kind, each in loads.items()
    }


def reads(
    process: Process,
    path: str,
    *,
    seconds: float,
    headers: Mapping[str, str] | None = None,
    status: bytes = b"200",
    connections: int = CONNECTIONS,
    most: int = 10_000_000,
) -> Figure:
    """Read one address again and again, over connections that stay open where the server lets them."""
    ask = Ask(request=requests.get(path, headers), status=status)
    return measure(
        process, lambda _number: itertools.repeat(ask), seconds=seconds, connections=connections, most=most
    )["read"]


@dataclass(frozen=True, slots=True)
class Rounds:
    """Figures that were taken in turn, several times: what else the machine does slows all of a round, not one."""

    taken: Sequence[Sequence[Figure]]

    def typical(self, number: int) -> Figure:
        """Give the figure with the median rate."""
        figures = sorted((each[number] for each in self.taken), key=lambda figure: figure.rate)
        return figures[len(figures) // 2]

    def ratio(
        self, one: int, other: int, of: Callable[[Figure], float] = lambda figure: figure.rate
    ) -> float:
        """Compare two in each round; give the median."""
        return statistics.median(of(each[one]) / of(each[other]) for each in self.taken)


def in_turn(measures: Sequence[Callable[[], Figure]], rounds: int) -> Rounds:
    """Take figures that will be compared."""
    return Rounds([[take() for take in measures] for _ in range(rounds)])


def flush_milliseconds(folder: Path) -> float:
    """Give how long the disk takes to keep a page for good; what a durable answer cannot be quicker than."""
    taken = []
    with tempfile.TemporaryFile(dir=folder) as file:
        for _ in range(30):
            began = time.perf_counter()
            file.write(bytes(4096))
            file.flush()
            os.fdatasync(file.fileno())
            taken.append(time.perf_counter() - began)
    return 1000 * sorted(taken)[len(taken) // 2]
