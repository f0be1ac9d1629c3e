"""Healthy coverage is stored whatever the other sources do; each bad source is named with its fault; nothing is flooded."""

from __future__ import annotations

import time
from datetime import UTC, datetime

import psutil
import pytest

from desk.newsroom.hostile import FAULTS, HostileCorner
from desk.newsroom.server import Newsroom
from tests.e2e.archive_site import ArchiveSite
from tests.e2e.walking import Watch

TOO_LONG = 30.0
"""Seconds that a crawl over all faults may take with a limit of three seconds an answer."""
TOO_MUCH = 200 * 1024 * 1024
"""Bytes that this process may grow by while it is handed 64 MiB here and 256 MiB there."""


async def test_every_hostile_source_is_named_and_all_healthy_coverage_stored(watch: Watch) -> None:
    newsroom, corner = Newsroom(), HostileCorner()
    await newsroom.start()
    await corner.start()
    process, started = psutil.Process(), time.monotonic()
    memory = process.memory_info().rss
    try:
        summary = await watch.crawl([*corner.sources(), *newsroom.sources()])
    finally:
        await corner.stop()
        await newsroom.stop()
    took, grew = time.monotonic() - started, process.memory_info().rss - memory

    stored = {row.url.removeprefix(newsroom.base_url) for row in watch.store.articles.find(limit=1000)}
    assert {piece.path for piece in newsroom.pieces if piece.end in ("stored", "copy")} <= stored
    results = {result.source: result for result in summary.sources}
    for fault in FAULTS:
        result = results[fault.name]
        if fault.fails:
            assert result.outcome in ("failed", "blocked"), f"{fault.says}: {result}"
            assert result.error, fault.says
        else:
            assert (result.outcome, result.error) == ("new", None), f"{fault.says}: {result}"
    assert took < TOO_LONG
    assert grew < TOO_MUCH


async def test_a_source_of_500_old_articles_raises_no_flag(watch: Watch) -> None:
    site = ArchiveSite(500, newest=watch.clock.moment)
    await site.start()
    try:
        summary = await watch.crawl([site.source()])
    finally:
        await site.stop()
    assert summary.leads["stored"] == 500
    assert summary.flags == 0
    assert watch.store.flags.find() == []
    learnt = watch.store.ledger.find(company="megvii", kind="headcount", since=datetime(2024, 1, 1, tzinfo=UTC))
    assert {known.state for known in learnt} == {"unreviewed"}


@pytest.mark.parametrize("name", ["unknown-charset", "nonsense-date"])
async def test_an_article_behind_a_bent_feed_is_stored(watch: Watch, name: str) -> None:
    corner = HostileCorner()
    await corner.start()
    try:
        await watch.crawl([source for source in corner.sources() if source.name == name])
    finally:
        await corner.stop()
    (row,) = watch.store.articles.find()
    assert row.title == "云从科技新增一处办公室"
    assert row.companies == ("cloudwalk",)
