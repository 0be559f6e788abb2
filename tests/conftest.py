"""Fixtures every floor's tests share: the two databases, Valkey and a browser, all of them real."""

import shutil
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from playwright.sync_api import Browser, sync_playwright

from tests import parts

# No test asserts a time, so neither does Hypothesis: both of these look at the clock, and a machine may stall.
settings.register_profile("house", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("house")

CHROMIUM_FLAGS = [
    "--no-sandbox",  # root in a container has no user namespaces to build one from; the pages are our own
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-dev-shm-usage",
]
LOOPBACK = ("127.", "::1", "localhost", "testserver")


def pytest_configure(config: pytest.Config) -> None:
    if hasattr(config, "workerinput"):
        return
    parts.open_run()
    # pytest cleans up after Ctrl-C; a build machine that gives up sends this instead.
    signal.signal(signal.SIGTERM, signal.default_int_handler)


def pytest_unconfigure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        parts.close_run()


def refuse_the_network(event: str, arguments: tuple[object, ...]) -> None:
    """Nothing outside this machine is reached from a test, by accident or otherwise."""
    if event != "socket.connect":
        return
    address = arguments[1]
    if isinstance(address, tuple) and not str(address[0]).startswith(LOOPBACK):
        raise RuntimeError(f"A test tried to reach {address[0]}; tests talk to this machine only")


sys.addaudithook(refuse_the_network)


@pytest.fixture
def postgres_url() -> Iterator[str]:
    """An empty PostgreSQL database, for tests of the migrations themselves; the others ask for `database`."""
    url = parts.postgres_url()
    yield url
    parts.drop_database(url)


@pytest.fixture
def valkey_url() -> str:
    """A Valkey that no other test is using now, empty."""
    url = parts.valkey_url()
    parts.empty_valkey(url)
    return url


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, one per module: while it runs, its thread cannot run an event loop of a test's own."""
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=parts.chromium_path(), args=CHROMIUM_FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest) -> str:
    """The URL of an empty, migrated database; the test runs once on each of the two we support."""
    url: str = request.getfixturevalue(f"{request.param}_database")
    return url


@pytest.fixture
def sqlite_database(sqlite_template: Path, tmp_path: Path) -> str:
    """A migrated SQLite file: a copy, because migrating takes a thousand times longer."""
    copy = tmp_path / "tertulia.sqlite"
    shutil.copyfile(sqlite_template, copy)
    return f"sqlite:///{copy}"


@pytest.fixture
def postgresql_database(postgresql_migrated: str) -> str:
    """A migrated PostgreSQL database, emptied by DELETE: much faster than TRUNCATE or a new database."""
    from tertulia.store.schema import metadata  # noqa: PLC0415 - tests of the domain must not pay for the store

    tables = [table.name for table in reversed(metadata.sorted_tables)]
    with psycopg.connect(postgresql_migrated) as connection:
        # Somebody's forgotten transaction is named by this, instead of by the test's time limit.
        connection.execute("SET lock_timeout = '15s'")
        connection.execute("".join(f'DELETE FROM "{table}";' for table in tables).encode())
    return postgresql_migrated


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tertulia.store.migrate import upgrade  # noqa: PLC0415 - as above

    template = tmp_path_factory.mktemp("template") / "tertulia.sqlite"
    upgrade(f"sqlite:///{template}")
    leftover = [name for suffix in ("-wal", "-journal") if (name := Path(f"{template}{suffix}")).exists()]
    assert not leftover, f"migrating left {leftover}: a connection is still open, so a copy would miss rows"
    return template


@pytest.fixture(scope="session")
def postgresql_migrated() -> str:
    from tertulia.store.migrate import upgrade  # noqa: PLC0415 - as above

    url = parts.postgres_url()
    upgrade(url)
    return url
