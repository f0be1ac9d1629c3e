"""One watch of its own for each test, and one whole tour of the newsroom that many tests look at."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from desk.newsroom.clock import NewsroomClock
from storage.store import open_store
from tests.databases import put_back
from tests.e2e.receiving import Receivers
from tests.e2e.walking import Tour, Watch, loopback_config, walk


@pytest.fixture
def watch(tmp_path: Path) -> Iterator[Watch]:
    clock = NewsroomClock()
    config = loopback_config(tmp_path, timeout="3s", max_size="2 MiB")
    store = open_store(config.storage.url, clock=clock)
    yield Watch(config, clock, store)
    store.close()


@pytest.fixture
async def receivers() -> AsyncIterator[Receivers]:
    both = Receivers()
    await both.start()
    yield both
    await both.stop()


@pytest.fixture(
    scope="session",
    params=["sqlite", pytest.param("postgresql", marks=[pytest.mark.postgres, pytest.mark.xdist_group("postgres")])],
)
def tour(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Tour:
    folder = tmp_path_factory.mktemp("tour")
    if request.param == "sqlite":
        return asyncio.run(walk(folder))
    url = request.getfixturevalue("postgres_home")
    tour = asyncio.run(walk(folder, url))
    put_back(url)
    return tour
