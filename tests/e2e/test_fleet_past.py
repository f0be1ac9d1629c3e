"""A worker that is killed without a word over a site's past: another goes on, and no page is fetched for it again."""

from __future__ import annotations

import asyncio
import sys
from asyncio.subprocess import DEVNULL, Process
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from crawler.clock import SystemClock
from storage.store import open_store
from tests import databases
from tests.e2e.test_interrupted import doubled_figures
from tests.scheduler.fleet.working import jobs
from tests.scheduler.past import html, sitemap
from tests.scheduler.walking import Loopback, loopback

pytestmark = [pytest.mark.postgres, pytest.mark.gauntlet, pytest.mark.xdist_group("postgres")]

PAGES = 24
BACK_WITHIN = 240.0
"""Seconds until all is done: 30 in which a dead worker is waited for, 45 in which the host that it asked rests."""


@pytest.fixture
def url(postgres: str) -> Iterator[str]:
    databases.run(postgres, "CREATE DATABASE killed_past")
    yield databases.address(postgres, "killed_past")
    databases.run(postgres, "DROP DATABASE killed_past WITH (FORCE)")


async def start(config: Path, *words: str) -> Process:
    call = [sys.executable, "-m", "desk.cli.main", "--config", str(config), *words]
    return await asyncio.create_subprocess_exec(*call, stdout=DEVNULL, stderr=DEVNULL)


async def until(true: Callable[[], bool], within: float) -> None:
    async with asyncio.timeout(within):
        while not await asyncio.to_thread(true):
            await asyncio.sleep(0.1)


def archive_of(site: Loopback) -> str:
    """An index of three sitemaps, and its address."""
    for number in range(PAGES):
        site.pages[f"/{number}"] = html(f"商汤科技裁员约{321 + number}人", text=f"<p>{chr(0x4E00 + number) * 300}</p>")
    for part in range(3):
        listed = (f"<loc>{site.url(f'/{number}')}</loc>" for number in range(part, PAGES, 3))
        site.pages[f"/{part}.xml"] = sitemap(*listed)
    site.pages["/index.xml"] = sitemap(*(f"<loc>{site.url(f'/{part}.xml')}</loc>" for part in range(3)), index=True)
    return site.url("/index.xml")


async def test_another_goes_on_and_asks_for_no_page_that_was_kept(url: str, tmp_path: Path) -> None:
    config = tmp_path / "dragonwatch.toml"
    config.write_text(
        f'[storage]\nurl = "{url}"\n[schedule]\ncatalogue = false\n[workers]\nenabled = true\n'
        '[fetch]\nallow_networks = ["127.0.0.0/8"]\nper_host_delay = "0.5s"\n'
    )
    async with loopback() as site:

        def asked() -> int:
            return sum(site.asked[f"/{number}"] for number in range(PAGES))

        assert await (await start(config, "backfill", "sitemap", archive_of(site))).wait() == 0
        with closing(open_store(url, clock=SystemClock())) as store:
            first = await start(config, "worker")
            await until(lambda: asked() >= PAGES // 2, 60)
            first.kill()
            await first.wait()
            assert jobs(store.database) != []
            second = await start(config, "worker")
            await until(lambda: jobs(store.database) == [], BACK_WITHIN)
            second.terminate()
            assert await asyncio.wait_for(second.wait(), 30) == 0
            twice = [number for number in range(PAGES) if site.asked[f"/{number}"] != 1]
            assert len(twice) <= 1, twice  # the one that was on its way when its worker died
            assert len(store.articles.find(limit=None)) == PAGES
            assert doubled_figures(store) == []
