"""Workers: polls and articles a second with one, two and four of them, beside one process that does it all.

    python -m benchmarks.fleet [--outlets 260] [--workers 1 2 4]

Each outlet is a host of its own on loopback with a feed and one new article that names a company: a poll is a robots.txt, a
feed and a page, read, judged and stored in PostgreSQL. There is no pause between requests, so what is measured is the work
and not the waiting. The outlets and PostgreSQL run on the same processors, so with as many workers as there are processors
the curve ends; the workers' own processor time for a poll says what one of them can do on a machine to itself. The figure
for one process is the crawl that a daemon without workers makes of the same; it answers for the outlets as well.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import sys
import tempfile
import time
from asyncio.subprocess import DEVNULL
from contextlib import closing
from pathlib import Path

import psutil

from crawler.clock import SystemClock
from crawler.config import Config, load_config
from crawler.items import Source
from crawler.watchlist import load_watchlist
from scheduler.fleet.dispatch import host_lock
from scheduler.fleet.join import join
from scheduler.fleet.queue import POLL, Queue, Work
from scheduler.fleet.state import queues, workers
from scheduler.run import crawl
from storage.store import SqlStore, open_store
from tests import databases
from tests.e2e.town import Town

WARM = 60
"""Outlets that are asked before it counts, so that every process has loaded what it reads with."""


def configuration(folder: Path, url: str, enabled: bool) -> Config:
    """A file that the workers read, too; polls come from us, so no source is in it."""
    path = folder / "dragonwatch.toml"
    path.write_text(
        f'[storage]\nurl = "{url}"\n[fetch]\nper_host_delay = "0s"\nallow_networks = ["127.0.0.0/8"]\n'
        f"[schedule]\ncatalogue = false\n[workers]\nenabled = {str(enabled).lower()}\n"
    )
    return load_config(path)


def processor(processes: list[psutil.Process]) -> float:
    """Seconds of processor time of the processes and their children."""
    family = [one for process in processes for one in (process, *process.children(recursive=True))]
    return sum(sum(one.cpu_times()[:2]) for one in family)


async def alone(store: SqlStore, config: Config, sources: list[Source]) -> tuple[float, float]:
    """Seconds, and seconds of the processor, for one crawl of all sources in this process."""
    this = [psutil.Process()]
    await crawl(sources[:WARM], store=store, config=config, clock=SystemClock(), watchlist=load_watchlist())
    sources = sources[WARM:]
    began, used = time.monotonic(), processor(this)
    summary = await crawl(sources, store=store, config=config, clock=SystemClock(), watchlist=load_watchlist())
    assert summary.leads["stored"] + summary.leads.get("copy", 0) == len(sources), summary.leads
    return time.monotonic() - began, processor(this) - used


async def together(store: SqlStore, folder: Path, sources: list[Source], count: int) -> tuple[float, float]:
    """The same for so many workers, from the first job put into the queue to the last one's end."""
    call = [sys.executable, "-m", "desk.cli.main", "--config", str(folder / "dragonwatch.toml"), "worker"]
    processes = [await asyncio.create_subprocess_exec(*call, stdout=DEVNULL, stderr=DEVNULL) for _ in range(count)]
    try:
        while len(workers(store.database)) < count:  # noqa: ASYNC110 - they are other processes
            await asyncio.sleep(0.1)
        await done(store, sources[:WARM])
        seen = [psutil.Process(process.pid) for process in processes]
        began, used = time.monotonic(), processor(seen)
        await done(store, sources[WARM:])
        return time.monotonic() - began, processor(seen) - used
    finally:
        for process in processes:
            process.terminate()
            await process.wait()


async def done(store: SqlStore, sources: list[Source]) -> None:
    """Puts a job for each source into the queue, and waits until none is left."""
    Queue(store.database).defer([Work(POLL, host_lock(source.url), {"sources": [source.name]}) for source in sources])
    while any(queue.waiting or queue.running for queue in queues(store.database)):  # noqa: ASYNC110
        await asyncio.sleep(0.1)


async def measure(server: str, outlets: int, count: int) -> None:
    """One line of the table; 0 workers are one process that does it all."""
    name = f"fleet{count}"
    databases.run(server, f"CREATE DATABASE {name}")
    url = databases.address(server, name)
    town = Town(outlets, every=10**9)
    await town.start()
    with tempfile.TemporaryDirectory() as folder, closing(open_store(url, clock=SystemClock())) as store:
        config = configuration(Path(folder), url, enabled=bool(count))
        sources = [Source(f"o{n}", "feed", f"http://{town.host(n)}/feed.xml") for n in range(outlets)]
        for source in sources:
            store.sources.add(source)
        if count:
            join(store, config)
            seconds, used = await together(store, Path(folder), sources, count)
        else:
            seconds, used = await alone(store, config, sources)
        stored = len(store.articles.find(limit=None))
    await town.stop()
    assert stored == outlets, f"{stored} of {outlets} articles were stored"
    who = f"{count} worker{'s' * (count > 1)}" if count else "one process"
    polls = outlets - WARM
    print(f"{who:12} {polls / seconds:8.1f} polls/s {used / polls * 1000:8.1f} ms of the processor a poll", flush=True)


async def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--outlets", type=int, default=260)
    parser.add_argument("--workers", type=int, nargs="*", default=[1, 2, 4])
    asked = parser.parse_args()
    print(f"{asked.outlets} outlets, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before")
    with databases.server() as server:
        for count in (0, *asked.workers):
            await measure(server, asked.outlets, count)


if __name__ == "__main__":
    asyncio.run(main())
