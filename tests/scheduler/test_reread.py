"""The archive read again, through real workers and the real store."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from crawler.items import Figure, Page, Reading
from crawler.reading.read import read
from crawler.watchlist import load_watchlist
from scheduler.reread import SETTING, Change, Reread, reread, rules_mark
from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store
from tests.scheduler.past import html
from tests.scheduler.walking import NOW, FixedClock
from tests.storage.building import judged, stored

WATCHLIST = load_watchlist()
MISREAD = Decimal(77)


@dataclass
class Archive:
    """Articles whose pages are archived, read once by rules that made mistakes."""

    store: SqlStore
    warcs: WarcArchive

    def take(self, name: str, title: str, *, misread: bool = False) -> str:
        url = f"https://a.example/{name}"
        page = Page(url, url, html(title), NOW, content_type="text/html; charset=utf-8")
        page = replace(page, archived=self.warcs.keep(page))
        reading = read(page, WATCHLIST)
        if misread:
            reading = replace(reading, figures=tuple(_misread(one) for one in reading.figures))
        self._keep(page, reading)
        return next(row.id for row in self.store.articles.find() if row.url == url)

    def _keep(self, page: Page, reading: Reading) -> None:
        flags = (judged(one, flag=False) for one in reading.figures)
        self.store.take_in(page, reading, stored(reading, *flags))

    async def reread(self, **more: Any) -> tuple[Reread, list[Change]]:
        changes: list[Change] = []
        done = await reread(store=self.store, archive=self.warcs, watchlist=WATCHLIST, told=changes.append, **more)
        return done, changes


def _misread(figure: Figure) -> Figure:
    return replace(figure, low=MISREAD, high=MISREAD)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[Archive]:
    clock = FixedClock()
    store = open_store(f"sqlite:///{tmp_path}/watch.db", clock=clock)
    warcs = open_archive(tmp_path / "archive", clock=clock)
    yield Archive(store, warcs)
    store.close()
    warcs.close()


async def test_it_shows_what_would_change_and_changes_nothing(kept: Archive) -> None:
    kept.take("a", "商汤科技召开会议")
    id = kept.take("b", "旷视科技裁员约321人", misread=True)
    done, [change] = await kept.reread()
    assert (done.articles, done.unchanged, done.changed, done.applied) == (2, 1, 1, 0)
    assert (change.article, change.applied) == (id, False)
    told = change.to_json()
    assert (told["gained"], told["lost"]) == ([], [])
    assert [(one["before"]["low"], one["after"]["low"]) for one in told["changed"]] == [(77, 321)]
    detail = kept.store.articles.get(id)
    assert detail is not None and {figure.low for figure in detail.figures} == {MISREAD}


async def test_applied_it_reads_as_today_and_a_second_time_nothing_changes(kept: Archive) -> None:
    id = kept.take("b", "旷视科技裁员约321人", misread=True)
    done, [change] = await kept.reread(apply=True)
    assert (done.applied, change.applied) == (1, True)
    detail = kept.store.articles.get(id)
    assert detail is not None and {figure.low for figure in detail.figures} == {Decimal(321)}
    assert kept.store.flags.find() == []
    done, changes = await kept.reread(apply=True)
    assert (done.unchanged, changes) == (1, [])


async def test_a_page_that_cannot_be_read_back_is_told_and_left_as_it_is(kept: Archive) -> None:
    id = kept.take("a", "旷视科技裁员约321人", misread=True)
    kept.take("b", "商汤科技裁员约500人", misread=True)
    detail = kept.store.articles.get(id)
    assert detail is not None and detail.row.archived is not None
    kept.warcs.erase(detail.row.archived)
    done, changes = await kept.reread(apply=True)
    assert (done.unreadable, done.applied) == (1, 1)
    assert "was erased" in done.errors[0]
    assert [change.error is None for change in changes] == [False, True]


async def test_only_what_was_fetched_since_then_is_read(kept: Archive) -> None:
    kept.take("a", "旷视科技裁员约321人")
    assert (await kept.reread(since=NOW.replace(year=2027)))[0].articles == 0
    assert (await kept.reread(since=NOW))[0].articles == 1


async def test_a_rereading_that_is_broken_off_goes_on_where_it_stopped(
    kept: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.rereading.PER_LOT", 2)
    for number in range(6):
        kept.take(f"{number}", f"旷视科技裁员约{321 + number}人", misread=True)

    async def until_broken() -> None:
        task = asyncio.current_task()
        assert task is not None
        await kept.reread(apply=True, progress=lambda done, _: task.cancel() if done == 4 else None)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(until_broken())
    other, _ = await kept.reread()
    assert other.went_on_after is None  # it asks for something else
    monkeypatch.setattr("scheduler.reread.rules_mark", lambda _: "other rules")
    kept.store.settings.set(
        SETTING, {"rules": "other rules", "since": None, "apply": True, "flag": False, "after": 4, "articles": 4}
    )
    done, changes = await kept.reread(apply=True)
    assert (done.went_on_after, len(changes)) == ("4", 2)
    assert kept.store.settings.get(SETTING) is None


def test_the_mark_changes_with_the_watchlist() -> None:
    assert rules_mark(WATCHLIST) == rules_mark(load_watchlist())
    assert rules_mark(WATCHLIST) != rules_mark(load_watchlist([{"key": "x", "names": ["某公司"]}]))
