"""Large discussions as rows: the same as posting them one by one, a thousand times faster."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from random import Random
from typing import Any

from sqlalchemy import Connection

from tertulia.domain import ids
from tertulia.domain.authors import Author, AuthorKind
from tertulia.domain.comments import Comment, Wording
from tertulia.domain.ids import AuthorId, CommentId
from tertulia.domain.stories import Story
from tertulia.store import authors
from tertulia.store import comments as comment_store
from tertulia.store import stories as story_store
from tertulia.store import transfer as store
from tertulia.testing.builders import Make
from tertulia.testing.clocks import NOON
from tests.domain.samples import comment as sample

BEGINNING = NOON - timedelta(days=30)
PIECE = 5_000


def usual(size: int, *, seed: int = 1) -> list[int | None]:
    """For each comment, which earlier one it answers: six in ten do, mostly a late one, to some depth."""
    random = Random(seed)
    return [
        None
        if number == 0 or random.random() > 0.6
        else number - 1 - min(number - 1, int(random.expovariate(0.1)))
        for number in range(size)
    ]


def chain(length: int) -> list[int | None]:
    return [None, *range(length)]


def fan(width: int) -> list[int | None]:
    return [None, *[0] * width]


def fill(make: Make, story: Story, parents: Sequence[int | None]) -> list[CommentId]:
    """Write a story's comments, a second apart, and give their ids."""
    made = _comments(story, parents)
    wording = Wording(source="Words.", html="<p>Words.</p>", text="Words.")
    with make.write() as unit:
        face = Author(id=AuthorId(unit.new_id()), name="Many", kind=AuthorKind.IMPORTED)
        authors.insert_guest(unit.db, unit.site.id, face, secret_hash="", now=unit.now)
    for start in range(0, len(made), PIECE):
        with make.write() as unit:
            rows = [
                comment_store.row_of(unit.site.id, replace(each, author=face), wording, renderer=1)
                for each in made[start : start + PIECE]
            ]
            write(unit.db, rows)
    with make.write() as unit:
        story_store.move(unit.db, unit.site.id, story.id, added=len(made), last_comment_at=unit.now)
        store.settle(unit.db)
    return [each.id for each in made]


def write(db: Connection, rows: list[dict[str, Any]]) -> None:
    """Insert rows; on PostgreSQL by COPY and without asking for each row whether its parent is there."""
    if db.dialect.name == "sqlite":
        store.insert_comments(db, rows)
        return
    db.exec_driver_sql("SET LOCAL session_replication_role = replica")
    driver: Any = db.connection.dbapi_connection
    with driver.cursor() as cursor, cursor.copy(f"COPY comment ({', '.join(rows[0])}) FROM STDIN") as copy:
        for row in rows:
            copy.write_row(list(row.values()))


def _comments(story: Story, parents: Sequence[int | None]) -> list[Comment]:
    children = [0] * len(parents)
    below = [0] * len(parents)
    roots: list[int] = []
    depths: list[int] = []
    for number, parent in enumerate(parents):
        roots.append(number if parent is None else roots[parent])
        depths.append(0 if parent is None else depths[parent] + 1)
        if parent is not None:
            children[parent] += 1
            below[roots[parent]] += 1
    low = story.id & ids.LOW_MASK  # stories of one site share no ids
    own = [CommentId(ids.at(BEGINNING + timedelta(seconds=n), low)) for n in range(len(parents))]
    return [
        sample(
            number,
            id=own[number],
            parent_id=None if parent is None else own[parent],
            story_id=story.id,
            root_id=own[roots[number]],
            depth=depths[number],
            created_at=BEGINNING + timedelta(seconds=number),
            published_at=BEGINNING + timedelta(seconds=number),
            child_count=children[number],
            reply_count=below[number] if parent is None else 0,
        )
        for number, parent in enumerate(parents)
    ]
