"""Real servers for a browser to visit: `tertulia serve` as an operator starts it, on ports of its own."""

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).parents[2]
HOST_PAGE = ROOT / "demo" / "story.html"
DEADLINE = 30
SITE = "gazette"
ARABIC_SITE = "mina"


@dataclass(frozen=True, kw_only=True)
class House:
    """One server with its host page on another origin, and the tables behind it."""

    base: str
    host: str
    publisher: str
    """Another origin of the site's, for pages that a test serves itself."""
    database: str
    folder: Path
    settings: Mapping[str, str] = field(default_factory=dict, hash=False)
    """What the operator chose beside a test's usual settings, for servers and commands alike."""

    def story(self, path: str) -> str:
        """Give the address of a story's page at the publication; it is the story's URL."""
        return f"{self.host}/{path}"

    def discussion(self, path: str, *, site: str = SITE) -> str:
        """Give the address that leads to our own page of a story's discussion."""
        return f"{self.base}/{site}/discussion-page?url={self.story(path)}"

    def run(self, *arguments: str) -> str:
        """Give a command as the operator does; give what it said."""
        command = [sys.executable, "-m", "tertulia", *arguments]
        done = subprocess.run(
            command, env=_environment(self), cwd=ROOT, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"tertulia {' '.join(arguments)}: {done.stdout}{done.stderr}"
        return done.stdout


@contextmanager
def opened(
    database: str, folder: Path, *, processes: int = 1, valkey: str = "", name: str = "", **settings: str
) -> Iterator[tuple[House, ...]]:
    """Start as many web processes on one database, each with a host page, once sites are there.

    They are reached by a name where one is given.
    """
    ports = [f"http://127.0.0.1:{port}" for port in _free_ports(3 * processes)]
    houses = [
        House(
            base=base.replace("127.0.0.1", name or "127.0.0.1"),
            host=host,
            publisher=publisher,
            database=database,
            folder=folder,
            settings={name.upper(): value for name, value in settings.items()},
        )
        for base, host, publisher in zip(ports[::3], ports[1::3], ports[2::3], strict=True)
    ]
    origins = [
        part for house in houses for one in (house.host, house.publisher) for part in ("--origin", one)
    ]
    houses[0].run("site", "add", SITE, "--name", "The Harbour Gazette", *origins)
    with ExitStack() as stack:
        for number, house in enumerate(houses):
            shared = {"VALKEY": valkey, "WITH_WORKER": "true" if number == 0 else "false"}
            stack.enter_context(_serving(house, shared if valkey else {}))
        yield tuple(houses)


@contextmanager
def _serving(house: House, settings: dict[str, str]) -> Iterator[None]:
    port, host_port = house.base.rsplit(":", 1)[1], house.host.rsplit(":", 1)[1]
    log = house.folder / f"serve-{port}.log"
    command = [sys.executable, "-m", "tertulia", "serve", "--port", port]
    command += ["--host-page", host_port, "--host-page-file", str(HOST_PAGE)]
    with log.open("w") as out:
        process = subprocess.Popen(
            command, env=_environment(house, settings), cwd=ROOT, stdout=out, stderr=subprocess.STDOUT
        )
        try:
            for address in (f"{house.base}/healthz", f"{house.host}/"):
                _wait_for_answer(address, process, log)
            yield
        finally:
            process.terminate()
            try:
                process.wait(DEADLINE)
            finally:
                process.kill()
    assert process.returncode == 0, f"the server ended with {process.returncode}:\n{log.read_text()}"
    assert "Traceback" not in log.read_text(), log.read_text()


def _wait_for_answer(address: str, process: "subprocess.Popen[bytes]", log: Path) -> None:
    deadline = time.monotonic() + DEADLINE
    while True:
        try:
            with urllib.request.urlopen(address, timeout=5):
                return
        except OSError:
            assert process.poll() is None, f"the server did not start:\n{log.read_text()}"
            assert time.monotonic() < deadline, f"waited in vain for {address}:\n{log.read_text()}"
            os.sched_yield()


def _environment(house: House, settings: dict[str, str] | None = None) -> dict[str, str]:
    ours = {
        "DATABASE": house.database,
        "BASE_URL": house.base,
        "IS_DEVELOPMENT": "true",
        "SECRET": "a secret of tests, long enough for one",
        # All readers of a run come from one network.
        "POSTS_PER_MINUTE_PER_NETWORK": "10000",
        "PREVIEWS_PER_MINUTE_PER_NETWORK": "10000",
        "SIGN_INS_PER_MINUTE_PER_NETWORK": "1000",
        **house.settings,
        **(settings or {}),
    }
    others = {name: value for name, value in os.environ.items() if not name.startswith("TERTULIA_")}
    return {**others, **{f"TERTULIA_{name}": value for name, value in ours.items()}}


def _free_ports(count: int) -> Sequence[int]:
    """Ask the kernel for several at once, so that they differ."""
    with ExitStack() as stack:
        probes = [stack.enter_context(socket.socket()) for _ in range(count)]
        for probe in probes:
            probe.bind(("127.0.0.1", 0))
        return [int(probe.getsockname()[1]) for probe in probes]
