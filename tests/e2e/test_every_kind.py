"""The newsroom by every kind of source at once: each page once, whoever announced it, and the exchange's word as the strongest."""

from __future__ import annotations

from decimal import Decimal

import pytest

from crawler.watchlist import load_watchlist
from crawler.workers import Workers
from desk.newsroom.kinds import other_sources
from desk.newsroom.outlets import OUTLETS
from desk.newsroom.server import Newsroom
from scheduler.inspect import discover
from scheduler.run import open_web
from tests.e2e.walking import Watch

pytestmark = pytest.mark.xdist_group("every kind")


async def test_listing_sitemap_search_and_filings_beside_the_feeds(watch: Watch) -> None:
    newsroom = Newsroom()
    await newsroom.start()
    try:
        sources = [*newsroom.sources(), *other_sources(newsroom.base_url)]
        summary = await watch.crawl(sources)
        asked = dict(newsroom.hits)
        by_feeds = {piece.path for piece in newsroom.pieces if piece.end in ("stored", "copy")}
    finally:
        await newsroom.stop()
    outcomes = {result.source: (result.outcome, result.error) for result in summary.sources}
    assert all(outcome != "failed" for outcome, _ in outcomes.values()), outcomes
    stored = {article.url.removeprefix(newsroom.base_url) for article in watch.store.articles.find(limit=None)}
    assert by_feeds <= stored
    pages = {path: count for path, count in asked.items() if path.endswith((".html", ".pdf"))}
    assert max(pages.values()) == 1
    filing = next(article for article in watch.store.articles.find(limit=None) if article.tier == "filing")
    detail = watch.store.articles.get(filing.id)
    assert detail is not None
    (bonds,) = [figure for figure in detail.figures if figure.kind == "raised"]
    assert (bonds.company, bonds.low, bonds.unit, bonds.status) == ("sensetime", Decimal(480_000_000), "USD", "planned")


async def test_each_front_page_leads_to_its_feed_and_the_sitemap(watch: Watch) -> None:
    newsroom = Newsroom()
    await newsroom.start()
    try:
        async with open_web(watch.config, watch.clock) as web, Workers(load_watchlist(), count=1) as workers:
            for outlet in OUTLETS:
                front = f"{newsroom.base_url}/{outlet.key}/"
                found = await discover(front, web=web, workers=workers, watchlist=load_watchlist())
                kinds = {candidate.url.removeprefix(newsroom.base_url): candidate.kind for candidate, _ in found}
                assert kinds.get(outlet.feed_path) == "feed", (outlet.key, kinds)
                assert kinds.get("/sitemap.xml") == "sitemap", (outlet.key, kinds)
    finally:
        await newsroom.stop()
