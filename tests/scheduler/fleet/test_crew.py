"""What a worker's jobs leave behind."""

from __future__ import annotations

from crawler.watchlist import load_watchlist
from scheduler.fleet.crew import Crew
from scheduler.pulse import Pulse
from scheduler.run import crawl
from storage.store import SqlStore
from tests.fakes import HandClock
from tests.scheduler.walking import NOW, article, config, feed, loopback, source


def nobody(*_: object) -> None:
    raise AssertionError("no letter was to be sent")


def crew(store: SqlStore, clock: HandClock) -> Crew:
    return Crew(config(), store, clock, load_watchlist(), None, lambda _: nobody, Pulse(clock))


async def test_second_looks_leave_the_row_that_a_daemons_do_and_none_where_none_was_due(
    store: SqlStore, clock: HandClock
) -> None:
    clock.at = NOW
    async with loopback() as site:
        site.pages |= {"/feed": feed((site.url("/a"), "商汤科技裁员约500人")), "/a": article("商汤科技裁员约500人")}
        one = source("a", site.url("/feed"))
        store.sources.known([one])
        await crawl([one], store=store, config=config(), clock=clock, watchlist=load_watchlist())
        [row] = store.articles.find()
        await crew(store, clock).look_again([row.id])
        assert store.runs.recent("recheck") == []
        clock.forward(hours=30)
        await crew(store, clock).look_again([row.id])
        [told] = store.runs.recent("recheck")
        assert (told.state, told.summary) == ("done", {"looked": 1, "revised": 0, "gone": 0, "flags": 0})
        await crew(store, clock).look_again([row.id])
        assert len(store.runs.recent("recheck")) == 1
