"""A worker for tests: its jobs do what the test says, its heart beats fast."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import text

from crawler.clock import SystemClock
from crawler.config import Config
from crawler.watchlist import load_watchlist
from scheduler.digest.smtp import SmtpMailer
from scheduler.fleet.crew import Crew
from scheduler.fleet.queue import Queue, Work
from scheduler.fleet.worker import FleetWorker, Rhythm
from scheduler.pulse import Pulse
from storage.engine import Database
from storage.store import SqlStore

QUICK = Rhythm(beat=0.1, lost=1.0, look=0.05, ends=0.2)


@dataclass(slots=True)
class Told(Crew):
    """A crew whose work is the test's."""

    work: Mapping[str, Callable[..., Awaitable[None]]] = field(kw_only=True)

    @property
    def tasks(self) -> Mapping[str, Callable[..., Awaitable[None]]]:
        return self.work


def told(store: SqlStore, work: Mapping[str, Callable[..., Awaitable[None]]]) -> Told:
    config, clock = Config(), SystemClock()
    mailer = SmtpMailer("localhost", 25, "none", "", "")
    return Told(config, store, clock, load_watchlist(), None, lambda _: mailer, Pulse(clock), work=work)


@asynccontextmanager
async def at_work(
    store: SqlStore, work: Mapping[str, Callable[..., Awaitable[None]]], *, name: str = "w", rhythm: Rhythm = QUICK
) -> AsyncIterator[asyncio.Event]:
    """A worker that runs; told to end, or at the end of the block, it does."""
    async with running(told(store, work), name=name, rhythm=rhythm) as stop:
        yield stop


@asynccontextmanager
async def running(crew: Crew, *, name: str = "w", rhythm: Rhythm = QUICK) -> AsyncIterator[asyncio.Event]:
    """The same with a crew that does its own work."""
    stop = asyncio.Event()
    worker = asyncio.create_task(FleetWorker(crew, rhythm=rhythm, name=name).run(stop))
    try:
        yield stop
    finally:
        stop.set()
        async with asyncio.timeout(20):
            await worker


def lost_with_its_worker(database: Database, work: Work, *, attempts: int = 0) -> None:
    """A job that a worker took which has shown no sign of life for a minute."""
    Queue(database).defer([work])
    with database.engine.begin() as connection:
        number = connection.execute(
            text("INSERT INTO procrastinate_workers (last_heartbeat) VALUES (now() - interval '1 minute') RETURNING id")
        ).scalar_one()
        connection.execute(
            text("UPDATE procrastinate_jobs SET status = 'doing', worker_id = :n, attempts = :a WHERE status = 'todo'"),
            {"n": number, "a": attempts},
        )


async def until(true: Callable[[], Any], within: float = 20.0) -> None:
    """Waits until something holds."""
    with contextlib.suppress(TimeoutError):
        async with asyncio.timeout(within):
            while not await asyncio.to_thread(true):
                await asyncio.sleep(0.02)
    assert await asyncio.to_thread(true)


def jobs(database: Database) -> list[tuple[str, str, int]]:
    """Name, state and attempts of what is in the queue."""
    with database.read() as connection:
        rows = connection.execute(
            text("SELECT queueing_lock, status::text, attempts FROM procrastinate_jobs ORDER BY id")
        )
        return [(row[0], row[1], row[2]) for row in rows]
