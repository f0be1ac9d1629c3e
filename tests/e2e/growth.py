"""How much a store reads to answer: steps of SQLite's machine, rows that PostgreSQL's plans touch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlalchemy import event

from storage.store import SqlStore

STEP = 20
_ALONE = ("INSERT", "SELECT", "UPDATE", "DELETE", "WITH")
NESTED = "SET enable_seqscan = off; SET enable_hashjoin = off; SET enable_mergejoin = off"
"""Small tables are read whole where PostgreSQL may choose; this asks whether there is a way that needs no more than an index."""


class Reading:
    """Counts what the statements of a store read, while ``counting``."""

    def __init__(self, store: SqlStore, *, forced: bool = True) -> None:
        self.read = 0
        self._on = False
        self._forced = forced
        engine = store.database.engine
        if store.database.sqlite:
            event.listen(engine, "checkout", self._watch)
        else:
            event.listen(engine, "before_cursor_execute", self._explain)

    def cost(self, ask: Callable[[], object]) -> int:
        """What one question reads."""
        self.read, self._on = 0, True
        try:
            ask()
        finally:
            self._on = False
        return self.read

    def _watch(self, connection: Any, *_: Any) -> None:
        connection.set_progress_handler(self._step, STEP)

    def _step(self) -> int:
        self.read += STEP if self._on else 0
        return 0

    def _explain(self, connection: Any, cursor: Any, statement: str, parameters: Any, _: Any, many: bool) -> None:
        """Runs the statement once beforehand, to be told what it reads, and undoes it."""
        if not self._on or not statement.lstrip().upper().startswith(_ALONE):
            return
        raw = connection.connection.cursor()
        raw.execute("SAVEPOINT counted")
        if self._forced:
            raw.execute(NESTED)
        for values in parameters if many else [parameters]:
            raw.execute(f"EXPLAIN (ANALYZE, FORMAT JSON) {statement}", values)
            self.read += _touched(raw.fetchone()[0][0]["Plan"])
        raw.execute("ROLLBACK TO SAVEPOINT counted")


def _touched(plan: dict[str, Any]) -> int:
    """Rows that the scans of a plan give or throw away."""
    own = 0
    if "Scan" in plan["Node Type"] and ("Relation Name" in plan or "Index Name" in plan):
        thrown = sum(plan.get(name, 0) for name in ("Rows Removed by Filter", "Rows Removed by Index Recheck"))
        own = round((plan["Actual Rows"] + thrown) * plan["Actual Loops"])
    return own + sum(_touched(below) for below in plan.get("Plans", ()))
