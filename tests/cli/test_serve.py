"""`tertulia serve` and `tertulia worker` as processes: they listen, answer, and end when told to."""

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.cli.conftest import Run

PAGE = Path(__file__).parent.parent.parent / "demo" / "story.html"
PATIENCE = 30.0


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@contextmanager
def process(*words: str, **settings: str) -> Iterator[subprocess.Popen[str]]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TERTULIA_")}
    given = {f"TERTULIA_{name.upper()}": value for name, value in settings.items()}
    started = subprocess.Popen(
        [sys.executable, "-m", "tertulia", *words],
        env=kept | given,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.kill()
        started.communicate()


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + PATIENCE
    while not is_so():
        if time.monotonic() > deadline:
            raise TimeoutError(f"waited in vain for {what}")
        os.sched_yield()


def answers(address: str) -> bool:
    try:
        with closing(urllib.request.urlopen(address, timeout=5)) as answer:
            return bool(answer.status == 200)
    except (urllib.error.URLError, ConnectionError):
        return False


def text_of(address: str) -> str:
    with closing(urllib.request.urlopen(address, timeout=10)) as answer:
        return str(answer.read().decode("utf-8"))


def test_it_serves_readers_and_the_host_page_and_ends_when_told(run: Run, gazette: str) -> None:
    port, page_port = free_port(), free_port()
    base = f"http://127.0.0.1:{port}"
    words = ("serve", "--port", str(port), "--host-page", str(page_port), "--host-page-file", str(PAGE))

    with process(*words, database=gazette, base_url=base, secret="s" * 32) as server:
        wait_until(lambda: answers(f"{base}/healthz"), "an answer")

        assert "The Gazette" in text_of(f"{base}/gazette/")
        assert f"{base}/static/" in text_of(f"{base}/embed.js")
        assert f'src="{base}/embed.js"' in text_of(f"http://127.0.0.1:{page_port}/")

        server.send_signal(signal.SIGTERM)
        said, _ = server.communicate(timeout=PATIENCE)

    assert server.returncode == 0, said
    assert f"readers and moderators: {base}/" in said
    assert f"http://127.0.0.1:{page_port}/" in said


def test_a_port_that_is_taken_is_one_line(run: Run, sqlite_database: str, closed_port: int) -> None:
    done = run("serve", "--port", str(closed_port), database=sqlite_database)

    assert done.code == 1
    assert done.errors.startswith(f"Error: cannot listen on 127.0.0.1:{closed_port}: ")
    assert done.output == ""


def test_two_processes_share_a_port_when_asked(run: Run, postgresql_database: str) -> None:
    port = str(free_port())
    settings = {"database": postgresql_database, "base_url": f"http://127.0.0.1:{port}", "secret": "s" * 32}
    words = ("serve", "--port", port, "--shared-port")

    with process(*words, **settings) as first:
        wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "an answer")
        with process(*words, **settings) as second:
            assert second.stdout is not None
            assert "readers and moderators" in second.stdout.readline()
            first.send_signal(signal.SIGTERM)
            first.communicate(timeout=PATIENCE)
            wait_until(lambda: answers(f"http://127.0.0.1:{port}/healthz"), "an answer of the second process")


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_worker_works_and_ends_when_told(
    run: Run, postgresql_database: str, valkey_url: str, number: signal.Signals
) -> None:
    run(
        "site",
        "add",
        "gazette",
        "--name",
        "G",
        "--origin",
        "https://www.example.org",
        database=postgresql_database,
    )

    with process("worker", database=postgresql_database, valkey=valkey_url, secret="s" * 32) as worker:
        wait_until(lambda: _has_jobs(postgresql_database), "periodic work")
        worker.send_signal(number)
        said, _ = worker.communicate(timeout=PATIENCE)

    assert worker.returncode == 0, said


def _has_jobs(database: str) -> bool:
    with psycopg.connect(database) as connection:
        counted = connection.execute("SELECT count(*) FROM job").fetchone()
    return counted is not None and counted[0] > 0
