"""The real programs the tests run against: PostgreSQL, Valkey (or Redis), Chromium, and PHP and Node.

One folder serves a whole run. The process that leads it (pytest itself, or xdist's controller) makes the
folder and stops all that runs in it. Whichever process first needs a server starts it, under a file lock;
a run that needs none starts none. A program that is not on the machine is an error with its remedy, never a skip.
"""

import fcntl
import functools
import itertools
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import psycopg

RUN_FOLDER = "TERTULIA_TEST_RUN"
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "main")
_numbers = itertools.count(1)


class PartMissing(Exception):
    """A program the tests need is not on this machine, or does not start; says what to do."""

    def __init__(self, program: str, package: str) -> None:
        super().__init__(f"{program} is not on this machine. Install it: sudo apt-get install {package}")


def open_run() -> None:
    """Make the folder of this run. Workers find it through the environment they inherit."""
    folder = Path(tempfile.mkdtemp(prefix="tertulia-test-"))
    folder.chmod(0o755)  # a PostgreSQL that runs as another user has to reach its own folder inside
    os.environ[RUN_FOLDER] = str(folder)


def close_run() -> None:
    """Stop every server of this run, and remove the folder."""
    folder = Path(os.environ.pop(RUN_FOLDER))
    if (folder / "postgres" / "postmaster.pid").exists():
        _as_server("pg_ctl", "stop", "-w", "-m", "immediate", "-D", str(folder / "postgres"), check=False)
    for address in folder.glob("valkey-*.port"):
        _stop_valkey(int(address.read_text()))
    shutil.rmtree(folder, ignore_errors=True)


def postgres_url() -> str:
    """A new, empty PostgreSQL database of this process's own; `drop_database` takes it away again."""
    name = f"tertulia_{WORKER}_{next(_numbers)}"
    server = _postgres_server()
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"'.encode())
    return f"{server}/{name}"


def drop_database(url: str) -> None:
    """Drop a database that `postgres_url` made, whoever is still connected to it."""
    server, name = url.rsplit("/", 1)
    with psycopg.connect(f"{server}/postgres", autocommit=True) as connection:
        connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)'.encode())


@functools.cache
def valkey_url() -> str:
    """A Valkey of this process's own: database numbers do not separate channels, so workers share none."""
    port = _started_once(f"valkey-{WORKER}.port", _start_valkey)
    return f"valkey://127.0.0.1:{port}/0"


def empty_valkey(url: str) -> None:
    """Forget every key that the last test left in this process's Valkey."""
    port = urlsplit(url).port
    assert port is not None
    _say(port, b"FLUSHALL\r\n")


@functools.cache
def chromium_path() -> str:
    """Where the system's Chromium is."""
    for name in ("chromium", "chromium-browser", "google-chrome"):
        if path := shutil.which(name):
            return path
    raise PartMissing("Chromium", "chromium")


def php_path() -> str:
    """Where PHP is."""
    return _found("php", "PHP", "php-cli")


def node_path() -> str:
    """Where Node is."""
    return _found("node", "Node", "nodejs")


def _found(name: str, program: str, package: str) -> str:
    path = shutil.which(name)
    if path is None:
        raise PartMissing(program, package)
    return path


@functools.cache
def _postgres_server() -> str:
    port = _started_once("postgres.port", _start_postgres)
    return f"postgresql://tertulia@127.0.0.1:{port}"


def _started_once(name: str, start: Callable[[Path], int]) -> int:
    """The port noted under `name` in the run's folder, after starting the server if nobody has yet."""
    folder = Path(os.environ[RUN_FOLDER])
    with _locked(folder / f"{name}.lock"):
        note = folder / name
        if not note.exists():
            note.write_text(str(start(folder)))
        return int(note.read_text())


@contextmanager
def _locked(path: Path) -> Iterator[None]:
    with path.open("w") as handle:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield


def _start_postgres(folder: Path) -> int:
    data = folder / "postgres"
    data.mkdir(mode=0o700)
    if (owner := _server_user()) is not None:
        shutil.chown(data, owner)
    where = ("-D", str(data))
    _as_server("initdb", *where, "-U", "tertulia", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    port = _free_port()
    # Nothing here outlives the run, so nothing waits for the disk; what is durable is measured in bench/.
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {data} -c max_connections=300 -c fsync=off"
    _as_server("pg_ctl", "start", "-w", *where, "-l", str(data / "server.log"), "-o", options)
    return port


def _as_server(program: str, *arguments: str, check: bool = True) -> None:
    """Run one of PostgreSQL's programs; as an ordinary user when we are root, which it refuses to serve."""
    command = [str(_postgres_programs() / program), *arguments]
    done = subprocess.run(
        command,
        check=False,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE
        if program != "pg_ctl"
        else subprocess.DEVNULL,  # the server would hold a pipe open
        stderr=subprocess.STDOUT,
        cwd="/",
        user=_server_user(),
        text=True,
    )
    if check and done.returncode != 0:
        raise RuntimeError(f"{' '.join(command)} failed: {done.stdout or _server_log(arguments)}")


def _server_log(arguments: tuple[str, ...]) -> str:
    logs = [Path(argument) for argument in arguments if argument.endswith("server.log")]
    return "".join(log.read_text() for log in logs if log.exists())


def _server_user() -> str | None:
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"


@functools.cache
def _postgres_programs() -> Path:
    """The folder of initdb and pg_ctl; Debian keeps them off the PATH, the newest version last."""
    installed = sorted(
        Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name)
    )
    on_path = [Path(found).parent for found in [shutil.which("initdb")] if found]
    for folder in [*reversed(installed), *on_path]:
        if (folder / "initdb").exists() and (folder / "pg_ctl").exists():
            return folder
    raise PartMissing("PostgreSQL", "postgresql")


def _start_valkey(folder: Path) -> int:
    program = shutil.which("valkey-server") or shutil.which("redis-server")
    if program is None:
        raise PartMissing("Valkey (or Redis)", "valkey-server  # or redis-server")
    port = _free_port()
    keeps_nothing = ["--save", "", "--appendonly", "no", "--dir", str(folder)]
    listens = ["--bind", "127.0.0.1", "--port", str(port)]
    log = str(folder / f"valkey-{WORKER}.log")
    subprocess.run([program, *listens, *keeps_nothing, "--daemonize", "yes", "--logfile", log], check=True)
    _wait_for_pong(port, deadline=time.monotonic() + 20)
    return port


def _wait_for_pong(port: int, deadline: float) -> None:
    answer = b""
    while not answer.startswith(b"+PONG"):
        if time.monotonic() > deadline:
            raise TimeoutError(f"Valkey did not answer a PING on port {port}")
        try:
            answer = _say(port, b"PING\r\n")
        except ConnectionRefusedError:
            os.sched_yield()


def _stop_valkey(port: int) -> None:
    try:
        _say(port, b"SHUTDOWN NOSAVE\r\n")
    except ConnectionError:
        return  # it is gone, which was the aim


def _say(port: int, line: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as connection:
        connection.sendall(line)
        return connection.recv(64)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
