"""The desk over a million comments, fifty thousand held: how long each page and a decision take, over HTTP.

`python -m bench.desk` makes the site on SQLite and on PostgreSQL, and stops what it started. A few minutes.
"""

import argparse
import http.client
import os
import re
import shutil
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from click.testing import CliRunner

from bench import crowd, ours, postgres, processes, requests, table
from bench.crowd import Crowd
from bench.ours import Installation
from bench.processes import Process
from bench.table import Aim
from tertulia.cli.main import cli
from tertulia.domain import ids

PAGE_MILLISECONDS = 100.0
DECISION_MILLISECONDS = 20.0
WARM_UP = 3
SETTLE_SECONDS = 90.0
FORM = {"Content-Type": "application/x-www-form-urlencoded", "Sec-Fetch-Site": "same-origin"}
HEAD = ("", "p50 ms", "p95 ms", "kB each", "core ms each")


@dataclass(frozen=True, kw_only=True, slots=True)
class Figure:
    """How long one kind of request took, in milliseconds, how large answers were, and what they cost our server.

    What else the machine does slows the first two and not the last.
    """

    name: str
    p50: float
    p95: float
    size: float
    cost: float


class Moderator:
    """Somebody at the desk: one connection that stays open, and a session."""

    def __init__(self, server: Process, link: str) -> None:
        self.server = server
        self._connection = http.client.HTTPConnection("127.0.0.1", server.port, timeout=60)
        self._headers: dict[str, str] = {}
        token = link.rpartition("token=")[2]
        self.send(f"/{ours.SITE}/desk/enter", {"token": token})

    def get(self, path: str) -> bytes:
        """Read a page."""
        return self._ask("GET", path, None, {})

    def send(self, path: str, fields: Mapping[str, str], headers: Mapping[str, str] | None = None) -> bytes:
        """Send a form."""
        return self.send_body(path, requests.query(**fields), headers)

    def send_body(self, path: str, body: str, headers: Mapping[str, str] | None = None) -> bytes:
        """Send a form whose fields may come again and again."""
        return self._ask("POST", path, body.encode(), FORM | dict(headers or {}))

    def _ask(self, method: str, path: str, body: bytes | None, headers: Mapping[str, str]) -> bytes:
        self._connection.request(method, path, body, dict(headers) | self._headers)
        response = self._connection.getresponse()
        answer = response.read()
        if response.status >= 400:
            raise RuntimeError(f"{method} {path}: {response.status}")
        if cookie := response.getheader("Set-Cookie"):
            self._headers = {"Cookie": cookie.partition(";")[0]}
        return answer


def main() -> None:
    """Measure on both databases."""
    asked = _arguments()
    for name in [name for name in os.environ if name.startswith("TERTULIA_")]:
        del os.environ[name]
    cores = processes.cores()
    place = "/var/tmp" if os.access("/var/tmp", os.W_OK) and "TMPDIR" not in os.environ else None
    folder = Path(tempfile.mkdtemp(prefix="tertulia-bench-", dir=place))
    folder.chmod(0o755)  # as in __main__: PostgreSQL is another user
    os.sched_setaffinity(0, {cores.load})
    try:
        _measure("SQLite", folder / "sqlite", None, asked, cores.server)
        if not asked.without_postgresql:
            with postgres.serving(folder, cores.server) as database:
                _measure("PostgreSQL on the same core", folder / "on-postgres", database, asked, cores.server)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m bench.desk", description=__doc__)
    parser.add_argument("--comments", type=int, default=crowd.COMMENTS)
    parser.add_argument("--rounds", type=int, default=40, help="requests of each kind (40)")
    parser.add_argument("--without-postgresql", action="store_true")
    return parser.parse_args()


def _measure(name: str, folder: Path, database: str | None, asked: argparse.Namespace, core: int) -> None:
    installation = ours.install(folder, [], database=database)
    began = time.monotonic()
    site = crowd.fill(installation.environment["TERTULIA_DATABASE"], comments=asked.comments)
    made = time.monotonic() - began
    with ours.serving(installation, core) as server:
        _settle(server)
        moderator = Moderator(server, _link(installation))
        pages = [_page(moderator, what, path, asked.rounds) for what, path in _pages(moderator, site)]
        decision = _decisions(moderator, asked.rounds)
        many = _selections(moderator)
    title = (
        f"The desk, {name}: {asked.comments:,} comments, {asked.comments // 20:,} held (made in {made:.0f} s)"
    )
    rows = [
        (each.name, *map(table.number, (each.p50, each.p95, each.size, each.cost)))
        for each in (*pages, decision, many)
    ]
    table.show(title, HEAD, rows)
    slowest = max(pages, key=lambda each: each.p95)
    table.aims(
        [
            Aim(
                name=f"slowest page, p95 ms ({slowest.name})",
                value=slowest.p95,
                wanted=PAGE_MILLISECONDS,
                is_least=False,
            ),
            Aim(name="a decision, p95 ms", value=decision.p95, wanted=DECISION_MILLISECONDS, is_least=False),
        ]
    )


def _settle(server: Process) -> None:
    """Wait until the server has done what it does after its start: its worker finds a million new comments."""
    deadline = time.monotonic() + SETTLE_SECONDS
    used = server.cpu_seconds()
    while time.monotonic() < deadline:
        time.sleep(2)
        before, used = used, server.cpu_seconds()
        if used - before < 0.1:
            return


def _pages(moderator: Moderator, site: Crowd) -> Iterator[tuple[str, str]]:
    """Give every page that is measured: first pages, each filter, and what filters find least in."""
    desk = f"/{ours.SITE}/desk"
    author, section = ids.encode(site.author), site.section.replace(" ", "+")
    yield "held, first page", desk
    onward = re.search(
        rb'class="tt-pages"[^>]*><a class="tt-button" href="[^"]*(/bench/desk\?[^"]*)"', moderator.get(desk)
    )
    if onward:
        yield "held, second page", onward[1].decode().replace("&amp;", "&")
    for name, query in (
        ("section", f"section={section}"),
        ("author", f"author={author}"),
        ("rule", "finding=shouting"),
        ("a rule that found nothing", "finding=flagged"),
        ("strength", "least=60&most=70"),
        ("language", "language=fr"),
        ("age", "age=day"),
        ("section, rule, strength, language", f"section={section}&finding=shouting&least=50&language=de"),
    ):
        yield f"held, by {name}", f"{desk}?{query}"
    yield "flagged, first page", f"{desk}?queue=flagged"
    yield "flagged, by section", f"{desk}?queue=flagged&section={section}"
    yield "unread, first page", f"{desk}?queue=unread"
    yield "unread, by section", f"{desk}?queue=unread&section={section}"
    yield "all, first page", f"{desk}?queue=all"
    yield "all, by author", f"{desk}?queue=all&author={author}"
    yield "all, by section", f"{desk}?queue=all&section={section}"
    yield "all, by a language that nobody writes", f"{desk}?queue=all&language=xx"
    yield "counts", f"{desk}/counts"


def _page(moderator: Moderator, name: str, path: str, rounds: int) -> Figure:
    for _ in range(WARM_UP):
        moderator.get(path)
    return _timed(moderator, name, [partial(moderator.get, path)] * rounds)


def _decisions(moderator: Moderator, rounds: int) -> Figure:
    """Publish what is held, one after the other, as the desk's script does."""
    fields, asks_json = {"outcome": "publish", "revision": "1"}, {"Accept": "application/json"}
    asks = [
        partial(moderator.send, f"/{ours.SITE}/desk/c/{comment}", fields, asks_json)
        for comment in _held(moderator)[: WARM_UP + rounds]
    ]
    for ask in asks[:WARM_UP]:
        ask()
    return _timed(moderator, "a decision, durable", asks[WARM_UP:])


def _selections(moderator: Moderator) -> Figure:
    """Remove a page of comments at once."""

    def remove() -> bytes:
        picked = "&".join(f"item={comment}.1" for comment in _held(moderator))
        return moderator.send_body(f"/{ours.SITE}/desk/many", f"outcome=remove&reason=spam&{picked}")

    return _timed(moderator, "fifty decisions at once, with the pages before and after", [remove] * 5)


def _timed(moderator: Moderator, name: str, asks: Sequence[Callable[[], bytes]]) -> Figure:
    taken, size, used = [], 0, moderator.server.cpu_seconds()
    for ask in asks:
        began = time.perf_counter()
        size = len(ask())
        taken.append(1000 * (time.perf_counter() - began))
    ordered = sorted(taken)
    return Figure(
        name=name,
        p50=ordered[len(ordered) // 2],
        p95=ordered[min(len(ordered) - 1, int(len(ordered) * 0.95))],
        size=size / 1000,
        cost=1000 * (moderator.server.cpu_seconds() - used) / len(ordered),
    )


def _held(moderator: Moderator) -> list[str]:
    page = moderator.get(f"/{ours.SITE}/desk").decode()
    return re.findall(r'data-item="([0-9a-z]{13})"', page)


def _link(installation: Installation) -> str:
    command = ["site", "link", ours.SITE, "--name", "Bench"]
    said = CliRunner().invoke(cli, command, env=dict(installation.environment))
    found = re.search(r"https?://\S+", said.output)
    if found is None:
        raise RuntimeError(said.output)
    return found[0]


if __name__ == "__main__":
    main()
