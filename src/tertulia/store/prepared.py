"""Statements that every comment needs, compiled once and run by the driver itself (ADR 0016).

SQLAlchemy makes them and knows their types; its own way of running one takes five times as long as SQLite does.
"""

from collections import namedtuple
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from operator import itemgetter
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.engine import Dialect
from sqlalchemy.exc import DBAPIError
from sqlalchemy.sql import Executable

Statement = Any
"""A Core statement. The two databases' own inserts have no common type of their own."""


def run(db: Connection, statement: str, given: Sequence[Any] | Mapping[str, Any] = ()) -> Any:
    """Let the driver run a statement and give its cursor; its errors come as SQLAlchemy's, without what was given."""
    driver: Any = db.connection.dbapi_connection
    try:
        cursor = driver.execute(statement, given)
    except db.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(
            statement,
            None,
            error,
            db.dialect.loaded_dbapi.Error,
            hide_parameters=True,
            dialect=db.dialect,
        ) from error
    # Who counts statements counts these, too.
    if listeners := db.engine.dispatch.after_cursor_execute:
        listeners(db, cursor, statement, given, None, False)
    return cursor


class Prepared:
    """One statement for both databases. Rows come as named tuples, like those of SQLAlchemy.

    Every parameter must be given: what a column has as default is not filled in.
    """

    def __init__(self, make: Executable | Callable[[Dialect], Executable]) -> None:
        self._make = make
        self._compiled: dict[str, _Compiled] = {}

    def all(self, db: Connection, given: Mapping[str, Any]) -> list[Any]:
        """Run it and give all rows."""
        compiled = self._for(db)
        return compiled.rows(compiled.execute(db, given))

    def one_or_none(self, db: Connection, given: Mapping[str, Any]) -> Any:
        """Run what gives one row at most."""
        found = self.all(db, given)
        return found[0] if found else None

    def run(self, db: Connection, given: Mapping[str, Any]) -> int:
        """Run what gives no rows; say how many it changed."""
        changed: int = self._for(db).execute(db, given).rowcount
        return changed

    def _for(self, db: Connection) -> "_Compiled":
        compiled = self._compiled.get(db.dialect.name)
        if compiled is None:
            statement = self._make(db.dialect) if callable(self._make) else self._make
            compiled = self._compiled[db.dialect.name] = _Compiled(statement, db.dialect)
        return compiled


class _Compiled:
    """A statement in one database's words."""

    def __init__(self, statement: Statement, dialect: Dialect) -> None:
        compiled = statement.compile(dialect=dialect)
        self._text = str(compiled)
        if "POSTCOMPILE" in self._text:
            raise ValueError(f"a list of any length has no fixed text: {self._text}")
        self._is_positional = compiled.positional
        self._names: Sequence[str] = compiled.positiontup if compiled.positional else list(compiled.binds)
        # Gives a tuple only for more than one name.
        self._pick = itemgetter(*self._names) if len(self._names) > 1 else self._pick_few
        binders = [
            compiled.binds[name].type.dialect_impl(dialect).bind_processor(dialect) for name in self._names
        ]
        self._binders = [(at, bind) for at, bind in enumerate(binders) if bind is not None]
        self._constants = {name: bound.value for name, bound in compiled.binds.items() if not bound.required}
        columns = list(statement.exported_columns)
        row: Any = namedtuple("Row", [column.key for column in columns])  # type: ignore[misc]
        # What `_make` does, without a look at the length.
        self._row: Callable[[Sequence[Any]], Any] = partial(tuple.__new__, row)
        self._dialect = dialect
        self._types = [column.type.dialect_impl(dialect) for column in columns]
        self._readers: list[tuple[int, Callable[[Any], Any]]] | None = None

    def execute(self, db: Connection, given: Mapping[str, Any]) -> Any:
        values = self._pick({**self._constants, **given} if self._constants else given)
        if self._binders:
            values = list(values)
            for at, bind in self._binders:
                values[at] = bind(values[at])
        told = values if self._is_positional else dict(zip(self._names, values, strict=True))
        return run(db, self._text, told)

    def _pick_few(self, known: Mapping[str, Any]) -> Sequence[Any]:
        return [known[name] for name in self._names]

    def rows(self, cursor: Any) -> list[Any]:
        readers = self._readers
        if readers is None:
            readers = self._readers = self._make_readers(cursor.description)
        if not readers:
            return [self._row(found) for found in cursor.fetchall()]
        rows = []
        for found in cursor.fetchall():
            values = list(found)
            for at, read in readers:
                values[at] = read(values[at])
            rows.append(self._row(values))
        return rows

    def _make_readers(self, described: Sequence[Sequence[Any]]) -> list[tuple[int, Callable[[Any], Any]]]:
        """Say how to read each column that is not given as it is; the driver's own type may have a word in it."""
        made = [
            kind.result_processor(self._dialect, column[1])
            for kind, column in zip(self._types, described, strict=True)
        ]
        return [(at, read) for at, read in enumerate(made) if read is not None]
