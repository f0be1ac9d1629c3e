"""A worker: takes jobs out of the queue until it is told to end, and gives back those of workers that are gone.

lanes     letters, crawl and the past side by side, so that none waits for another
beat      every 10 s: alive, by the database's clock; what others left is put back
database  away: jobs end, and all begins anew once it is there again
SIGTERM   no new jobs; those that run get a moment, then they are cut short and put back
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import socket
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import psycopg
from procrastinate import App, JobContext, PsycopgConnector
from procrastinate.exceptions import ProcrastinateException
from procrastinate.jobs import Job
from procrastinate.retry import BaseRetryStrategy, RetryDecision
from procrastinate.worker import Worker
from psycopg_pool import PoolTimeout
from sqlalchemy.engine import URL

from crawler.errors import DragonwatchError, StoreError, StoreUnavailable
from scheduler.fleet.clock import FleetClock
from scheduler.fleet.crew import Crew
from scheduler.fleet.queue import ALERT, BACKFILL, PAST, POLL
from scheduler.fleet.reclaim import AT_ONCE, Reclaim

log = logging.getLogger("dragonwatch.worker")

LETTERS_AT_ONCE = 2
"""An alert does not wait for the letters."""
CONNECTIONS = 6
"""To the queue, of one worker; its listeners and the store have their own."""
OPENS_WITHIN = 10.0
"""Seconds that opening the queue may take before it counts as away."""
LAST_PAUSE = 15.0
"""Seconds between two tries to reach the database, at the most."""
LOST = (ProcrastinateException, psycopg.Error, PoolTimeout, StoreError, TimeoutError)
"""What is raised where the database is away."""


@dataclass(frozen=True, slots=True)
class Rhythm:
    """How soon what is noticed, in seconds."""

    beat: float = 10.0
    lost: float = 30.0
    """Without a heartbeat for so long, a worker is taken for dead and its jobs are put back."""
    look: float = 5.0
    """Between two looks into the queue where nobody called."""
    ends: float = 5.0
    """That jobs get to end by themselves after SIGTERM, before they are cut short."""
    leaves: float = 14.0
    """After SIGTERM until it waits no more for what cannot end."""


class FleetWorker:
    """One process of a fleet."""

    def __init__(self, crew: Crew, *, rhythm: Rhythm = Rhythm(), name: str | None = None) -> None:
        self.name = name or f"{socket.gethostname()}:{os.getpid()}"
        self._crew = crew
        self._rhythm = rhythm
        self._running: set[int] = set()
        url = address(crew.store.database.url)
        self._app = App(connector=PsycopgConnector(conninfo=url, min_size=1, max_size=CONNECTIONS, timeout=rhythm.lost))
        for kind, work in crew.tasks.items():
            again = Again(tries=3 if kind in {past.name for past in PAST} else 0)
            self._app.task(name=kind, pass_context=True, retry=again)(self._kept(work))

    async def run(self, stop: asyncio.Event) -> None:
        """Works until ``stop`` is set; raises nothing where the database is away, but waits for it."""
        pause = 1.0
        while not stop.is_set():
            try:
                async with asyncio.timeout(OPENS_WITHIN):
                    await self._app.open_async()
                log.info("worker %s runs", self.name)
                pause = 1.0
                await self._work(stop)
            except LOST as error:
                why = str(error.__cause__ or error) or "it does not answer"
                log.warning("the database cannot be used (%s); tried again in %g s", why, pause)
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(stop.wait(), pause)
                pause = min(pause * 2, LAST_PAUSE)
            finally:
                await self._app.close_async()

    async def _work(self, stop: asyncio.Event) -> None:
        """One life of the lanes: until told to end, or until one of them cannot go on."""
        lanes = self._lanes()
        tasks = [asyncio.create_task(lane.run()) for lane in lanes]  # type: ignore[no-untyped-call]
        beats = asyncio.create_task(self._beats(lanes))
        told = asyncio.create_task(stop.wait())
        try:
            await asyncio.wait({*tasks, beats, told}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            told.cancel()
            await self._ended(lanes, tasks, stop)
            beats.cancel()
            await asyncio.wait({beats})
        for task in (*tasks, beats):
            if task.done() and not task.cancelled() and (error := task.exception()) is not None:
                raise error
        if not stop.is_set():
            raise StoreUnavailable("a lane of the queue could not go on")

    async def _ended(self, lanes: list[Worker], tasks: list[asyncio.Task[None]], stop: asyncio.Event) -> None:
        """Ends the lanes; told to end while the database is away, it leaves the last of them to the loop's own end."""
        since: float | None = None
        while any(not task.done() for task in tasks):
            # A lane forgets to stop what it is told before it has begun, so it is told until it has ended.
            for lane in lanes:
                lane.stop()  # type: ignore[no-untyped-call]
            await asyncio.wait(tasks, timeout=0.5)
            if stop.is_set():
                since = since or asyncio.get_running_loop().time()
                if asyncio.get_running_loop().time() - since > self._rhythm.leaves:
                    return

    def _lanes(self) -> list[Worker]:
        places = {ALERT.lane: LETTERS_AT_ONCE, POLL.lane: self._crew.config.workers.jobs, BACKFILL.lane: 1}
        return [
            Worker(
                self._app,
                queues=[lane],
                name=self.name,
                concurrency=places[lane],
                fetch_job_polling_interval=self._rhythm.look,
                shutdown_graceful_timeout=self._rhythm.ends,
                # Files of the past wait for hours anyway; each listener is a connection.
                listen_notify=lane != BACKFILL.lane,
                delete_jobs="successful",
                install_signal_handlers=False,
                update_heartbeat_interval=self._rhythm.beat,
                stalled_worker_timeout=self._rhythm.lost,
            )
            for lane in places
        ]

    async def _beats(self, lanes: list[Worker]) -> None:
        reclaim = Reclaim(self._app, self._crew.store.database, self._rhythm.lost)
        while any(lane.worker_id is None for lane in lanes):  # noqa: ASYNC110 - nobody is told when a lane has its number
            await asyncio.sleep(0.05)
        while True:
            if isinstance(self._crew.clock, FleetClock):
                await asyncio.to_thread(self._crew.clock.set_by, self._crew.store.database)
            numbers = {lane.worker_id: str(*lane.queues or ()) for lane in lanes if lane.worker_id is not None}
            await reclaim.announce(self.name, numbers)
            await reclaim.of_others()
            await reclaim.of_ours(numbers, self._running)
            self._crew.pulse.beat()
            await asyncio.sleep(self._rhythm.beat)

    def _kept(self, work: Callable[..., Awaitable[None]]) -> Callable[..., Awaitable[None]]:
        """The work of a job, with what it died of told in our own words."""

        async def run(context: JobContext, **arguments: Any) -> None:
            assert context.job.id is not None
            self._running.add(context.job.id)
            try:
                await work(**arguments)
            except DragonwatchError as error:
                log.warning("%s %s: %s", context.job.task_name, context.job.lock, error)
                raise
            except Exception:
                log.exception("%s %s failed", context.job.task_name, context.job.lock)
                raise
            finally:
                self._running.discard(context.job.id)

        return run


class Again(BaseRetryStrategy):
    """A job that was cut short is put back at once; one that failed is tried again ``tries`` times, or left to the next tick."""

    def __init__(self, tries: int) -> None:
        self._tries = tries

    def get_retry_decision(self, *, exception: BaseException, job: Job) -> RetryDecision | None:
        """Whether and when it is done again."""
        if isinstance(exception, asyncio.CancelledError) or job.attempts < self._tries:
            return RetryDecision(retry_at=AT_ONCE)
        return None


def address(url: URL) -> str:
    """The database's address as psycopg takes it."""
    return url.set(drivername="postgresql").render_as_string(hide_password=False)
