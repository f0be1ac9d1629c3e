"""A daemon whose disk fills up: it says so, lives on, and finishes by itself once there is room."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from crawler.clock import SystemClock
from desk.newsroom.server import Newsroom
from storage.store import open_store
from tests.e2e.test_daemon_life import installation, start, told_to_end, until_said
from tests.e2e.test_interrupted import doubled_figures, expected, paths
from tests.storage.disks import small_disk

MEGABYTE = 1 << 20


@pytest.fixture
async def newsroom() -> AsyncIterator[Newsroom]:
    served = Newsroom()
    await served.start()
    yield served
    await served.stop()


def stored(disk: Path, newsroom: Newsroom) -> list[str]:
    """What can be read of the database now."""
    with contextlib.closing(open_store(f"sqlite:///{disk}/dragonwatch.db", clock=SystemClock())) as store:
        return sorted(paths(store, newsroom))


def fill_up(disk: Path, *, leaving: int = 0) -> Path:
    """Leaves so many bytes free; gives the file that takes the room."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("wb") as file:
        while True:
            file.write(bytes(MEGABYTE))
            file.flush()
    with ballast.open("r+b") as file:
        file.truncate(ballast.stat().st_size - leaving)
    return ballast


async def until_finished(disk: Path, newsroom: Newsroom, within: float) -> None:
    async with asyncio.timeout(within):
        while stored(disk, newsroom) != expected(newsroom):
            await asyncio.sleep(0.5)


@pytest.mark.gauntlet
@pytest.mark.parametrize("when", ["before it asks", "while it stores"])
async def test_a_daemon_whose_disk_was_full_finishes_within_a_minute_of_room(
    tmp_path: Path, newsroom: Newsroom, when: str
) -> None:
    with small_disk(tmp_path / "disk", 64) as disk:
        config = installation(disk, newsroom)
        with contextlib.closing(open_store(f"sqlite:///{disk}/dragonwatch.db", clock=SystemClock())):
            pass
        ballast = fill_up(disk, leaving=MEGABYTE) if when == "before it asks" else None
        process = await start(config)
        try:
            if ballast is None:
                while len(stored(disk, newsroom)) < 3:
                    await asyncio.sleep(0.05)
                ballast = fill_up(disk)
            await until_said(process, "free some space")
            asked = newsroom.hits.copy()
            await asyncio.sleep(40)  # a tick and more
            assert newsroom.hits == asked, "sites were asked in vain"
            assert process.returncode is None
            assert stored(disk, newsroom) != expected(newsroom)
            ballast.unlink()
            await until_finished(disk, newsroom, 60)
        finally:
            await told_to_end(process)
        with contextlib.closing(open_store(f"sqlite:///{disk}/dragonwatch.db", clock=SystemClock())) as store:
            assert doubled_figures(store) == []
            assert store.runs.recent(state="running") == []
