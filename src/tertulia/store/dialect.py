"""The only file that asks which database it is."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Insert, Select, Table, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Dialect

LAST_CHARACTER: Final = "\U0010ffff"


def is_sqlite(db: Connection) -> bool:
    """Whether this connection speaks to SQLite."""
    return db.dialect.name == "sqlite"


def prepare_sqlite(driver: Any, _record: object) -> None:
    """Set up a new SQLite connection."""
    cursor = driver.cursor()
    # FULL: a commit that was answered is on the disk. WAL: readers never wait for the writer. What it holds goes into
    # the file every 4,000 pages (16 MB), not every 1,000: the same pages are written again and again while many write.
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        "busy_timeout=10000",
        "temp_store=MEMORY",
        "cache_size=-8000",
        "mmap_size=134217728",
        "journal_size_limit=67108864",
        "wal_autocheckpoint=4000",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def insert_new(db: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> int:
    """Insert rows and pass over those whose key is there already; give how many were written."""
    if not rows:
        return 0
    insert = _insert_new(table, db.dialect.name)
    return db.execute(insert, rows[0] if len(rows) == 1 else list(rows)).rowcount


def insert_unless_there(table: Table, dialect: Dialect) -> Insert:
    """Give the statement that inserts a row whose key is not there, in a database's own words."""
    return _insert_new(table, dialect.name)


@lru_cache(maxsize=64)
def _insert_new(table: Table, dialect: str) -> Insert:
    insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    # Without the option SQLAlchemy gives -1 for inserts through psycopg.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


def insert_or_update(
    db: Connection, table: Table, row: Mapping[str, Any], *, key: Sequence[str], values: Sequence[str]
) -> None:
    """Insert a row, or give the named columns of the one with this key the new values."""
    insert = (sqlite.insert if is_sqlite(db) else postgresql.insert)(table).values(dict(row))
    db.execute(
        insert.on_conflict_do_update(
            index_elements=list(key), set_={name: insert.excluded[name] for name in values}
        )
    )


def lock_site(db: Connection, site_id: int) -> None:
    """Let the writers of one site's events go one after the other until commit.

    PostgreSQL's transactions may commit in another order than their numbers; SQLite has one writer anyway.
    """
    if not is_sqlite(db):
        db.execute(select(func.pg_advisory_xact_lock(site_id)))


def lock_word(db: Connection, site_id: int, word: str) -> None:
    """Let writers that mean the same word on a site go one after the other until commit; SQLite has one anyway."""
    if not is_sqlite(db):
        db.execute(select(func.pg_advisory_xact_lock(func.hashtextextended(word, site_id))))


def lock_rows(db: Connection, query: Select[Any]) -> Select[Any]:
    """Lock the rows a query gives and pass over those that somebody else has locked."""
    return query if is_sqlite(db) else query.with_for_update(skip_locked=True)


def lock(db: Connection, query: Select[Any], given: Mapping[str, Any]) -> None:
    """Lock the rows a query gives until commit. Rows that refer to them may still be written beside."""
    if not is_sqlite(db):
        db.execute(query.with_for_update(key_share=True), dict(given))


def begins_with(db: Connection, column: ColumnElement[Any], text: str) -> ColumnElement[bool]:
    """Say that a column's text begins so, letter by letter.

    SQLite's LIKE knows no case and so no index; a range knows both. PostgreSQL orders words as people do, so that what
    begins alike need not stand together.
    """
    if is_sqlite(db):
        return (column >= text) & (column < text + LAST_CHARACTER)
    return column.startswith(text, autoescape=True)


def now(db: Connection) -> datetime:
    """Give the time as the database sees it, to the second."""
    query = "SELECT unixepoch()" if is_sqlite(db) else "SELECT extract(epoch FROM clock_timestamp())"
    return datetime.fromtimestamp(float(db.execute(text(query)).scalar_one()), UTC)


def refresh_statistics(db: Connection, tables: Sequence[Table]) -> None:
    """Let the planner look at tables that just grew; SQLite's planner is told once, in `statistics.py`.

    PostgreSQL's own look comes a minute later, and until then it takes a full discussion for an empty one.
    """
    if not is_sqlite(db):
        for table in tables:
            db.execute(text(f"ANALYZE {table.name}"))
