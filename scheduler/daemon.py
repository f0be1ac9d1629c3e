"""The daemon: one process, one event loop, a handful of jobs; what is due stands in the database, not in timers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from apscheduler.events import EVENT_JOB_MAX_INSTANCES, EVENT_JOB_SUBMITTED, JobSubmissionEvent
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.interval import IntervalTrigger

from crawler.clock import SystemClock
from crawler.errors import DragonwatchError
from scheduler.jobs import Jobs
from scheduler.pulse import notify
from scheduler.skips import Skips
from storage.leader import Leader

log = logging.getLogger("dragonwatch.daemon")

TICK = 30
"""Seconds between two looks at what is due: what a flag may lose of its few minutes from publication."""
SELDOM = 300
CRAWLS = 3
"""Crawls side by side: while one waits for slow hosts, what has come due since is asked by the next."""
STOPS_WITHIN = 15.0
"""Seconds that jobs get to end by themselves after SIGTERM; systemd and Docker kill later than that."""

Companion = Callable[[], Coroutine[Any, Any, None]]


async def run_daemon(
    jobs: Jobs,
    *,
    companions: Sequence[Companion] = (),
    reload: Callable[[Jobs], None] | None = None,
    stop: asyncio.Event | None = None,
) -> None:
    """Runs until SIGTERM or SIGINT, or until ``stop`` is set, and ends with nothing half done.

    ``companions`` (the desk) run beside the jobs and end with them; SIGHUP calls ``reload``, whose errors leave the
    running configuration as it is. Raises StoreError where another daemon holds the database.
    """
    stop = stop or asyncio.Event()
    with Leader(jobs.store.database):
        abandoned = await asyncio.to_thread(jobs.store.runs.abandon)
        if abandoned:
            log.warning("%d run(s) of an earlier process had not ended", abandoned)
        running: set[asyncio.Task[Any]] = set()
        _on_signals(stop, lambda: _reload(jobs, reload))
        # A gap is told before anything runs that would fill it.
        await jobs.beat()
        scheduler = _scheduler(jobs, running)
        beside = [asyncio.create_task(companion()) for companion in companions]
        scheduler.start()
        notify("READY=1")
        log.info("daemon runs; %d source(s) known", len(jobs.store.sources.all()))
        try:
            await _until(stop, beside)
        finally:
            log.info("daemon stops")
            notify("STOPPING=1")
            await _end(scheduler, running, beside)


def _scheduler(jobs: Jobs, running: set[asyncio.Task[Any]]) -> AsyncIOScheduler:
    """The jobs in memory, rebuilt at each start: due times live in our own tables."""

    async def kept(work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        # The executor forgets its tasks when it shuts down; we wait for them.
        task = asyncio.current_task()
        assert task is not None
        running.add(task)
        try:
            # We alone cancel jobs, to stop; to APScheduler that would be an error to write a traceback about.
            with contextlib.suppress(asyncio.CancelledError):
                await work()
        except DragonwatchError as told:  # such as a full disk, on which a run cannot even be noted
            log.error("%s", told)
        finally:
            running.discard(task)

    # Without a grace time nothing that is late is passed over: its turn has come, and one run does for all that were due.
    scheduler = AsyncIOScheduler(
        timezone="UTC", job_defaults={"coalesce": True, "max_instances": 1, "misfire_grace_time": None}
    )
    # APScheduler goes by the machine's clock, whatever clock the jobs are handed.
    at_once = SystemClock().now()
    for name, work, seconds, instances in (
        ("beat", jobs.beat, TICK, 1),
        ("crawl", jobs.tick, TICK, CRAWLS),
        ("recheck", jobs.recheck, SELDOM, 1),
        ("digest", jobs.digest, TICK, 1),
        ("alert", jobs.alert, TICK, 1),
        ("upkeep", jobs.upkeep, SELDOM, 1),
    ):
        every = IntervalTrigger(seconds=seconds, timezone="UTC")
        scheduler.add_job(
            kept, every, (work,), id=name, name=name, next_run_time=at_once, max_instances=instances
        )  # fmt: skip

    skips = Skips()

    def skipped(event: JobSubmissionEvent) -> None:
        began = skips.skipped(event.job_id, event.scheduled_run_times[-1])
        if began is not None:
            why = "skipped at every look since then: the runs before have not ended (daemon.job_limit ends them)"
            log.warning("%s: %s", event.job_id, why)
            asyncio.get_running_loop().run_in_executor(None, jobs.store.runs.missed, event.job_id, began, why)

    scheduler.add_listener(skipped, EVENT_JOB_MAX_INSTANCES)
    scheduler.add_listener(lambda event: skips.ran(event.job_id), EVENT_JOB_SUBMITTED)
    return scheduler


def _on_signals(stop: asyncio.Event, reload: Callable[[], None]) -> None:
    loop = asyncio.get_running_loop()
    # Off the main thread (a test, an embedding program) signals belong to somebody else.
    with contextlib.suppress(ValueError, RuntimeError):
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, stop.set)
        loop.add_signal_handler(signal.SIGHUP, reload)


def _reload(jobs: Jobs, reload: Callable[[Jobs], None] | None) -> None:
    if reload is None:
        return
    notify("RELOADING=1")
    try:
        reload(jobs)
        log.info("configuration read again")
    except DragonwatchError as error:
        log.error("configuration left as it was: %s", error)
    notify("READY=1")


async def _until(stop: asyncio.Event, beside: list[asyncio.Task[None]]) -> None:
    stopping = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({stopping, *beside}, return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    for task in done & set(beside):
        task.result()  # a companion that ends by itself ends the daemon, and says why


async def _end(scheduler: AsyncIOScheduler, running: set[asyncio.Task[Any]], beside: list[asyncio.Task[None]]) -> None:
    scheduler.shutdown(wait=False)
    tasks = {*running, *beside}
    for task in tasks:
        task.cancel()
    if tasks:
        await asyncio.wait(tasks, timeout=STOPS_WITHIN)
