"""The past, left to workers: sitemaps part by part, the archive a stretch at a time; nothing lost or done twice with a worker."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from crawler.watchlist import load_watchlist
from crawler.workers import Workers
from scheduler.fleet.crew import Crew
from scheduler.fleet.past import reread_works, sitemap_works
from scheduler.fleet.queue import Queue, Work
from scheduler.pulse import Pulse
from scheduler.sitemaps import Days
from storage.archive import WarcArchive, open_archive
from storage.engine import Database
from storage.rereading import Stretch, stretches
from storage.settings import SettingTable
from storage.store import SqlStore
from tests.scheduler.fleet.working import jobs, lost_with_its_worker, running, until
from tests.scheduler.past import html, sitemap
from tests.scheduler.test_reread import MISREAD, Archive
from tests.scheduler.walking import FixedClock, Loopback, config, loopback

pytestmark = [pytest.mark.postgres, pytest.mark.xdist_group("postgres")]

LAYOFF = "商汤科技裁员约321人"
NAMES = "甲乙丙丁戊己"
PATIENCE = 60.0
"""Seconds; jobs that read the archive start processes, which takes long where others do so too."""


@dataclass
class Past:
    """A fleet that shares a database and an archive."""

    store: SqlStore
    archive: WarcArchive | None
    clock: FixedClock
    readers: Workers

    def crew(self) -> Crew:
        def nobody(*_: object) -> None:
            raise AssertionError("no letter was to be sent")

        pulse = Pulse(self.clock)
        crew = Crew(config(), self.store, self.clock, load_watchlist(), self.archive, lambda _: nobody, pulse)
        crew.readers = self.readers
        return crew

    def leave(self, works: list[Work]) -> int:
        return Queue(self.store.database).defer(works)

    @asynccontextmanager
    async def workers(self, count: int = 1) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            for number in range(count):
                await stack.enter_async_context(running(self.crew(), name=f"w{number}"))
            yield

    async def done(self, works: list[Work], count: int = 1) -> None:
        """Leaves them to so many workers and waits until nothing is left."""
        self.leave(works)
        async with self.workers(count):
            await until(lambda: jobs(self.store.database) == [], PATIENCE)

    def told(self, kind: str) -> list[tuple[str, str | None]]:
        return [(run.state, run.error) for run in reversed(self.store.runs.recent(kind))]


@pytest.fixture
async def past(database: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[Past]:
    monkeypatch.setattr("os.cpu_count", lambda: 1)  # each job that reads the archive starts so many processes
    clock = FixedClock()
    archive = open_archive(tmp_path / "archive", clock=clock)
    async with Workers(load_watchlist()) as readers:
        yield Past(SqlStore(database, clock), archive, clock, readers)
    archive.close()


def months(site: Loopback) -> str:
    """An index whose three parts list two pages each, and the address of it."""
    site.pages |= {f"/{n}": html(f"{LAYOFF}（{name * 15}）") for n, name in enumerate(NAMES)}
    for month in range(3):
        listed = (
            f"<loc>{site.url(f'/{month * 2 + n}')}</loc><lastmod>2024-0{month + 1}-1{n}</lastmod>" for n in (0, 1)
        )
        site.pages[f"/{month}.xml"] = sitemap(*listed)
    newest_first = (f"<loc>{site.url(f'/{n}.xml')}</loc><lastmod>2024-0{n + 1}-28</lastmod>" for n in (2, 1, 0, 1))
    site.pages["/index.xml"] = sitemap(*newest_first, index=True)
    return site.url("/index.xml")


async def test_each_part_of_an_index_is_a_job_and_all_are_fetched_in_order_of_publication(past: Past) -> None:
    async with loopback() as site:
        works = sitemap_works([months(site)], Days(), anew=False)
        await past.done(works, count=2)
        order = [path for path, _ in site.headers if path[1:].isdigit()]
        assert order == [f"/{n}" for n in range(6)]
        assert len(past.store.articles.find()) == 6
        assert past.store.flags.find() == []
        assert past.told("backfill") == [("done", None)] * 4
        # The same once more: nothing that was fetched is asked for.
        await past.done(works, count=2)
        assert all(site.asked[f"/{n}"] == 1 for n in range(6)), site.asked
        assert len(past.store.articles.find()) == 6


async def test_the_days_asked_for_hold_for_the_parts_as_well(past: Past) -> None:
    async with loopback() as site:
        await past.done(sitemap_works([months(site)], Days("2024-02-11"), anew=False))
        assert "/0.xml" not in site.asked
        assert [n for n in range(6) if f"/{n}" in site.asked] == [3, 4, 5]


async def test_a_part_that_a_dead_worker_had_goes_on_where_it_was(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.sitemaps.NOTED_EVERY", 1)
    async with loopback() as site:
        url = months(site)
        listed = (f"<loc>{site.url(f'/{n}')}</loc><lastmod>2024-01-1{n}</lastmod>" for n in range(6))
        site.pages["/0.xml"] = sitemap(*listed)
        waits, asked = asyncio.Event(), asyncio.Event()

        async def hangs(_: web.Request) -> web.Response:
            asked.set()
            await waits.wait()
            return web.Response(body=html(f"{LAYOFF}（{NAMES[3] * 15}）"), content_type="text/html")

        site.pages["/3"] = hangs
        [part] = sitemap_works([url.replace("index", "0")], Days(), anew=False, depth=1)
        died = asyncio.create_task(past.crew().sitemap(**part.arguments))
        await asked.wait()
        died.cancel()
        await asyncio.wait([died])
        waits.set()
        assert past.told("backfill") == [("failed", "broken off; another worker goes on with it")]
        lost_with_its_worker(past.store.database, part)
        async with past.workers():
            await until(lambda: jobs(past.store.database) == [], PATIENCE)
        assert {n: site.asked[f"/{n}"] for n in range(6)} == {0: 1, 1: 1, 2: 1, 3: 2, 4: 1, 5: 1}
        assert len(past.store.articles.find()) == 6


async def test_a_page_that_is_gone_is_told_and_a_sitemap_that_is_gone_is_tried_again(past: Past) -> None:
    async with loopback() as site:
        url = months(site)
        del site.pages["/1.xml"], site.pages["/0"]
        past.leave(sitemap_works([url], Days(), anew=False))
        async with past.workers():
            await until(lambda: [state for _, state, _ in jobs(past.store.database)] == ["failed"], PATIENCE)
        assert (site.asked["/0"], site.asked["/1.xml"], site.asked["/4"]) == (1, 4, 1)
        told = [error or "" for state, error in past.told("backfill") if state == "failed"]
        assert len(told) == 5 and "/0" in told[0] and all("/1.xml" in error for error in told[1:])


async def test_an_index_within_an_index_is_followed_by_the_job_that_meets_it(past: Past) -> None:
    async with loopback() as site:
        site.pages["/all.xml"] = sitemap(f"<loc>{months(site)}</loc>", index=True)
        await past.done(sitemap_works([site.url("/all.xml")], Days(), anew=False))
        assert len(past.store.articles.find()) == 6
        assert len(past.told("backfill")) == 2


def misread(past: Past, count: int) -> Archive:
    assert past.archive is not None
    kept = Archive(past.store, past.archive)
    for number in range(count):
        kept.take(f"{number}", f"旷视科技裁员约{321 + number}人", misread=True)
    return kept


def wrong(past: Past) -> int:
    """Articles whose figures are still what the old rules read."""
    details = [past.store.articles.get(row.id) for row in past.store.articles.find()]
    return sum(MISREAD in {figure.low for figure in detail.figures} for detail in details if detail is not None)


async def test_the_archive_is_read_again_a_stretch_a_job_and_a_second_time_nothing_changes(past: Past) -> None:
    misread(past, 5)
    works = reread_works(stretches(past.store, None, 3), None, flag=False, anew=False)
    assert [work.lock for work in works] == ["articles 1 to 3", "articles 4 to 5"]
    await past.done(works, count=2)
    assert wrong(past) == 0
    assert past.store.flags.find() == []
    await past.done(works, count=2)
    applied = [(run.summary or {})["applied"] for run in reversed(past.store.runs.recent("reread"))]
    assert sorted(applied[:2]) == [2, 3] and applied[2:] == [0, 0]


async def test_a_stretch_that_a_dead_worker_had_is_gone_on_with(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.rereading.PER_LOT", 2)
    misread(past, 6)
    [work] = reread_works(stretches(past.store, None, 6), None, flag=False, anew=False)
    noted, seen = threading.Event(), threading.Event()
    keep = SettingTable.set

    def held(self: SettingTable, key: str, value: Any) -> None:
        keep(self, key, value)
        if key == "reread 0-6":
            noted.set()
            seen.wait(20)

    with monkeypatch.context() as patch:
        patch.setattr("storage.settings.SettingTable.set", held)
        died = asyncio.create_task(past.crew().reread(**work.arguments))
        await asyncio.to_thread(noted.wait, 20)
        died.cancel()
        seen.set()
        await asyncio.wait([died])
    assert wrong(past) == 4
    lost_with_its_worker(past.store.database, work)
    async with past.workers():
        await until(lambda: jobs(past.store.database) == [], PATIENCE)
    assert wrong(past) == 0
    assert past.store.settings.get("reread 0-6") is None
    told = past.store.runs.recent("reread")[0].summary or {}
    assert (told["went_on_after"], told["articles"], told["applied"]) == ("2", 6, 4)


async def test_an_archive_that_is_not_here_is_told_and_left_to_another(past: Past, tmp_path: Path) -> None:
    misread(past, 2)
    past.archive = WarcArchive(tmp_path / "elsewhere", clock=past.clock)
    past.leave(reread_works([Stretch(0, 2)], None, flag=False, anew=False))
    async with past.workers():
        await until(lambda: [state for _, state, _ in jobs(past.store.database)] == ["failed"], PATIENCE)
    assert wrong(past) == 2
    [(_, error), *_] = past.told("reread")
    assert error is not None and "storage.archive must name a folder that all machines share" in error


async def test_what_waits_is_not_left_twice_and_what_is_asked_otherwise_is(past: Past) -> None:
    urls = ["https://a.example/s.xml", "https://a.example/s.xml", "https://a.example/t.xml"]
    assert past.leave(sitemap_works(urls, Days(), anew=False)) == 2
    assert past.leave(sitemap_works(urls, Days(), anew=False)) == 0
    assert past.leave(sitemap_works(urls, Days("2024-01-01"), anew=False)) == 2
    assert past.leave(reread_works([Stretch(0, 9)], None, flag=False, anew=False)) == 1
    assert past.leave(reread_works([Stretch(0, 9)], None, flag=False, anew=False)) == 0
    assert past.leave(reread_works([Stretch(0, 9)], None, flag=True, anew=False)) == 1
