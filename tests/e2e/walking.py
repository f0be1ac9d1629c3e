"""What the end-to-end tests crawl with, and what one whole tour of the newsroom left behind at each of its stages."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from crawler.config import Config
from crawler.items import Source, Story
from crawler.watchlist import load_watchlist
from desk.newsroom.clock import NewsroomClock
from desk.newsroom.load import SECOND_EDITION, Piece
from desk.newsroom.server import Newsroom
from scheduler.run import CrawlSummary, crawl
from storage.rows import ArticleDetail, FlagRow
from storage.store import SqlStore, open_store

HUNG = 120.0
"""Seconds after which a crawl of loopback has hung."""


@dataclass(frozen=True)
class Stage:
    """What one crawl left behind."""

    summary: CrawlSummary
    pieces: tuple[Piece, ...]
    hits: Counter[str]
    """Requests of this crawl alone."""
    articles: dict[str, ArticleDetail]
    """By path below the newsroom."""
    flags: tuple[FlagRow, ...]
    stories: tuple[Story, ...]


@dataclass(frozen=True)
class Tour:
    """The newsroom crawled as it first stood, again unchanged, and after the second edition."""

    first: Stage
    again: Stage
    second: Stage


def loopback_config(folder: Path, url: str | None = None, **fetch: object) -> Config:
    """A configuration that may fetch from loopback, without pauses."""
    return Config.model_validate(
        {
            "storage": {"url": url or f"sqlite:///{folder}/watch.db", "archive": str(folder / "archive")},
            "fetch": {"allow_networks": ["127.0.0.0/8"], "per_host_delay": "0s", **fetch},
        }
    )


@dataclass
class Watch:
    """A store and what a crawl needs beside it."""

    config: Config
    clock: NewsroomClock
    store: SqlStore

    async def crawl(self, sources: Sequence[Source], **options: object) -> CrawlSummary:
        """One crawl of ``sources`` to its end."""
        self.store.sources.known(sources)
        async with asyncio.timeout(HUNG):
            return await crawl(
                sources,
                store=self.store,
                config=self.config,
                clock=self.clock,
                watchlist=load_watchlist(),
                **options,  # type: ignore[arg-type]
            )


async def walk(folder: Path, url: str | None = None) -> Tour:
    """Crawls the newsroom as it first stands, again unchanged, and after the second edition."""
    newsroom = Newsroom()
    await newsroom.start()
    clock = NewsroomClock()
    config = loopback_config(folder, url)
    store = open_store(config.storage.url, clock=clock)
    watch = Watch(config, clock, store)
    try:
        first = await _stage(newsroom, watch, clock.moment)
        again = await _stage(newsroom, watch, clock.moment)
        newsroom.publish_second_edition()
        second = await _stage(newsroom, watch, SECOND_EDITION)
    finally:
        store.close()
        await newsroom.stop()
    return Tour(first, again, second)


async def _stage(newsroom: Newsroom, watch: Watch, moment: datetime) -> Stage:
    watch.clock.moment = moment
    before = Counter(newsroom.hits)
    summary = await watch.crawl(newsroom.sources())
    store = watch.store
    details = [store.articles.get(row.id) for row in store.articles.find(limit=1000)]
    return Stage(
        summary=summary,
        pieces=newsroom.pieces,
        hits=newsroom.hits - before,
        articles={detail.row.url.removeprefix(newsroom.base_url): detail for detail in details if detail},
        flags=tuple(store.flags.find()),
        stories=tuple(store.stories.find()),
    )
