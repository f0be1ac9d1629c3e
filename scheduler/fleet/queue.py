"""What is deferred: each kind of work with its lane, its priority and its lock, put into the queue by a transaction of ours."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from procrastinate.exceptions import AlreadyEnqueued
from procrastinate.jobs import Job
from procrastinate.manager import JobManager
from procrastinate.sync_psycopg_connector import SyncPsycopgConnector
from sqlalchemy import Connection, text

from storage.engine import Database


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work; within its lane the higher priority goes first, and no lane waits for another."""

    name: str
    lane: str
    priority: int


ALERT = Kind("alert", "letters", 40)
DIGEST = Kind("digest", "letters", 30)
POLL = Kind("poll", "crawl", 20)
RECHECK = Kind("recheck", "crawl", 10)
BACKFILL = Kind("backfill", "past", 0)
SITEMAP = Kind("sitemap", "past", 0)
REREAD = Kind("reread", "past", 0)
KINDS = (ALERT, DIGEST, POLL, RECHECK, BACKFILL, SITEMAP, REREAD)
PAST = (BACKFILL, SITEMAP, REREAD)
"""No tick puts them there again, so the queue itself has one that failed tried again."""

_WAITING = text("SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'todo' AND queueing_lock = ANY(:names)")
_RUNNING = text(
    "SELECT queueing_lock FROM procrastinate_jobs WHERE status = 'doing' AND lock = ANY(:locks) AND queueing_lock IS NOT NULL"
)


@dataclass(frozen=True, slots=True)
class Work:
    """Something that is to be done; of two with the same lock one waits for the other's end."""

    kind: Kind
    lock: str
    arguments: Mapping[str, Any] = field(default_factory=dict)
    what: str = ""
    """Tells it from other work of its kind under the same lock."""
    anew: bool = False
    """It is put into the queue although the same runs already, which may have looked before there was something to see."""

    @property
    def name(self) -> str:
        """What is never twice in the queue."""
        return f"{self.kind.name} {self.what or self.lock}"

    @property
    def job(self) -> Job:
        """As Procrastinate takes it."""
        return Job(
            id=None,
            queue=self.kind.lane,
            task_name=self.kind.name,
            priority=self.kind.priority,
            lock=self.lock,
            queueing_lock=self.name,
            task_kwargs=dict(self.arguments),
        )


@dataclass(frozen=True, slots=True)
class Queue:
    """Procrastinate's queue in our own database; what is there already is not put there again."""

    database: Database
    _manager: JobManager = field(default_factory=lambda: JobManager(SyncPsycopgConnector()))

    def defer(self, works: Sequence[Work]) -> int:
        """Puts work into the queue, in a transaction of its own; gives how much of it was not there yet."""
        return self.database.write(lambda connection: self.put(connection, works)) if works else 0

    def put(self, connection: Connection, works: Sequence[Work]) -> int:
        """Puts work into the queue as part of a transaction: it is there once that is committed, and never without it."""
        there = self._there(connection, works)
        jobs = [work.job for work in works if work.name not in there]
        return self._put(connection, jobs) if jobs else 0

    def _put(self, connection: Connection, jobs: list[Job]) -> int:
        try:
            with connection.begin_nested():
                self._manager.batch_defer_jobs(jobs, connection=connection.connection.driver_connection)
        except AlreadyEnqueued:
            # Somebody else put some of it there this very moment; the rest is put there one by one.
            return sum(self._put(connection, [job]) for job in jobs) if len(jobs) > 1 else 0
        return len(jobs)

    @staticmethod
    def _there(connection: Connection, works: Sequence[Work]) -> set[str]:
        waiting = connection.execute(_WAITING, {"names": [work.name for work in works]}).scalars()
        running = connection.execute(_RUNNING, {"locks": [work.lock for work in works if not work.anew]}).scalars()
        return {*waiting, *running}
