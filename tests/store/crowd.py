"""A process that writes with many threads at once and says of each row when it was told that it is kept.

Run as a program by `test_durability.py`, which ends it without warning.
"""

import itertools
import os
import sys
import threading
from datetime import UTC, datetime

from sqlalchemy import insert

from tertulia.store import engine
from tertulia.store.schema import lease

WRITERS = 16
MOMENT = datetime(2026, 3, 14, tzinfo=UTC)


def write_for_ever(database: engine.Database, writer: int) -> None:
    for number in itertools.count():
        name = f"{writer}-{number}"
        with database.write() as connection:
            connection.execute(insert(lease).values(name=name, holder="crowd", until=MOMENT))
        # One system call a line: lines of several threads never mix, and none waits in a buffer.
        os.write(sys.stdout.fileno(), f"{name}\n".encode())


if __name__ == "__main__":
    shared = engine.connect(sys.argv[1], threads=WRITERS)
    for each in range(WRITERS):
        threading.Thread(target=write_for_ever, args=(shared, each)).start()
