"""``worker``: one of the processes that do what the daemon of a fleet defers."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
from collections.abc import AsyncIterator
from typing import TYPE_CHECKING, Literal

import click

from desk.cli.common import with_desk, wrong

if TYPE_CHECKING:
    from desk.wiring import Wiring
    from scheduler.metrics import Metrics
    from scheduler.pulse import Pulse


@click.command("worker")
@click.option(
    "--log", type=click.Choice(["text", "json"]), help="How to log  [default: daemon.log of the configuration]."
)
@with_desk
def worker_command(wiring: Wiring, log: Literal["text", "json"] | None) -> None:
    """Do the work that the daemon of many machines defers, until SIGTERM.

    Needs workers.enabled and PostgreSQL; any number may run, wherever they reach the database and the archive's folder.

    \b
    Example:
      dragonwatch worker
    """
    if not wiring.config.workers.enabled:
        wrong(
            "workers.enabled is false, so the daemon does everything itself and there is nothing to take over; "
            "set it to true, with storage.url naming PostgreSQL"
        )
    from scheduler.logs import log_to_stderr

    level = logging.DEBUG if logging.getLogger().level == logging.DEBUG else logging.INFO
    log_to_stderr(log or wiring.config.daemon.log, level)
    # They tell of every job twice, with a traceback for each that fails; we tell in our own words.
    for name in ("procrastinate", "psycopg.pool"):
        logging.getLogger(name).setLevel(logging.CRITICAL)
    asyncio.run(_run(wiring))


async def _run(wiring: Wiring) -> None:
    from crawler.workers import Workers
    from desk.cli.daemon import checked, parts_of
    from scheduler.fleet.crew import Crew
    from scheduler.fleet.worker import FleetWorker
    from scheduler.metrics import Metrics
    from scheduler.pulse import Pulse
    from scheduler.run import open_web

    checked(wiring)
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    if not await _reached(wiring, stop):
        return
    config, store = wiring.config, wiring.store
    pulse = Pulse(wiring.clock)
    async with open_web(config, wiring.clock, store) as web, Workers(wiring.watchlist) as readers:
        metrics = Metrics(store, wiring.clock, web, fleet=True)
        async with _monitored(config.workers.metrics, metrics, pulse):
            crew = Crew(**parts_of(wiring, web, pulse, metrics), readers=readers)
            await FleetWorker(crew).run(stop)


async def _reached(wiring: Wiring, stop: asyncio.Event) -> bool:
    """Waits until the database can be used, as a worker that is under way would; False where it was told to end before."""
    from crawler.errors import StoreUnavailable
    from scheduler.fleet.worker import LAST_PAUSE

    pause = 1.0
    while not stop.is_set():
        try:
            await asyncio.to_thread(lambda: wiring.store)
            return True
        except StoreUnavailable as error:
            logging.getLogger("dragonwatch.worker").warning("%s Tried again in %g s.", error, pause)
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(stop.wait(), pause)
            pause = min(pause * 2, LAST_PAUSE)
    return False


@contextlib.asynccontextmanager
async def _monitored(listen: str, metrics: Metrics, pulse: Pulse) -> AsyncIterator[None]:
    """Answers a monitor meanwhile, where one is configured."""
    from crawler.config.values import parse_listen
    from scheduler.metrics_server import open_monitor

    place = parse_listen(listen)
    if place is None:
        yield
        return
    serve = await open_monitor(metrics, lambda: pulse.alive, *place, key="workers.metrics")
    serving = asyncio.create_task(serve())
    try:
        yield
    finally:
        serving.cancel()
        await asyncio.gather(serving, return_exceptions=True)
