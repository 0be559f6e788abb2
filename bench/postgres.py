"""A PostgreSQL of our own with its defaults, so that a commit is on the disk before it is answered."""

import os
import pwd
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bench.processes import free_port


def programs() -> Path | None:
    """Find the folder of initdb and pg_ctl, the newest version; None where there is none."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: float(folder.parent.name))
    on_path = shutil.which("initdb")
    places = [*reversed(found), *([Path(on_path).parent] if on_path else [])]
    return next((place for place in places if (place / "pg_ctl").exists()), None)


@contextmanager
def serving(folder: Path, core: int) -> Iterator[str]:
    """Run a server on one core and give the URL of an empty database."""
    place = programs()
    if place is None:
        raise FileNotFoundError("PostgreSQL is not on this machine: sudo apt-get install postgresql")
    data = folder / "postgres"
    data.mkdir(parents=True, mode=0o700)
    user = _user()
    if user is not None:
        shutil.chown(data, user)
    port = free_port()
    log = data / "server.log"

    def control(program: str, *arguments: str) -> None:
        # A pipe would be held open by the server; its words are in its log.
        subprocess.run(
            [str(place / program), "-D", str(data), *arguments],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            cwd="/",
            user=user,
            preexec_fn=lambda: os.sched_setaffinity(0, {core}),
            check=True,
        )

    control("initdb", "-U", "tertulia", "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
    options = f"-p {port} -c listen_addresses=127.0.0.1 -k {data}"
    control("pg_ctl", "start", "-w", "-l", str(log), "-o", options)
    try:
        yield f"postgresql://tertulia@127.0.0.1:{port}/postgres"
    finally:
        control("pg_ctl", "stop", "-w", "-m", "fast")


def _user() -> str | None:
    """Choose who runs it: PostgreSQL refuses to be run by root."""
    if os.geteuid() != 0:
        return None
    known = {entry.pw_name for entry in pwd.getpwall()}
    return "postgres" if "postgres" in known else "nobody"
