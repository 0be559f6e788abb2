"""Commands as people call them: words in, an exit code and two streams out."""

import io
import os
import socket
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from tertulia.cli import main


@dataclass(frozen=True, kw_only=True)
class Done:
    """What a command left."""

    code: int
    data: bytes
    """Standard output as it is."""
    errors: str

    @property
    def output(self) -> str:
        return self.data.decode("utf-8")


Run = Callable[..., Done]


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Run:
    """Call `tertulia` with these words, in a folder of its own, with no settings but those given by name."""

    def call(*words: str, **settings: str) -> Done:
        output, errors = io.TextIOWrapper(io.BytesIO(), "utf-8"), io.TextIOWrapper(io.BytesIO(), "utf-8")
        with monkeypatch.context() as place:
            place.chdir(tmp_path)
            for name in [name for name in os.environ if name.startswith("TERTULIA_")]:
                place.delenv(name)
            for name, value in settings.items():
                place.setenv(f"TERTULIA_{name.upper()}", value)
            place.setattr(sys, "argv", ["tertulia", *words])
            place.setattr(sys, "stdout", output)
            place.setattr(sys, "stderr", errors)
            code = _code()
        output.flush()
        errors.flush()
        return Done(code=code, data=output.buffer.getvalue(), errors=errors.buffer.getvalue().decode("utf-8"))

    return call


@pytest.fixture
def gazette(run: Run, database: str) -> str:
    """The URL of a database with the site `gazette`."""
    added = run(
        "site",
        "add",
        "gazette",
        "--name",
        "The Gazette",
        "--origin",
        "https://www.example.org",
        database=database,
    )
    assert added.code == 0, added.errors
    return database


@pytest.fixture
def closed_port() -> Iterator[int]:
    """A port on which nobody listens: it is ours, and we do not."""
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        yield held.getsockname()[1]


def _code() -> int:
    try:
        main()
    except SystemExit as ended:
        return ended.code if isinstance(ended.code, int) else 1
    return 0
