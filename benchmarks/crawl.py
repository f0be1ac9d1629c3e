"""A whole crawl beside reading alone: 1,000 pages of some 60 kB from loopback, stored in SQLite.

    python -m benchmarks.crawl [--pages 1000] [--rounds 3]

Reading alone is a plain loop over the same bytes in two processes. The crawl does everything: feeds, robots.txt,
fetching through Scrapy, reading in workers, deciding, archiving the page, storing. Cores says how many were busy on average, the server's
own work left out.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import multiprocessing
import random
import statistics
import tempfile
import threading
import time
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import psutil

from benchmarks.loopback import Site, site
from crawler.clock import SystemClock
from crawler.items import Page, Source
from crawler.pipeline import read_page
from crawler.watchlist import load_watchlist
from crawler.workers import load_ahead

PORTS = 4
_CHARACTERS = "的一是在了有和人这中大为上个国我以要他时来用们生到作地于出就分对成会可主发年动同工也能下过子说产种面而方后多定行学法所民得经"
_CHARACTERS += "十三之进着等部度家电力里如水化高自二理起小物现实加量都两体制机当使点从业本去把性好应开它合还因由其些然前外天政四日那社义事平形相全"
_CHARACTERS += "表间样与关各重新线内数正心反你明看原又么利比或但质气第向道命此变条只没结解问意建月公无系军很情者最立代想已通并提直题党程展五果料象员"
_CHARACTERS += "".join(map(chr, range(0x4E00, 0x5200)))
_WORDS = [_CHARACTERS[7 * n % 199] + _CHARACTERS[n] * (n % 5 > 0) for n in range(len(_CHARACTERS))]
_OFTEN = [(3 + n) ** -1.25 for n in range(len(_WORDS))]
"""Words as frequent as words are: an article of 1,600 characters has 880 different pairs of neighbours, where 104 real ones have 855,
and two texts of chance share no more phrases than two articles do."""
_NAMES = ("商汤科技", "旷视科技", "云从科技", "依图科技")


@dataclass(frozen=True)
class Measured:
    """One run: pages per second, and how many cores this program and its workers kept busy."""

    rate: float
    cores: float


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--pages", type=int, default=1000)
    arguments.add_argument("--rounds", type=int, default=3)
    options = arguments.parse_args()
    bodies = [page_of(number) for number in range(options.pages)]
    size = sum(map(len, bodies)) / len(bodies) / 1000
    alone: list[Measured] = []
    whole: list[Measured] = []
    with site(PORTS) as served:
        serve(served, bodies)
        for _ in range(options.rounds):
            alone.append(in_a_process(reading_alone, bodies))
            whole.append(in_a_process(crawling, served.bases, len(bodies)))
    best, ours = (statistics.median(run.rate for run in runs) for runs in (alone, whole))
    # Of each round by itself: from one to the next the machine may have half or twice as much to give.
    share = statistics.median(run.rate / beside.rate for run, beside in zip(whole, alone, strict=True))
    print(f"{options.pages} pages of {size:.0f} kB, medians of {options.rounds} runs")
    print(
        f"reading alone, 2 processes   {best:7.1f} pages/s   {statistics.median(run.cores for run in alone):.2f} cores   {cost(alone):.1f} ms of processor a page"
    )
    print(
        f"whole crawl                  {ours:7.1f} pages/s   {statistics.median(run.cores for run in whole):.2f} cores   {cost(whole):.1f} ms of processor a page"
    )
    print(f"whole crawl / reading alone  {share:7.2f}   (to reach: 0.60)")


def cost(runs: list[Measured]) -> float:
    """Milliseconds of processor time for one page; unlike the rate it does not suffer from other work on the machine."""
    return statistics.median(run.cores / run.rate for run in runs) * 1000


def page_of(number: int) -> bytes:
    """One page of its own: an article of a dozen paragraphs in the usual surroundings."""
    chance = random.Random(number)
    name = _NAMES[number % 4]

    def sentence() -> str:
        return "".join(chance.choices(_WORDS, _OFTEN, k=chance.randint(9, 22))) + "。"

    text = "".join(f"<p>{''.join(sentence() for _ in range(5))}</p>" for _ in range(11))
    links = "".join(
        f'<li class="item item-{n}"><a href="/n/{n}.html" title="{sentence()}">{sentence()}</a><span class="time">05-0{n % 9 + 1}</span></li>'
        for n in range(110)
    )
    scripts = f"<script>window.__state={{{','.join(f'k{n}:{chance.random()}' for n in range(250))}}}</script>"
    title = f"{name}第{number}号工作简报：{sentence()}"
    return (
        f"<!DOCTYPE html><html lang='zh-CN'><head><meta charset='utf-8'><title>{title}</title>{scripts}</head><body><nav><ul>{links}</ul></nav>"
        f"<main><article><h1>{title}</h1><p class='meta'>2026-05-01 10:00 来源：样报</p><p>{name}今天公布了第{number}号简报，{f'员工总数为{1000 + number}人。' if number % 4 == 0 else ''}</p>{text}</article></main>"
        f"<aside><ul>{links[: len(links) // 2]}</ul></aside><footer>{sentence()}</footer></body></html>"
    ).encode()


def serve(served: Site, bodies: list[bytes]) -> None:
    """Each port announces its part of the pages in one feed."""
    pages = {f"/{number}.html": ("text/html; charset=utf-8", body) for number, body in enumerate(bodies)}
    for port, base in enumerate(served.bases):
        items = "".join(
            f"<item><title>{_NAMES[number % 4]}简报{number}</title><link>{base}/{number}.html</link></item>"
            for number in range(port, len(bodies), PORTS)
        )
        feed = (
            f"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>F</title>{items}</channel></rss>"
        )
        pages[f"/feed-{port}.xml"] = ("application/rss+xml", feed.encode())
    served.serve(pages)


def in_a_process(measure: Any, *arguments: Any) -> Measured:
    """Runs one measurement in a fresh process, so that the processor time counted is its own."""
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(_timed, (measure, arguments))


def _timed(measure: Any, arguments: Any) -> Measured:
    # A pool's workers may not have children unless they are told otherwise.
    multiprocessing.current_process()._config["daemon"] = False  # type: ignore[attr-defined]
    return measure(*arguments)  # type: ignore[no-any-return]


class Busy:
    """Processor time of this process and of all below it while it is open, the server's left out."""

    def __enter__(self) -> Busy:
        self._own = psutil.Process()
        self._seen: dict[int, float] = {}
        self._before: dict[int, float] = {}
        self._look()
        self._before = dict(self._seen)
        self._over = threading.Event()
        self._watching = threading.Thread(target=self._watch, daemon=True)
        self._watching.start()
        self._began = time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.wall = time.perf_counter() - self._began
        self._over.set()
        self._watching.join()
        self._look()
        self.seconds = sum(spent - self._before.get(pid, 0.0) for pid, spent in self._seen.items())

    def _watch(self) -> None:
        # Workers are gone when the crawl is over, so they are looked at while they live.
        while not self._over.wait(0.5):
            self._look()

    def _look(self) -> None:
        for process in [self._own, *self._own.children(recursive=True)]:
            with contextlib.suppress(psutil.Error):
                times = process.cpu_times()
                self._seen[process.pid] = times.user + times.system


def reading_alone(bodies: list[bytes]) -> Measured:
    now = SystemClock().now()
    pages = [
        Page("http://x.example/1", "http://x.example/1", body, now, content_type="text/html; charset=utf-8")
        for body in bodies
    ]
    with multiprocessing.get_context("fork").Pool(2) as pool:
        watchlist = load_watchlist()
        pool.map(partial(read_page, watchlist), pages[:20], chunksize=5)
        with Busy() as busy:
            pool.map(partial(read_page, watchlist), pages, chunksize=10)
    return Measured(len(pages) / busy.wall, busy.seconds / busy.wall)


def crawling(bases: list[str], count: int) -> Measured:
    load_ahead()  # as the command does; what reads alone has its parsers loaded before it is timed, too
    # Not above: a worker imports this module anew, as it does the command's own, which loads next to nothing.
    from crawler.config import Config
    from scheduler.run import crawl
    from storage.archive import open_archive
    from storage.store import open_store

    config = Config.model_validate({"fetch": {"allow_networks": ["127.0.0.0/8"], "per_host_delay": "0s"}})
    sources = [
        Source(f"s{port}", "feed", f"{base}/feed-{port}.xml", language="zh-Hans") for port, base in enumerate(bases)
    ]
    with tempfile.TemporaryDirectory() as folder:
        store = open_store(f"sqlite:///{Path(folder)}/bench.db", clock=SystemClock())
        store.sources.known(sources)
        with Busy() as busy:
            summary = asyncio.run(
                crawl(
                    sources, store=store, config=config, clock=SystemClock(), watchlist=load_watchlist(),
                    archive=open_archive(Path(folder) / "pages", clock=SystemClock()),
                )
            )  # fmt: skip
        store.close()
    taken = sum(summary.leads[end] for end in ("stored", "copy"))
    assert taken == count, (summary.leads, summary.errors[:3])
    return Measured(taken / busy.wall, busy.seconds / busy.wall)


if __name__ == "__main__":
    main()
