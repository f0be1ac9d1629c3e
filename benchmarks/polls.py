"""Polls of 2,000 loopback feeds of 50 items and 37 kB, one in ten changed, beside a bare Scrapy spider doing the same GETs.

    python -m benchmarks.polls [--feeds 2000] [--rounds 3]

The bare spider fetches and does nothing else: no robots.txt, no pace, no state, no parsing. Ours recognises what is
unchanged, reads what is not, sifts the leads and records every poll in SQLite. No article is fetched by either.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.crawl import Busy, Measured, cost, in_a_process
from benchmarks.loopback import Pages, site
from crawler.clock import SystemClock
from crawler.config import Config
from crawler.items import Source
from crawler.watchlist import load_watchlist

ITEMS = 50


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--feeds", type=int, default=2000)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    bare: list[Measured] = []
    ours: list[Measured] = []
    with site() as served:
        served.serve(feeds(options.feeds, 0))
        served.serve(feeds(options.feeds, 1))
        for _ in range(options.rounds):
            bare.append(in_a_process(bare_scrapy, served.bases[0], options.feeds))
            ours.append(in_a_process(our_polls, served.bases[0], options.feeds))
    theirs, own = (statistics.median(run.rate for run in runs) for runs in (bare, ours))
    size = len(feed(0, 0)) / 1000
    print(
        f"{options.feeds} feeds of {ITEMS} items and {size:.0f} kB, one in ten changed, medians of {options.rounds} runs"
    )
    print(
        f"bare Scrapy spider   {theirs:7.0f} requests/s   {statistics.median(run.cores for run in bare):.2f} cores   {cost(bare):.2f} ms of processor each"
    )
    print(
        f"our polls            {own:7.0f} requests/s   {statistics.median(run.cores for run in ours):.2f} cores   {cost(ours):.2f} ms of processor each"
    )
    print(f"our polls / bare     {own / theirs:7.2f}   (to reach: 0.80)")


def feed(number: int, edition: int) -> bytes:
    """One feed; a later edition has one item more at its top."""
    items = "".join(
        f"<item><title>第{number}号园区第{item}条消息：设备检修与路线调整</title><link>http://news.example/{number}/{item}.html</link>"
        f"<guid>n-{number}-{item}</guid><pubDate>Fri, 01 May 2026 {item % 24:02d}:00:00 +0800</pubDate>"
        f"<description>{'园区今天公布了检修与路线调整的安排，' * 10}详情见公告。</description></item>"
        for item in range(ITEMS + edition, edition, -1)
    )
    return f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>F{number}</title>{items}</channel></rss>".encode()


def feeds(count: int, edition: int) -> Pages:
    """All feeds of one edition; in the later one every tenth has changed."""
    return {
        f"/{edition}/{n}.xml": ("application/rss+xml", feed(n, edition if n % 10 == 0 else 0)) for n in range(count)
    }


def announced(base: str, count: int, edition: int) -> list[Source]:
    """The sources; the later edition stands at another address, so that the server need not know which poll it is."""
    return [Source(f"s{n}", "feed", f"{base}/{edition}/{n}.xml", language="zh-Hans") for n in range(count)]


def bare_scrapy(base: str, count: int) -> Measured:
    import scrapy
    from scrapy.crawler import AsyncCrawlerRunner

    class Bare(scrapy.Spider):
        name = "bare"
        got = 0

        async def start(self) -> Any:
            for number in range(count):
                yield scrapy.Request(f"{base}/1/{number}.xml")

        def parse(self, response: Any) -> None:
            Bare.got += 1

    handler = "scrapy.core.downloader.handlers._aiohttp.AiohttpDownloadHandler"
    settings = {
        "TWISTED_REACTOR_ENABLED": False,
        "DOWNLOAD_HANDLERS": {"http": handler, "https": handler},
        "CONCURRENT_REQUESTS": 32,
        "CONCURRENT_REQUESTS_PER_DOMAIN": 32,
        "DOWNLOAD_DELAY": 0,
        "LOG_ENABLED": False,
        "TELNETCONSOLE_ENABLED": False,
        "REMOTE_CONTROL_ENABLED": False,
    }

    async def run() -> Measured:
        with Busy() as busy:
            await AsyncCrawlerRunner(settings).crawl(Bare)
        assert Bare.got == count, Bare.got
        return Measured(count / busy.wall, busy.seconds / busy.wall)

    return asyncio.run(run())


def our_polls(base: str, count: int) -> Measured:
    from scheduler.run import crawl
    from storage.store import open_store

    fetch = {"allow_networks": ["127.0.0.0/8"], "per_host_delay": "0s", "concurrency": 32}
    config = Config.model_validate({"fetch": fetch})
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder)}/bench.db", clock=SystemClock())
        store.sources.known(announced(base, count, 0))

        async def poll(sources: list[Source]) -> Any:
            return await crawl(sources, store=store, config=config, clock=SystemClock(), watchlist=load_watchlist())

        async def run() -> Measured:
            learnt = await poll(announced(base, count, 0))
            assert learnt.leads["irrelevant"] == count * ITEMS, learnt.leads
            with Busy() as busy:
                summary = await poll(announced(base, count, 1))
            assert sum(result.leads > 0 for result in summary.sources) == count // 10, summary.leads
            return Measured(count / busy.wall, busy.seconds / busy.wall)

        measured = asyncio.run(run())
        store.close()
    return measured


if __name__ == "__main__":
    main()
