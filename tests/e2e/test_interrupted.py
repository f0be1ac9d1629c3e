"""A crawl that is interrupted, and two crawls of the same sources at once, lose nothing and double nothing."""

from __future__ import annotations

import asyncio
import contextlib
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections import Counter
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from desk.newsroom.clock import NewsroomClock
from desk.newsroom.folder import prepare
from desk.newsroom.server import Newsroom
from storage.store import SqlStore, open_store
from tests.e2e.walking import HUNG, Watch


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


async def start_crawl(config: Path, *names: str) -> Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        "desk.cli.main",
        "--config",
        str(config),
        "crawl",
        *(names or NAMES),
        stdout=DEVNULL,
        stderr=PIPE,
    )


NAMES = ("tanwang", "chenbao", "luyan", "xiangjiang", "pearl", "huicui")


async def ended(process: Process) -> tuple[int | None, str]:
    """Its exit status, and what it said on standard error."""
    _, said = await asyncio.wait_for(process.communicate(), HUNG)
    return process.returncode, said.decode()


def paths(store: SqlStore, newsroom: Newsroom) -> list[str]:
    return [row.url.removeprefix(newsroom.base_url) for row in store.articles.find(limit=1000)]


def expected(newsroom: Newsroom) -> list[str]:
    return sorted(piece.path for piece in newsroom.pieces if piece.end in ("stored", "copy"))


def doubled_figures(store: SqlStore) -> list[object]:
    flags = Counter(
        (flag.company, flag.figure.kind, flag.figure.low, flag.figure.high, flag.figure.unit, flag.reason)
        for flag in store.flags.find()
        if flag.figure
    )
    return [figure for figure, count in flags.items() if count > 1]


async def test_a_cancelled_crawl_is_finished_by_the_next(watch: Watch, newsroom: Newsroom) -> None:
    crawling = asyncio.create_task(watch.crawl(newsroom.sources()))
    while not watch.store.articles.find(limit=1):
        assert not crawling.done()
        await asyncio.sleep(0.01)
    crawling.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await crawling
    kept = paths(watch.store, newsroom)
    await watch.crawl(newsroom.sources())
    assert set(kept) <= set(expected(newsroom))
    assert sorted(paths(watch.store, newsroom)) == expected(newsroom)


async def test_ctrl_c_ends_the_command_with_130_and_keeps_what_is_finished(tmp_path: Path, newsroom: Newsroom) -> None:
    config = prepare(tmp_path, newsroom.sources())
    # Slow enough that the signal comes in the midst of it.
    config.write_text(config.read_text().replace('per_host_delay = "0s"', 'per_host_delay = "0.2s"'))
    process = await start_crawl(config)
    while sum(count for path, count in newsroom.hits.items() if path.endswith(".html")) < 5:
        await asyncio.sleep(0.02)
    process.send_signal(signal.SIGINT)
    status, said = await ended(process)
    assert status == 130, said
    assert "interrupted" in said
    assert "Traceback" not in said
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=NewsroomClock())) as store:
        kept = paths(store, newsroom)
    assert 0 < len(kept) < len(expected(newsroom))

    config.write_text(config.read_text().replace('per_host_delay = "0.2s"', 'per_host_delay = "0s"'))
    assert await ended(await start_crawl(config)) == (0, "")
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=NewsroomClock())) as store:
        assert sorted(paths(store, newsroom)) == expected(newsroom)


async def test_the_same_crawl_started_twice_at_once_doubles_nothing(tmp_path: Path, newsroom: Newsroom) -> None:
    config = prepare(tmp_path, newsroom.sources())
    # The command has the machine's clock, to which the newsroom is long past: nothing is to be too old for a flag.
    config.write_text(config.read_text().replace("[schedule]\n", '[schedule]\nbaseline = "3650d"\n'))
    both = await asyncio.gather(start_crawl(config), start_crawl(config))
    for code, said in [await ended(process) for process in both]:
        assert code == 0
        assert said == "" or said.endswith("a new one was made\n")  # by whoever came first
    with contextlib.closing(open_store(f"sqlite:///{tmp_path}/dragonwatch.db", clock=NewsroomClock())) as store:
        assert sorted(paths(store, newsroom)) == expected(newsroom)
        assert store.flags.find()
        assert doubled_figures(store) == []
