"""Puts back the jobs that nobody works on any more: of workers that died, and of our own that were lost on the way."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Collection, Mapping
from datetime import UTC, datetime

from procrastinate import App, PsycopgConnector
from procrastinate.exceptions import ConnectorException, UniqueViolation
from procrastinate.jobs import Job, Status
from sqlalchemy import Connection, func, insert

from crawler.errors import StoreUnavailable
from storage.engine import Database
from storage.tables import workers

log = logging.getLogger("dragonwatch.worker")

AT_ONCE = datetime(2000, 1, 1, tzinfo=UTC)
"""A moment that is past by anybody's clock."""
TRIES = 5
"""Workers that a job may outlive; one that was there whenever five of them died is taken for the cause."""
_LOCK = 0x72636C6D  # one number for the advisory lock under which one worker at a time puts back what others left


class Reclaim:
    """What one worker does about jobs that are nobody's."""

    def __init__(self, app: App, database: Database, lost: float) -> None:
        assert isinstance(app.connector, PsycopgConnector)
        self._jobs, self._pool = app.job_manager, app.connector.pool
        self._database, self._lost = database, lost
        self._known: set[int] = set()
        self._missed: set[int] = set()

    async def announce(self, name: str, numbers: Mapping[int, str]) -> None:
        """Keeps the name of this worker beside the numbers that its lanes have.

        Raises StoreUnavailable where others have given one of them up: our heart stood still for too long.
        """
        if gone := self._known - await self._alive(self._known):
            raise StoreUnavailable(f"this worker was taken for dead (number {min(gone)}); it begins anew")
        fresh = {number: lane for number, lane in numbers.items() if number not in self._known}
        if fresh:
            await asyncio.to_thread(self._database.write, lambda connection: self._put(connection, name, fresh))
            self._known |= set(fresh)

    def _put(self, connection: Connection, name: str, numbers: Mapping[int, str]) -> None:
        rows = [{"number": number, "name": name, "lane": lane, "since": func.now()} for number, lane in numbers.items()]
        connection.execute(insert(workers).values(rows))

    async def of_others(self) -> None:
        """Puts back what workers have that show no sign of life; one worker at a time does so."""
        async with self._pool.connection() as connection:
            row = await (await connection.execute("SELECT pg_try_advisory_xact_lock(%s)", (_LOCK,))).fetchone()
            if row is None or not row[0]:
                return
            for job in await self._jobs.get_stalled_jobs(seconds_since_heartbeat=self._lost):
                log.warning("%s %s: its worker is gone; put back", job.task_name, job.lock)
                await self._put_back(job)
            await self._jobs.prune_stalled_workers(self._lost)

    async def of_ours(self, numbers: Collection[int], running: Collection[int]) -> None:
        """Puts back what is ours by the book and runs nowhere: the answer that gave it to us, or took its end, was lost."""
        found: dict[int, Job] = {}
        for number in numbers:
            for job in await self._jobs.list_jobs_async(status=Status.DOING.value, worker_id=number):
                if job.id is not None and job.id not in running:
                    found[job.id] = job
        # One that is only on its way to us or from us is at its place by the next beat.
        for id in found.keys() & self._missed:
            log.warning("%s %s: lost on its way; put back", found[id].task_name, found[id].lock)
            await self._put_back(found[id])
        self._missed = set(found)

    async def _alive(self, numbers: Collection[int]) -> set[int]:
        if not numbers:
            return set()
        async with self._pool.connection() as connection:
            rows = await connection.execute("SELECT id FROM procrastinate_workers WHERE id = ANY(%s)", (list(numbers),))
            return {row[0] for row in await rows.fetchall()}

    async def _put_back(self, job: Job) -> None:
        try:
            if job.attempts >= TRIES:
                await self._jobs.finish_job(job, Status.FAILED, delete_job=False)
            else:
                await self._jobs.retry_job(job, retry_at=AT_ONCE)
        except UniqueViolation:
            # The same was put into the queue behind it; that one does for both.
            await self._jobs.finish_job(job, Status.ABORTED, delete_job=True)
        except ConnectorException as error:
            # Its worker came to its end just now.
            log.debug("%s %s was not put back: %s", job.task_name, job.lock, error.__cause__)
