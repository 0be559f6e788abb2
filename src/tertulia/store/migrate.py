"""Runs the one chain of migrations, and says where a database stands in it."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import make_url
from sqlalchemy.pool import NullPool

from tertulia.store import dialect, statistics, version


def upgrade(url: str) -> None:
    """Bring the database at `url` to the newest version; SQLite makes the file when it is missing."""
    engine = _engine(url)
    try:
        with engine.begin() as connection:
            configuration = _configuration()
            configuration.attributes["connection"] = connection
            command.upgrade(configuration, "head")
            if dialect.is_sqlite(connection):
                statistics.state(connection)
    finally:
        engine.dispose()


def versions(url: str) -> tuple[str | None, str]:
    """Give the version the database has and the one it should have."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite" and not Path(address.database or "").exists():
        # Looking makes no file: it would belong to whoever looked, and the server could not write it.
        return None, version.NEWEST
    engine = _engine(url)
    try:
        with engine.connect() as connection:
            return version.found(connection), version.NEWEST
    finally:
        engine.dispose()


def _configuration() -> Config:
    configuration = Config()
    configuration.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    configuration.set_main_option("path_separator", "os")
    return configuration


def _engine(url: str) -> Engine:
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        engine = create_engine(address, poolclass=NullPool)
        event.listen(engine, "connect", dialect.prepare_sqlite)
        return engine
    return create_engine(address.set(drivername="postgresql+psycopg"), poolclass=NullPool)
