"""A crawl that is interrupted, and two crawls of the same sources at once, lose nothing and double nothing."""

from __future__ import annotations

import asyncio
import contextlib
from collections import Counter

from desk.newsroom.server import Newsroom
from tests.e2e.walking import Watch


async def test_a_crawl_interrupted_half_way_is_finished_by_the_next(watch: Watch) -> None:
    newsroom = Newsroom()
    await newsroom.start()
    try:
        crawling = asyncio.create_task(watch.crawl(newsroom.sources()))
        while not watch.store.articles.find(limit=1):
            assert not crawling.done()
            await asyncio.sleep(0.01)
        crawling.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await crawling
        kept = {row.url for row in watch.store.articles.find(limit=1000)}
        await watch.crawl(newsroom.sources())
    finally:
        await newsroom.stop()
    rows = watch.store.articles.find(limit=1000)
    expected = {piece.path for piece in newsroom.pieces if piece.end in ("stored", "copy")}
    assert kept
    assert kept <= {row.url for row in rows}
    assert {row.url.removeprefix(newsroom.base_url) for row in rows} == expected
    assert len(rows) == len(expected)


async def test_the_same_crawl_started_twice_at_once_doubles_nothing(watch: Watch) -> None:
    newsroom = Newsroom()
    await newsroom.start()
    try:
        await asyncio.gather(watch.crawl(newsroom.sources()), watch.crawl(newsroom.sources()))
    finally:
        await newsroom.stop()
    rows = watch.store.articles.find(limit=1000)
    expected = {piece.path for piece in newsroom.pieces if piece.end in ("stored", "copy")}
    assert {row.url.removeprefix(newsroom.base_url) for row in rows} == expected
    assert len(rows) == len(expected)
    flags = Counter(
        (flag.company, flag.figure.kind, flag.figure.low, flag.figure.high, flag.figure.unit)
        for flag in watch.store.flags.find()
        if flag.figure
    )
    assert set(flags.values()) == {1}
