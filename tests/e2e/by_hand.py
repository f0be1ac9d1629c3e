"""A daemon whose hours come by hand: ``python -m tests.e2e.by_hand CONFIG``, a moment a line on standard input.

APScheduler goes by the machine's clock and has no seam, so it alone is left out: at each moment every job of the daemon has
its look, the beat first and the others side by side, and the moment is written back once all have ended. It is one leader,
and closes what an earlier process left open, as the daemon does.
"""

from __future__ import annotations

import asyncio
import sys
from datetime import datetime
from pathlib import Path

from crawler.config import load_config
from desk.cli.daemon import jobs_of
from desk.wiring import wire
from scheduler.logs import log_to_stderr
from scheduler.metrics import Metrics
from scheduler.pulse import Pulse
from scheduler.run import open_web
from storage.leader import Leader
from tests.fakes import HandClock


async def run(config: Path) -> None:
    clock = HandClock(datetime.fromisoformat(await line()))
    with wire(load_config(config), clock) as wiring, Leader(wiring.store.database):
        wiring.store.runs.abandon()
        async with open_web(wiring.config, clock) as web:
            jobs = jobs_of(wiring, web, Pulse(clock), Metrics(wiring.store, clock, web))
            while True:
                await jobs.beat()
                await asyncio.gather(jobs.tick(), jobs.recheck(), jobs.digest(), jobs.alert(), jobs.upkeep())
                print(clock.at.isoformat(), flush=True)
                clock.at = datetime.fromisoformat(await line())


async def line() -> str:
    read = await asyncio.to_thread(sys.stdin.readline)
    return read.strip() or sys.exit(0)


if __name__ == "__main__":
    log_to_stderr("text", 30)
    asyncio.run(run(Path(sys.argv[1])))
