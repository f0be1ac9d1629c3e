"""Second looks at stored articles, through the real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.watchlist import load_watchlist
from scheduler.recheck import Rechecked, recheck
from scheduler.run import crawl
from storage.store import SqlStore, open_store
from tests.scheduler.walking import NOW, FixedClock, article, config, feed, loopback, source

TITLE = "商汤科技裁员约500人"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[SqlStore]:
    made = open_store(f"sqlite:///{tmp_path}/watch.db", clock=clock)
    yield made
    made.close()


async def test_edited_unchanged_and_vanished_articles_are_told_apart(store: SqlStore, clock: FixedClock) -> None:
    async with loopback() as site:
        site.pages["/feed"] = feed(*((site.url(f"/{n}"), f"{TITLE}（{n}）") for n in range(3)))
        site.pages |= {f"/{n}": article(f"{TITLE}（{n}）", paragraphs=6 + 3 * n) for n in range(3)}
        one = source("a", site.url("/feed"))
        store.sources.known([one])
        summary = await crawl([one], store=store, config=config(), clock=clock, watchlist=load_watchlist())
        kept = summary.leads["stored"] + summary.leads["copy"]
        assert kept == 3

        async def look() -> Rechecked:
            site.asked.clear()
            return await recheck(store=store, config=config(), clock=clock, watchlist=load_watchlist())

        assert await look() == Rechecked(0, 0, 0, 0)
        clock.moment = NOW + timedelta(days=1)
        del site.pages["/1"]
        site.pages["/2"] = article(f"{TITLE}（2）", paragraphs=14)
        first = await look()
        assert (first.looked, first.revised, first.gone) == (3, 1, 1)
        assert await look() == Rechecked(0, 0, 0, 0)
        clock.moment = NOW + timedelta(days=3)
        assert (await look()).looked == 2
