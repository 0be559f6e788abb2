"""The chain of migrations: from nothing to exactly the tables that the store names."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from tertulia.store import migrate, migrations, version
from tertulia.store.schema import metadata
from tests import parts


def address(url: str) -> str:
    return url.replace("postgresql://", "postgresql+psycopg://")


def test_the_newest_version_has_the_tables_of_the_store(database):
    engine = create_engine(address(database))
    with engine.connect() as connection:
        context = MigrationContext.configure(
            connection, opts={"compare_type": True, "compare_server_default": True}
        )
        # What SQLite's planner believes is a table too, and none of ours.
        differences = [each for each in compare_metadata(context, metadata) if "sqlite_stat" not in str(each)]
    engine.dispose()

    assert differences == []


def sqlite_shape(path: Path) -> set[tuple[str, str, str]]:
    """Every column, key and index, partial conditions included, free of the order in which they were written."""
    shape = set()
    with sqlite3.connect(path) as connection:
        for kind, name, table, sql in connection.execute(
            "SELECT type, name, tbl_name, sql FROM sqlite_schema"
        ):
            if table.startswith(("sqlite_", "alembic_")):
                continue
            if kind == "index":
                shape.add(
                    ("index", name, " ".join((sql or "").split()) or str(index_columns(connection, name)))
                )
            for pragma in ("table_xinfo", "foreign_key_list"):
                skip = 1 if pragma == "table_xinfo" else 2
                for row in connection.execute(f"PRAGMA {pragma}({table})") if kind == "table" else ():
                    shape.add((pragma, table, str(row[skip:])))
    connection.close()
    return shape


def index_columns(connection: sqlite3.Connection, name: str) -> list[str]:
    return [row[2] for row in connection.execute(f"PRAGMA index_info({name})")]


def test_migrating_sqlite_gives_what_creating_gives(tmp_path):
    migrated, created = tmp_path / "migrated.sqlite", tmp_path / "created.sqlite"

    migrate.upgrade(f"sqlite:///{migrated}")
    engine = create_engine(f"sqlite:///{created}")
    metadata.create_all(engine)
    engine.dispose()

    assert sqlite_shape(migrated) == sqlite_shape(created)


POSTGRES_SHAPE = """
SELECT 'column', table_name, column_name, data_type || is_nullable || coalesce(column_default, '')
  FROM information_schema.columns WHERE table_schema = 'public'
UNION ALL
SELECT 'index', tablename, indexname, indexdef FROM pg_indexes WHERE schemaname = 'public'
UNION ALL
SELECT 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid)
  FROM pg_constraint WHERE connamespace = 'public'::regnamespace
"""


def postgres_shape(url: str) -> set[tuple[str, ...]]:
    with psycopg.connect(url) as connection:
        rows = connection.execute(POSTGRES_SHAPE).fetchall()
    return {row for row in rows if row[1] != "alembic_version"}


def test_migrating_postgresql_gives_what_creating_gives(postgres_url):
    created = parts.postgres_url()
    migrate.upgrade(postgres_url)
    engine = create_engine(address(created))
    metadata.create_all(engine)
    engine.dispose()

    try:
        assert postgres_shape(postgres_url) == postgres_shape(created)
    finally:
        parts.drop_database(created)


def require_newest(url: str) -> None:
    engine = create_engine(address(url))
    try:
        with engine.connect() as connection:
            version.require_newest(connection)
    finally:
        engine.dispose()


def test_migrating_again_changes_nothing(database):
    migrate.upgrade(database)

    require_newest(database)


def test_the_program_needs_the_head_of_the_chain(database):
    assert migrate.versions(database) == (version.NEWEST, version.NEWEST)
    head = ScriptDirectory(str(Path(migrations.__file__).parent)).get_current_head()
    assert head == version.NEWEST


def test_a_database_that_was_never_migrated_is_refused(tmp_path, postgres_url):
    for url in (f"sqlite:///{tmp_path / 'new.sqlite'}", postgres_url):
        with pytest.raises(version.Unmigrated, match="tertulia db upgrade"):
            require_newest(url)


@pytest.fixture
def from_the_future(database: str) -> Iterator[str]:
    engine = create_engine(address(database))
    statement = "UPDATE alembic_version SET version_num = '{}'"
    with engine.begin() as connection:
        connection.exec_driver_sql(statement.format("9999"))
    yield database
    with engine.begin() as connection:
        connection.exec_driver_sql(statement.format(version.NEWEST))
    engine.dispose()


def test_a_database_from_the_future_is_refused(from_the_future):
    with pytest.raises(version.Unmigrated, match="9999"):
        require_newest(from_the_future)
