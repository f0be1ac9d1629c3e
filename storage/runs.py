"""What ran, what runs, and what was missed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, RowMapping, select, update

from crawler.ports import Clock
from storage.engine import Database
from storage.prepared import new_row
from storage.rows import RunRow, RunState
from storage.tables import runs


@dataclass(frozen=True, slots=True)
class RunTable:
    """One row a run, missed ones included, so that silence can be told from rest."""

    database: Database
    clock: Clock

    def start(self, kind: str, *, due: datetime | None = None) -> str:
        """Notes that a run begins."""
        return self._add({"kind": kind, "state": "running", "due": due, "started": self.clock.now()})

    def finish(self, id: str, summary: Mapping[str, Any] | None = None, error: str | None = None) -> None:
        """Notes that a run ended; with an error, that it failed."""
        values = {
            "state": "done" if error is None else "failed",
            "finished": self.clock.now(),
            "summary": None if summary is None else dict(summary),
            "error": error,
        }
        self.database.write(
            lambda connection: connection.execute(update(runs).where(runs.c.id == int(id)).values(values))
        )

    def missed(self, kind: str, due: datetime, why: str) -> str:
        """Notes a run that did not happen when it was due."""
        now = self.clock.now()
        return self._add({"kind": kind, "state": "missed", "due": due, "started": now, "finished": now, "error": why})

    def recent(
        self,
        kind: str | None = None,
        limit: int | None = 20,
        *,
        state: RunState | None = None,
        since: datetime | None = None,
    ) -> list[RunRow]:
        """The last runs, newest first; with ``since`` those that ended, or were found missed, after it."""
        where = [] if kind is None else [runs.c.kind == kind]
        if state is not None:
            where.append(runs.c.state == state)
        if since is not None:
            where.append(runs.c.finished > since)
        with self.database.read() as connection:
            rows = connection.execute(select(runs).where(*where).order_by(runs.c.id.desc()).limit(limit))
            return [_row(row) for row in rows.mappings()]

    def abandon(self) -> int:
        """Marks as failed what still runs by the book; called by the one daemon as it starts, when nothing can be running."""
        values = {"state": "failed", "finished": self.clock.now(), "error": "the process ended before the run did"}
        return self.database.write(
            lambda connection: connection.execute(update(runs).where(runs.c.state == "running").values(values)).rowcount
        )

    def _add(self, values: dict[str, Any]) -> str:
        def work(connection: Connection) -> str:
            return str(new_row(connection, runs, values))

        return self.database.write(work)


def _row(row: RowMapping) -> RunRow:
    return RunRow(
        id=str(row["id"]),
        kind=row["kind"],
        state=row["state"],
        started=row["started"],
        due=row["due"],
        finished=row["finished"],
        summary=row["summary"],
        error=row["error"],
    )
