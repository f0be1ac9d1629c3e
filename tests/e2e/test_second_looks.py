"""Articles of the newsroom looked at again, with no word of it in any feed."""

from __future__ import annotations

from collections.abc import AsyncIterator
from datetime import timedelta
from decimal import Decimal

import pytest

from crawler.watchlist import load_watchlist
from desk.newsroom.load import NOW
from desk.newsroom.server import Newsroom
from scheduler.recheck import Rechecked, recheck
from tests.e2e.walking import Watch

EDITED = "/tanwang/kuangshi-layoff.html"


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    made = Newsroom()
    await made.start()
    yield made
    await made.stop()


async def look(watch: Watch, **later: float) -> Rechecked:
    watch.clock.moment += timedelta(**later)
    return await recheck(store=watch.store, config=watch.config, clock=watch.clock, watchlist=load_watchlist())


async def test_an_edit_that_no_feed_tells_of_is_flagged_with_before_and_after(watch: Watch, newsroom: Newsroom) -> None:
    watch.clock.moment = NOW
    await watch.crawl([source for source in newsroom.sources() if source.name == "tanwang"])
    newsroom.publish_second_edition()
    newsroom.hits.clear()
    done = await look(watch, days=1)
    assert done.revised == 1
    assert not [path for path in newsroom.hits if "feed" in path]
    edits = [flag for flag in watch.store.flags.find() if flag.reason == "edited"]
    assert [(flag.before and flag.before.low, flag.figure and flag.figure.low) for flag in edits] == [
        (Decimal(30), Decimal(15))
    ]
    [row] = [row for row in watch.store.articles.find() if row.url == newsroom.base_url + EDITED]
    assert row.revision == 2


async def test_a_page_taken_down_is_noted_and_its_text_kept(watch: Watch, newsroom: Newsroom) -> None:
    watch.clock.moment = NOW
    await watch.crawl([source for source in newsroom.sources() if source.name == "tanwang"])
    newsroom.take_down(EDITED)
    assert (await look(watch, days=1)).missing == 1
    assert (await look(watch, hours=7)).gone == 1
    [row] = watch.store.articles.gone(NOW)
    assert row.url == newsroom.base_url + EDITED
    detail = watch.store.articles.get(row.id)
    assert detail is not None and detail.text and detail.figures
