"""Isso 0.14.0 as its package installs it: its own server, its own schema, its defaults, its rate limit off.

What its page asks for is read off its own script (`js/embed.js`, `js/app/api.js`): the configuration, then all top
comments with five replies each.
"""

import itertools
import json
import random
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

from bench import processes, requests, samples
from bench.load import Ask
from bench.processes import Process
from bench.samples import Story

CONFIGURATION = "/config"
PROGRAM = Path(__file__).parent.parent / ".venv-bench" / "bin" / "isso"
_CONFIGURATION = """\
[general]
dbpath = {folder}/isso.db
host = {origin}/
[server]
listen = http://127.0.0.1:{port}/
[guard]
enabled = false
"""


@contextmanager
def serving(folder: Path, stories: list[Story], core: int) -> Iterator[Process]:
    """Run `isso run` on a new database with these discussions."""
    folder.mkdir(parents=True)
    port = processes.free_port()
    configuration = folder / "isso.cfg"
    configuration.write_text(_CONFIGURATION.format(folder=folder, origin=samples.ORIGIN, port=port))
    command = [str(PROGRAM), "-c", str(configuration), "run"]
    with processes.started(command, port=port, core=core, log=folder / "isso.log") as process:
        # The server makes its tables when it starts and looks into them anew at each request.
        _fill(folder / "isso.db", stories)
        yield process


def widget(story: Story) -> str:
    """Say what the widget asks for to show a page, by its own defaults."""
    return f"/?{requests.query(uri=story.path, sort='oldest', offset='0', nested_limit='5')}"


def posts(story: Story, connection: int) -> Iterator[Ask]:
    """Give comments as the widget sends them."""
    dice = random.Random(f"ours/{connection}")
    path = f"/new?{requests.query(uri=story.path)}"
    for number in itertools.count():
        body = json.dumps(
            {
                "author": f"Writer {connection}",
                "email": None,
                "website": None,
                "text": f"{samples.text(dice)} ({connection}/{number})",
                "parent": None,
                "title": story.title,
                "notification": 0,
            }
        )
        headers = {"Content-Type": "application/json"}
        yield Ask(request=requests.post(path, body.encode(), headers), status=b"201", kind="post")


def _fill(database: Path, stories: list[Story]) -> None:
    with closing(sqlite3.connect(database)) as db, db:
        for each in stories:
            thread = db.execute(
                "INSERT INTO threads (uri, title) VALUES (?, ?)", (each.path, each.title)
            ).lastrowid
            first = db.execute("SELECT coalesce(max(id), 0) + 1 FROM comments").fetchone()[0]
            db.executemany(
                "INSERT INTO comments (tid, id, parent, created, mode, remote_addr, text, author, voters)"
                " VALUES (?, ?, ?, ?, 1, ?, ?, ?, ?)",
                [
                    (
                        thread,
                        first + comment.number,
                        # It keeps one level: a reply to a reply belongs to the thread's first comment.
                        None if comment.root is None else first + comment.root,
                        comment.created_at.timestamp(),
                        f"10.0.{comment.number % 200}.0",
                        comment.body,
                        comment.name,
                        bytes(256),
                    )
                    for comment in each.comments
                ],
            )
