"""One crawl: all given sources in one Scrapy run on the running event loop.

sources | poll    ask, only for what changed             spiders/poll
        | sift    known, irrelevant, worth fetching      spiders/sieve
        | fetch   through Scrapy's engine                spiders/watch, crawler/fetch
        | keep    read, judge, store                     crawler/pipeline
        | settle  when all leads of a source have ended, its poll is recorded
"""

from __future__ import annotations

import asyncio
import gc
import itertools
from collections.abc import Callable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from datetime import datetime
from typing import Any

from crawler.config import Config
from crawler.decide import decide
from crawler.fetch.client import Web
from crawler.fetch.settings import rules_of, scrapy_settings
from crawler.items import Page, Reading, Source
from crawler.pipeline import JudgeMaker, Keeper
from crawler.ports import Archive, Clock, Judge
from crawler.rates import Rates
from crawler.tally import Share, Tally
from crawler.watchlist import Watchlist
from crawler.workers import Workers
from scheduler.dayrates import rates_of
from scheduler.settle import Settling
from scheduler.summary import CrawlSummary, Progress, SourceResult
from spiders.sieve import Sieve
from spiders.watch import WatchSpider

__all__ = ["CrawlSummary", "Progress", "SourceResult", "crawl", "open_web"]


_crawls = itertools.count()
GRACE = 15.0
"""Seconds beyond its own time limit that a request has its host for itself, in a fleet."""


def open_web(config: Config, clock: Clock, store: Any = None) -> Web:
    """The client of this configuration; a daemon keeps one, so that robots.txt and pace outlive a single crawl.

    With workers, hosts' turns are kept in the store for all processes.
    """
    rules = rules_of(config.fetch)
    if not config.workers.enabled or store is None:
        return Web(rules, clock)
    from scheduler.fleet.pace import FleetPace
    from storage.turns import TurnTable

    pace = FleetPace(
        rules.per_host_delay, rules.concurrency, turns=TurnTable(store.database), holds=rules.timeout + GRACE
    )
    return Web(rules, clock, pace=pace)


async def crawl(
    sources: Sequence[Source],
    *,
    store: Any,
    config: Config,
    clock: Clock,
    watchlist: Watchlist,
    archive: Archive | None = None,
    progress: Callable[[Progress], None] | None = None,
    dry_run: bool = False,
    company: str | None = None,
    web: Web | None = None,
    judge: JudgeMaker | None = None,
    own: Mapping[str, Any] | None = None,
    workers: Workers | None = None,
) -> CrawlSummary:
    """Polls the sources and takes in what they announce, to the end; one that fails is named and stops no other.

    ``own`` holds the user's own spiders by name; ``workers`` read, where several crawls are to share them. With ``company`` only leads that name it are fetched; with ``dry_run`` nothing at all is stored. Cancelling it ends
    the crawl at once, keeps everything that was taken in, and leaves the rest to the next poll.
    """
    started = clock.now()
    region = config.fetch.region
    shares = [Share(source) for source in sources if reachable(source, region)]
    done = 0

    def changed() -> None:
        if progress is not None:
            progress(Progress(len(shares), done, tally.found, tally.ends.total()))

    tally = Tally(changed)
    async with AsyncExitStack() as stack:
        shared = web if web is not None else await stack.enter_async_context(open_web(config, clock, store))
        client = shared.branch()
        readers = workers if workers is not None else await stack.enter_async_context(Workers(watchlist))
        keeper = Keeper(
            workers=readers, store=store, archive=archive, judge=judge or judging(rates_of(store), clock), clock=clock,
            baseline=started - config.schedule.baseline, dry_run=dry_run,
        )  # fmt: skip
        stack.push_async_callback(keeper.close)
        narrowed = only(watchlist, company)
        sieve = Sieve(store, narrowed, tally, keeper.ask_store, company is not None, not dry_run and company is None)
        settling = Settling(store, keeper, config.schedule, clock, records=not dry_run, remembers=company is None)

        def followed(end: Any) -> None:
            nonlocal done
            done += 1
            settling.add(end)
            changed()

        spider = {
            "shares": shares, "states": await keeper.ask_store(store.sources.states, [share.source.name for share in shares]), "followed": followed, "web": client,
            "workers": readers, "keeper": keeper, "sieve": sieve, "watchlist": narrowed, "own": own or {},
        }  # fmt: skip
        try:
            await _run(spider, client, settling.cut_short)
        finally:
            tally.drop_the_rest()
            await settling.finish()
    results = settling.results
    return CrawlSummary(
        started=started,
        finished=clock.now(),
        sources=tuple(results.get(source.name) or _skipped(source, region) for source in sources),
        leads=tally.counts(),
        figures=tally.figures,
        flags=tally.flags,
        errors=tuple(error for share in shares for error in share.errors),
        unkept=next((share.unkept for share in shares if share.unkept is not None), None),
    )


def reachable(source: Source, region: str) -> bool:
    """Whether a source can be asked from the configured region; without one, every source can."""
    return not region or not source.region or region in source.region


def _skipped(source: Source, region: str) -> SourceResult:
    if reachable(source, region):
        return SourceResult(source.name, "skipped", error="the crawl was ended before its turn")
    return SourceResult(source.name, "skipped", error=f"it cannot be reached from fetch.region {region!r}")


async def _run(spider: dict[str, Any], web: Web, cut_short: Callable[[], None]) -> None:
    """Runs Scrapy to the end; when cancelled, what is being fetched is dropped and what was fetched is finished."""
    from scrapy.crawler import Crawler

    if not next(_crawls):  # gc.get_freeze_count would count all that is frozen anew for each crawl
        gc.freeze()  # what is loaded by now stays; the collector would walk all of it again and again, at 70 ms a time
        gc.set_threshold(10_000, 10, 20)  # a page leaves few cycles, and looking for them costs more than they hold
    # Not by a runner: it would copy the settings once more, to look for spiders that we have.
    crawler = Crawler(WatchSpider, scrapy_settings())
    task = asyncio.ensure_future(crawler.crawl_async(**spider))
    try:
        await asyncio.shield(task)
    except asyncio.CancelledError:
        cut_short()
        await web.stop()
        await crawler.stop_async()
        await asyncio.wait([task])
        raise


def judging(rates: Rates, clock: Clock) -> JudgeMaker:
    """Makes judges by the rules of ``crawler.decide``."""

    def judge_of(reading: Reading, page: Page, baseline_before: datetime | None) -> Judge:
        return lambda neighbours, ledger, signals: decide(
            reading, page, neighbours, ledger, signals, rates=rates, baseline_before=baseline_before, now=clock.now()
        )

    return judge_of


def only(watchlist: Watchlist, company: str | None) -> Watchlist:
    """The watchlist of one company alone; the whole one without."""
    if company is None:
        return watchlist
    return replace(watchlist, companies=tuple(watched for watched in watchlist.companies if watched.key == company))
