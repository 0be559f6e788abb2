"""What SQLite's planner believes of our tables.

Without statistics SQLite takes any first column of an index for selective: it would walk all comments of a site
(`site_id = ?`) where two ids were asked for. Statistics gathered from a young, small database would say the same.
So we state once what a grown site looks like, and gather none. PostgreSQL gathers its own.
"""

from collections.abc import Mapping
from typing import Final

from sqlalchemy import Connection, text

_ROWS: Final = 1_000_000
_PER_SITE: Final = 500_000

# How many rows of a site are left when this column is given as well; columns not named here leave as many as before.
_LEFT: Final = {
    "story_id": 200,
    "parent_id": 5,
    "root_id": 10,
    "author_id": 20,
    "comment_id": 2,
    "reply_count": 10,
    "published_at": 2,
    "last_comment_at": 2,
    "run_at": 2,
    "taken_until": 2,
    "secret_hash": 1,
    "skeleton": 1,
    "email": 1,
    "subject": 1,
    "feed_hash": 1,
    "account_id": 4,
    "credential_id": 1,
    "parent_hash": 2,
    "url_key": 1,
    "source_id": 1,
    "parent_source_id": 1,
    "our_id": 1,
    "key_hash": 1,
    "token_hash": 1,
    "unique_key": 1,
    "id": 1,
    "key": 1,
    "role": 1_000,
    "section": 5_000,
    "name": 1,
}

# Indexes of top comments only: without this the planner would as soon walk through all their replies.
_LEFT_IN: Final = {name: _LEFT | {"story_id": 80} for name in ("ix_comment_roots", "ix_comment_replied")}


def state(db: Connection) -> None:
    """Write the statistics of every index; safe to repeat. SQLite only."""
    db.execute(text("ANALYZE"))
    db.execute(text("DELETE FROM sqlite_stat1"))
    tables = [row.name for row in db.execute(text("SELECT name FROM sqlite_schema WHERE type = 'table'"))]
    for table in tables:
        for index in _indexes(db, table):
            db.execute(
                text("INSERT INTO sqlite_stat1 (tbl, idx, stat) VALUES (:tbl, :idx, :stat)"),
                {"tbl": table, "idx": index, "stat": _stat(_columns(db, index), _LEFT_IN.get(index, _LEFT))},
            )


def _indexes(db: Connection, table: str) -> list[str]:
    return [
        row.name for row in db.execute(text("SELECT name FROM pragma_index_list(:table)"), {"table": table})
    ]


def _columns(db: Connection, index: str) -> list[str]:
    query = text("SELECT name FROM pragma_index_info(:index) ORDER BY seqno")
    return [row.name for row in db.execute(query, {"index": index})]


def _stat(columns: list[str], left_by: Mapping[str, int]) -> str:
    """Write one row as SQLite does: all rows, then rows left behind each further column."""
    numbers, left = [_ROWS], _ROWS
    for column in columns:
        left = min(left, _PER_SITE if column == "site_id" else left_by.get(column, left))
        numbers.append(left)
    return " ".join(str(number) for number in numbers)
