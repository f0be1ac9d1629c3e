"""What a crawl does when its own disk takes nothing: the source is not blamed, stays due, and is not asked in vain."""

from __future__ import annotations

import logging
from collections.abc import Iterable
from typing import Any

import pytest

from crawler.errors import StoreUnavailable
from crawler.items import Source
from scheduler.jobs import Jobs
from storage.archive import WarcArchive
from storage.room import LEAST, check_room
from storage.store import SqlStore
from tests.fakes import HandClock
from tests.scheduler.test_jobs import jobs
from tests.scheduler.walking import LeastStore, article, feed, loopback, source, walk

FULL = "the disk is full; free some space and the work goes on"


class FullDisk(LeastStore):
    """Takes nothing until there is room."""

    room = False

    def take_in(self, page: Any, reading: Any, judge: Any) -> Any:
        if not self.room:
            raise StoreUnavailable(FULL)
        return super().take_in(page, reading, judge)

    def remember(self, source: str, urls: Iterable[str]) -> None:
        if not self.room:
            raise StoreUnavailable(FULL)
        super().remember(source, urls)


@pytest.mark.parametrize("title", ["商汤科技裁员约500人", "今天天气很好"])
async def test_a_poll_whose_pages_were_not_taken_is_not_over(title: str) -> None:
    store = FullDisk()
    async with loopback() as site:
        site.pages |= {"/feed": feed((site.url("/a"), title)), "/a": article(title)}
        asked = [source("a", site.url("/feed"))]
        summary = await walk(asked, store)
        assert summary.unkept == FULL
        assert [(result.outcome, result.error) for result in summary.sources] == [("failed", FULL)]
        assert store.sources.results == {}
        store.room = True
        summary = await walk(asked, store)
        assert summary.unkept is None
        assert [result.outcome for result in store.sources.results["a"]] == ["new" if store.pages else "unchanged"]
        assert len(store.pages) + len(store.remembered) == 1


async def test_nobody_is_asked_while_there_is_no_room(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    store.sources.add(Source("a", "feed", "https://news.example/feed"))
    asked = []

    async def crawl(self: Jobs, due: list[Source]) -> dict[str, Any]:
        asked.extend(source.name for source in due)
        return {}

    monkeypatch.setattr(Jobs, "_crawl", crawl)
    work = jobs(store, clock)
    with monkeypatch.context() as patch, caplog.at_level(logging.ERROR):
        patch.setattr("storage.room.LEAST", 1 << 60)
        await work.tick()
    assert (asked, store.runs.recent("crawl")) == ([], [])
    assert "free some space and the work goes on" in caplog.text
    await work.tick()
    assert asked == ["a"]


async def test_the_end_of_a_run_that_could_not_be_noted_is_noted_later(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch
) -> None:
    store.sources.add(Source("a", "feed", "https://news.example/feed"))

    async def crawl(self: Jobs, due: list[Source]) -> dict[str, Any]:
        return {"sources": len(due)}

    def full(*_: Any) -> None:
        raise StoreUnavailable(FULL)

    monkeypatch.setattr(Jobs, "_crawl", crawl)
    work = jobs(store, clock)
    with monkeypatch.context() as patch, pytest.raises(StoreUnavailable):
        patch.setattr("storage.runs.RunTable.finish", full)
        await work.tick()
    assert [run.state for run in store.runs.recent("crawl")] == ["running"]
    await work.tick()
    assert [run.state for run in store.runs.recent("crawl")] == ["done", "done"]


def test_room_is_looked_for_on_both_disks(
    store: SqlStore, clock: HandClock, monkeypatch: pytest.MonkeyPatch, tmp_path: Any
) -> None:
    archive = WarcArchive(tmp_path / "elsewhere", clock=clock)
    archive.folder.mkdir()
    check_room(store, archive)
    looked = []

    def usage(folder: Any) -> Any:
        looked.append(folder)
        return type("Usage", (), {"free": LEAST - 1 if folder == archive.folder else LEAST})

    monkeypatch.setattr("storage.room.shutil.disk_usage", usage)
    with pytest.raises(StoreUnavailable, match=r"elsewhere has 31 MiB left, and 32 are wanted"):
        check_room(store, archive)
    assert looked == [tmp_path, archive.folder]
