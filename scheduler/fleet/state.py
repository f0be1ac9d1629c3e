"""What waits in the queue and who works on it, as ``status`` and ``/metrics`` show it; and what is swept out of it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, text

from scheduler.fleet.queue import KINDS
from storage.engine import Database
from storage.turns import TurnTable

FAILED_KEPT = 7
"""Days that a failed job is shown for; one that ended well is gone at once."""
HOSTS_KEPT = 30
"""Days that a host's last turn is remembered for."""
LATE = 60
"""Seconds without a heartbeat after which a worker is no longer counted: its jobs are others' by then."""

_QUEUES = text("""
    SELECT task_name, status, count(*) AS number, extract(epoch FROM now() - min(put.at)) AS age
    FROM procrastinate_jobs JOIN LATERAL (
        SELECT min(at) AS at FROM procrastinate_events WHERE job_id = procrastinate_jobs.id
    ) AS put ON true
    WHERE status IN ('todo', 'doing', 'failed') GROUP BY task_name, status
""")
_WORKERS = text("""
    SELECT workers.name, workers.since, beats.last_heartbeat, jobs.task_name, jobs.lock
    FROM workers JOIN procrastinate_workers AS beats ON beats.id = workers.number
    LEFT JOIN procrastinate_jobs AS jobs ON jobs.worker_id = workers.number AND jobs.status = 'doing'
    WHERE beats.last_heartbeat > now() - make_interval(secs => :late)
    ORDER BY workers.name, jobs.priority DESC, jobs.id
""")
_OLD = text("""
    DELETE FROM procrastinate_jobs WHERE status IN ('failed', 'aborted', 'cancelled') AND NOT EXISTS (
        SELECT 1 FROM procrastinate_events
        WHERE job_id = procrastinate_jobs.id AND at > now() - make_interval(days => :days)
    )
""")


@dataclass(frozen=True, slots=True)
class QueueState:
    """One kind of work: how much of it there is."""

    kind: str
    lane: str
    priority: int
    waiting: int
    running: int
    failed: int
    oldest: float | None
    """Seconds since the longest waiting was put there; None where nothing waits."""

    def to_json(self) -> dict[str, Any]:
        """What ``status --queues --json`` shows."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class WorkerState:
    """One worker that is alive."""

    name: str
    since: datetime
    last_heartbeat: datetime
    doing: tuple[str, ...]
    """Kind and lock of each job that it has."""

    def to_json(self) -> dict[str, Any]:
        """What ``status --workers --json`` shows."""
        return {
            "name": self.name,
            "since": self.since.isoformat(),
            "last_heartbeat": self.last_heartbeat.isoformat(),
            "doing": list(self.doing),
        }


def queues(database: Database) -> list[QueueState]:
    """Every kind of work, the most urgent first."""
    with database.read() as connection:
        rows = {(row.task_name, row.status): row for row in connection.execute(_QUEUES)}

    def number(kind: str, status: str) -> int:
        return int(rows[kind, status].number) if (kind, status) in rows else 0

    return [
        QueueState(
            kind.name,
            kind.lane,
            kind.priority,
            number(kind.name, "todo"),
            number(kind.name, "doing"),
            number(kind.name, "failed"),
            round(float(rows[kind.name, "todo"].age), 1) if (kind.name, "todo") in rows else None,
        )
        for kind in KINDS
    ]


def workers(database: Database) -> list[WorkerState]:
    """The workers that are alive, by name."""
    found: dict[str, list[Any]] = defaultdict(list)
    with database.read() as connection:
        for row in connection.execute(_WORKERS, {"late": LATE}):
            found[row.name].append(row)
    return [_worker(name, rows) for name, rows in found.items()]


def _worker(name: str, rows: Sequence[Any]) -> WorkerState:
    doing = tuple(f"{row.task_name} {row.lock}" for row in rows if row.task_name is not None)
    return WorkerState(name, min(row.since for row in rows), max(row.last_heartbeat for row in rows), doing)


def sweep(database: Database) -> None:
    """Leaves out what nobody asks about any more: old failures, hosts, and the names of workers that are gone."""

    def work(connection: Connection) -> None:
        connection.execute(_OLD, {"days": FAILED_KEPT})
        connection.execute(text("DELETE FROM workers WHERE number NOT IN (SELECT id FROM procrastinate_workers)"))

    database.write(work)
    TurnTable(database).forget(HOSTS_KEPT)
