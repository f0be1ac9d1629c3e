"""The newsroom kept by SQLite and by PostgreSQL: the same articles, stories, figures, flags, ledger and letters, row by row."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import ExitStack, closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from crawler.config import RecipientConfig
from desk.newsroom.clock import NewsroomClock
from desk.newsroom.load import NOW, SECOND_EDITION
from desk.newsroom.server import Newsroom
from desk.wiring import wire
from storage.store import SqlStore, open_store
from storage.tables import metadata
from tests import databases
from tests.e2e.walking import Watch, loopback_config

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

READERS = [
    RecipientConfig(address="desk@example.org"),
    RecipientConfig(address="zh@example.org", language="zh-Hans", companies=["megvii"]),
]
SEARCHES = ("商汤 配售", "旷视 裁员 company:megvii", "source:pearl series", "after:2026-03 融资")


def rows(store: SqlStore) -> dict[str, list[dict[str, Any]]]:
    """Every row of every table."""
    with store.database.read() as connection:
        return {
            table.name: [dict(row) for row in connection.execute(select(table).order_by(*table.primary_key)).mappings()]
            for table in metadata.sorted_tables
        }


async def crawl_into(watches: Sequence[Watch]) -> None:
    """The first edition, the same once more, and the second, into each store, with a letter after each; a page at a time."""
    newsroom = Newsroom()
    await newsroom.start()
    try:
        for moment in (NOW, NOW + timedelta(hours=1), SECOND_EDITION):
            if moment == SECOND_EDITION:
                newsroom.publish_second_edition()
            for watch in watches:
                watch.clock.moment = moment
                for source in newsroom.sources():
                    await watch.crawl([source])
                wiring = wire(watch.config, watch.clock)
                wiring.store = watch.store
                wiring.post_office.write_due(now_anyway=True)
    finally:
        await newsroom.stop()


def test_both_keep_the_same(tmp_path: Path, postgres: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # one reader, so that pages are kept in the order in which they came
    databases.run(postgres, "CREATE DATABASE newsroom")
    watches = []
    with ExitStack() as stack:
        for name, url in (("lite", f"sqlite:///{tmp_path}/lite.db"), ("post", databases.address(postgres, "newsroom"))):
            (tmp_path / name).mkdir()
            config = loopback_config(tmp_path / name, url, concurrency=1)
            config = config.model_copy(update={"recipient": READERS})
            clock = NewsroomClock()
            store = stack.enter_context(closing(open_store(url, clock=clock)))
            watches.append(Watch(config, clock, store))
        asyncio.run(crawl_into(watches))
        lite, post = (rows(watch.store) for watch in watches)
        found = [[watch.store.articles.find(search=words) for words in SEARCHES] for watch in watches]
    assert found[0] == found[1] and all(found[0])
    assert {name: len(found) for name, found in post.items()} == {name: len(found) for name, found in lite.items()}
    assert len(lite["articles"]) > 30 and len(lite["flags"]) > 20 and len(lite["outbox"]) == 6
    for name in lite:
        assert post[name] == lite[name], name
