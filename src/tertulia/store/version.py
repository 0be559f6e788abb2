"""Which version of the database this program needs, and which one it finds.

Apart from `migrate.py`, so that a serving process does not carry the migration tools in its memory.
"""

from typing import Final

from sqlalchemy import Connection, inspect, text

NEWEST: Final = "0004"
"""The head of the chain in `migrations/versions`; a test holds the two together."""


class Unmigrated(Exception):
    """The database is not at the version this program needs."""


def found(db: Connection) -> str | None:
    """Give the version of an open database; None when it was never migrated."""
    if not inspect(db).has_table("alembic_version"):
        return None
    version: str | None = db.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
    return version


def require_newest(db: Connection) -> None:
    """Raise `Unmigrated` when the database is behind or ahead."""
    version = found(db)
    if version != NEWEST:
        message = f"database at version {version or 'none'}, needs {NEWEST}: run `tertulia db upgrade`"
        raise Unmigrated(message)
