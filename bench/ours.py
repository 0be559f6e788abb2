"""Tertulia as its operator sets it up: by its own commands, loaded through its own importer."""

import itertools
import json
import random
import re
import secrets
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from click.testing import CliRunner

from bench import processes, requests, samples
from bench.load import Ask
from bench.processes import Process
from bench.samples import Story
from tertulia.cli.main import cli

SITE = "bench"


@dataclass(frozen=True, kw_only=True, slots=True)
class Installation:
    """A database with a site and its stories."""

    folder: Path
    environment: Mapping[str, str]


def install(folder: Path, stories: list[Story], *, database: str | None = None) -> Installation:
    """Make a database and import discussions; limits that would slow one network down are raised."""
    folder.mkdir(parents=True)
    environment = {
        "TERTULIA_DATABASE": database or f"sqlite:///{folder}/tertulia.db",
        "TERTULIA_BASE_URL": "http://127.0.0.1",
        "TERTULIA_SECRET": "a secret of the bench, long enough for one",
        "TERTULIA_LOG_LEVEL": "warning",
        "TERTULIA_POSTS_PER_MINUTE_PER_NETWORK": "1000000",
    }
    installation = Installation(folder=folder, environment=environment)
    file = folder / "stories.jsonl"
    samples.write_native(stories, file)
    for arguments in (
        ("db", "upgrade"),
        ("site", "add", SITE, "--name", "Bench", "--origin", samples.ORIGIN),
        ("site", "set", SITE, "--policy", "comments_per_minute=100000"),
        ("import", str(file), "--site", SITE),
    ):
        _command(installation, *arguments)
    return installation


@contextmanager
def serving(installation: Installation, core: int) -> Iterator[Process]:
    """Run `tertulia serve`."""
    port = processes.free_port()
    command = [sys.executable, "-m", "tertulia", "serve", "--port", str(port)]
    with _started(installation, command, port, core) as process:
        yield process


@contextmanager
def serving_uncached(installation: Installation, core: int) -> Iterator[Process]:
    """Run our server without a page cache."""
    port = processes.free_port()
    command = [sys.executable, "-m", "bench.uncached", str(port)]
    with _started(installation, command, port, core) as process:
        yield process


def fragment(story: Story) -> str:
    """Say what the embed asks for."""
    return f"/{SITE}/discussion?{requests.query(url=story.url)}"


def story_id(port: int, story: Story) -> str:
    """Find the id of a story in its own fragment."""
    text = requests.ask(port, fragment(story), {"Accept-Encoding": "identity"}).body.decode()
    found = re.search(rf"/{SITE}/s/([0-9a-z]{{13}})", text)
    if found is None:
        raise LookupError(f"no story's address in {fragment(story)}")
    return found[1]


def posts(story: str, connection: int) -> Iterator[Ask]:
    """Give comments as the embed sends them, each by a guest of its own and in words of its own."""
    dice = random.Random(f"ours/{connection}")
    path = f"/{SITE}/s/{story}/comments"
    for number in itertools.count():
        fields = requests.query(
            body=f"{samples.text(dice)} ({connection}/{number})",
            name=f"Writer {connection}",
            key=secrets.token_hex(16),
        )
        headers = {
            "Accept": "application/json",
            "Content-Type": "application/x-www-form-urlencoded",
            "Tertulia-Guest": secrets.token_urlsafe(32),
        }
        yield Ask(request=requests.post(path, fields.encode(), headers), status=b"201", kind="post")


def count(port: int, story: Story) -> int:
    """Ask the running server how many comments a story has."""
    answer = requests.ask(port, f"/{SITE}/counts?{requests.query(url=story.url)}")
    numbers = [value for value in _values(json.loads(answer.body)) if isinstance(value, int)]
    return max(numbers, default=0)


def _values(found: object) -> Iterator[object]:
    if isinstance(found, dict):
        for value in found.values():
            yield from _values(value)
    elif isinstance(found, list):
        for value in found:
            yield from _values(value)
    else:
        yield found


@contextmanager
def _started(installation: Installation, command: list[str], port: int, core: int) -> Iterator[Process]:
    log = installation.folder / "server.log"
    with processes.started(
        command, port=port, core=core, log=log, environment=installation.environment
    ) as process:
        yield process


def _command(installation: Installation, *arguments: str) -> None:
    done = CliRunner().invoke(cli, list(arguments), env=dict(installation.environment))
    if done.exit_code:
        raise RuntimeError(f"tertulia {' '.join(arguments)}: {done.output}{done.exception or ''}")
