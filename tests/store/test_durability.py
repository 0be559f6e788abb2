"""An answered write survives the sudden death of the process."""

import subprocess
import sys
from pathlib import Path

from sqlalchemy import select

from tertulia.store.schema import lease
from tests.store import crowd

ENOUGH = 300


def test_what_was_acknowledged_survives_a_killed_process(db, database):
    command = [sys.executable, "-m", "tests.store.crowd", database]
    root = Path(__file__).parents[2]

    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=root) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(ENOUGH)]
        process.kill()
        acknowledged += process.stdout.readlines()

    # The last line may have been cut in the middle.
    told = {line.decode().strip() for line in acknowledged if line.endswith(b"\n")}
    with db.read() as connection:
        kept = set(connection.execute(select(lease.c.name)).scalars())
    assert len(told) >= ENOUGH
    assert told <= kept
    assert len(kept) <= len(told) + crowd.WRITERS


def test_sqlite_flushes_every_commit_to_the_disk(sqlite_database):
    database = crowd.engine.connect(sqlite_database)
    with database.write() as connection:
        flushing = connection.exec_driver_sql("PRAGMA synchronous").scalar_one()
        journal = connection.exec_driver_sql("PRAGMA journal_mode").scalar_one()
        has_foreign_keys = connection.exec_driver_sql("PRAGMA foreign_keys").scalar_one()
    database.close()

    assert (flushing, journal, has_foreign_keys) == (2, "wal", 1)
