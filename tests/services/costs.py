"""What a use case costs the database: statements, rows that it gave, rows that it had to look at."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import event, text

from tertulia.services.unit import Unit
from tertulia.testing.builders import Make

STEPS = 50
"""Instructions of SQLite's machine between two counts."""
MADE_INSIDE = (["up"], ["anon_1"], ["CONSTANT"], ["(subquery-1)"])
LOOKED_AT = """
SELECT sum(seq_tup_read + idx_tup_fetch) AS looked_at,
       sum(seq_scan) FILTER (WHERE relname = 'comment') AS walks
  FROM pg_stat_xact_user_tables
"""


@dataclass(slots=True)
class Cost:
    statements: int = 0
    rows: int = 0
    """Rows that came back."""
    looked_at: int = 0
    """Rows PostgreSQL touched; on SQLite the instructions that it ran."""
    plan: list[str] = field(default_factory=list)
    """SQLite's plan; on PostgreSQL a line `SCAN` for each time that a table of comments was walked through."""

    @property
    def walks(self) -> list[str]:
        """Tables that were walked through; what a statement made itself may be."""
        return [
            line for line in self.plan if line.startswith("SCAN") and line.split()[1:2] not in MADE_INSIDE
        ]


def cost_of(make: Make, use: Callable[[Unit], Any]) -> Cost:
    """Run a reading use case and count."""
    use_once(make, use)  # what is prepared once for a process is not the cost of a page
    cost = Cost()
    ran: list[tuple[str, Any]] = []

    def after(_db: Any, cursor: Any, statement: str, parameters: Any, *_: Any) -> None:
        ran.append((statement, parameters))
        cost.rows += max(0, cursor.rowcount)

    with make.read() as unit:
        driver: Any = unit.db.connection.dbapi_connection
        is_sqlite = unit.db.dialect.name == "sqlite"
        if is_sqlite:
            watch_sqlite(driver, cost)
        else:
            before = unit.db.execute(text(LOOKED_AT)).one()
        event.listen(make.units.database.engine, "after_cursor_execute", after)
        use(unit)
        event.remove(make.units.database.engine, "after_cursor_execute", after)
        cost.statements = len(ran)
        if is_sqlite:
            driver.row_factory = None
            driver.set_progress_handler(None, 0)
            cost.plan = [line for statement in ran for line in plan_of(driver, *statement)]
        else:
            touched = unit.db.execute(text(LOOKED_AT)).one()
            cost.looked_at = int(touched.looked_at - before.looked_at)
            cost.plan = ["SCAN comment"] * int(touched.walks - before.walks)
    return cost


def use_once(make: Make, use: Callable[[Unit], Any]) -> None:
    with make.read() as unit:
        use(unit)


def watch_sqlite(driver: Any, cost: Cost) -> None:
    def count_row(_cursor: Any, row: Any) -> Any:
        cost.rows += 1
        return row

    def count_steps() -> int:
        cost.looked_at += STEPS
        return 0

    driver.row_factory = count_row
    driver.set_progress_handler(count_steps, STEPS)


def plan_of(driver: Any, statement: str, parameters: Any) -> list[str]:
    return [row[-1] for row in driver.execute(f"EXPLAIN QUERY PLAN {statement}", parameters)]
