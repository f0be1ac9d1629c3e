"""What a worker's jobs leave behind."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from crawler.watchlist import load_watchlist
from scheduler.fleet.crew import Crew
from scheduler.pulse import Pulse
from scheduler.run import crawl
from storage.store import SqlStore, open_store
from tests.scheduler.walking import FixedClock, article, config, feed, loopback, source


def nobody(*_: object) -> None:
    raise AssertionError("no letter was to be sent")


def crew(store: SqlStore, clock: FixedClock) -> Crew:
    return Crew(config(), store, clock, load_watchlist(), None, lambda _: nobody, Pulse(clock))


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[SqlStore]:
    opened = open_store(f"sqlite:///{tmp_path}/watch.db", clock=clock)
    yield opened
    opened.close()


async def test_second_looks_leave_the_row_that_a_daemons_do_and_none_where_none_was_due(
    store: SqlStore, clock: FixedClock
) -> None:
    async with loopback() as site:
        site.pages |= {"/feed": feed((site.url("/a"), "商汤科技裁员约500人")), "/a": article("商汤科技裁员约500人")}
        one = source("a", site.url("/feed"))
        store.sources.known([one])
        await crawl([one], store=store, config=config(), clock=clock, watchlist=load_watchlist())
        [row] = store.articles.find()
        await crew(store, clock).look_again([row.id])
        assert store.runs.recent("recheck") == []
        clock.moment += timedelta(hours=30)
        await crew(store, clock).look_again([row.id])
        [told] = store.runs.recent("recheck")
        assert (told.state, told.summary) == ("done", {"looked": 1, "revised": 0, "gone": 0, "flags": 0})
        await crew(store, clock).look_again([row.id])
        assert len(store.runs.recent("recheck")) == 1
