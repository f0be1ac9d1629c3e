"""Second looks at stored articles, through the real store."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from crawler.errors import ReadError
from crawler.watchlist import load_watchlist
from scheduler.recheck import Rechecked, recheck
from scheduler.run import crawl
from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store
from tests.scheduler.walking import NOW, FixedClock, Loopback, article, config, feed, loopback, source

TITLE = "商汤科技裁员约500人"


@pytest.fixture
def clock() -> FixedClock:
    return FixedClock()


@pytest.fixture
def store(tmp_path: Path, clock: FixedClock) -> Iterator[SqlStore]:
    made = open_store(f"sqlite:///{tmp_path}/watch.db", clock=clock)
    yield made
    made.close()


@pytest.fixture
def archive(tmp_path: Path, clock: FixedClock) -> Iterator[WarcArchive]:
    made = open_archive(tmp_path / "archive", clock=clock)
    yield made
    made.close()


class Watching:
    """One site whose articles were crawled once, and the looks at them."""

    def __init__(self, site: Loopback, store: SqlStore, clock: FixedClock, archive: WarcArchive) -> None:
        self.site, self.store, self.clock, self.archive = site, store, clock, archive

    async def crawl(self, **pages: Any) -> None:
        self.site.pages["/feed"] = feed(*((self.site.url(f"/{name}"), f"{TITLE}（{name}）") for name in pages))
        self.site.pages |= {f"/{name}": page for name, page in pages.items()}
        one = source("a", self.site.url("/feed"))
        self.store.sources.known([one])
        summary = await crawl(
            [one], store=self.store, config=config(), clock=self.clock, watchlist=load_watchlist(), archive=self.archive
        )
        assert summary.leads["stored"] + summary.leads["copy"] == len(pages)
        self.site.asked.clear()

    async def look(self, **later: float) -> Rechecked:
        self.clock.moment += timedelta(**later)
        return await recheck(
            store=self.store, config=config(), clock=self.clock, watchlist=load_watchlist(), archive=self.archive
        )

    def pages_archived(self) -> int:
        return sum(check.records for check in self.archive.check(again=True)) - len(self.archive.files())


async def watching(site: Loopback, store: SqlStore, clock: FixedClock, archive: WarcArchive, **pages: Any) -> Watching:
    made = Watching(site, store, clock, archive)
    await made.crawl(**pages)
    return made


async def test_edited_and_unchanged_articles_are_told_apart(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    async with loopback() as site:
        pages = {f"p{n}": article(f"{TITLE}（p{n}）", paragraphs=6 + 3 * n) for n in range(3)}
        watch = await watching(site, store, clock, archive, **pages)
        assert await watch.look() == Rechecked()
        site.pages["/p2"] = article(f"{TITLE}（p2）", paragraphs=14)
        first = await watch.look(days=1)
        assert (first.looked, first.unchanged, first.revised) == (3, 2, 1)
        assert await watch.look() == Rechecked()
        assert watch.pages_archived() == 4  # an unchanged page is not archived again


async def test_a_figure_changed_without_a_word_is_flagged_with_before_and_after(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=article("商汤科技裁员约500人"))
        site.pages["/p"] = article("商汤科技裁员约800人")
        done = await watch.look(days=1)
        assert (done.revised, done.flags) == (1, 1)
        [flag] = [flag for flag in store.flags.find() if flag.reason == "edited"]
        assert flag.before is not None and flag.figure is not None
        assert (flag.before.low, flag.figure.low) == (500, 800)
        [row] = store.articles.find()
        detail = store.articles.get(row.id)
        assert detail is not None
        assert [("500" in text.text, "800" in text.text) for text in detail.revisions] == [(True, False), (False, True)]


async def test_an_unchanged_page_is_not_sent_and_not_read(
    store: SqlStore, clock: FixedClock, archive: WarcArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def tagged(request: web.Request) -> web.Response:
        if request.headers.get("If-None-Match") == '"1"':
            return web.Response(status=304, headers={"ETag": '"1"'})
        return web.Response(text=article(TITLE), content_type="text/html", headers={"ETag": '"1"'})

    async with loopback() as site:
        watch = await watching(site, store, clock, archive, tagged=tagged, plain=article(TITLE, paragraphs=20))

        async def reads(*_: object) -> None:
            raise AssertionError("it was read")

        monkeypatch.setattr("crawler.workers.Workers.run", reads)
        done = await watch.look(days=1)
        assert (done.looked, done.unchanged, done.errors) == (2, 2, [])


async def test_counters_clocks_and_recommendations_are_no_edit(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    def page(views: int, headline: str) -> str:
        body = article(TITLE)
        return body.replace("</article>", f"<p>阅读 {views}</p><p>相关阅读</p><p>{headline}</p></article>")

    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=page(17, "另一家公司发布新品"))
        site.pages["/p"] = page(4021, "某地明日有雨")
        done = await watch.look(days=1)
        assert (done.unchanged, done.revised, done.flags) == (1, 0, 0)


async def test_a_page_that_is_not_there_twice_was_taken_down_and_keeps_its_text(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=article(TITLE))
        site.pages["/p"] = (410, {}, b"gone")
        assert (await watch.look(days=1)).missing == 1
        assert store.articles.gone(NOW) == []
        assert (await watch.look(hours=7)).gone == 1
        [row] = store.articles.gone(NOW)
        detail = store.articles.get(row.id)
        assert detail is not None and "第0段" in detail.text
        assert await watch.look(days=9) == Rechecked()


@pytest.mark.parametrize(
    "answer",
    [(500, {}, b""), (403, {}, b""), (200, {"cf-mitigated": "challenge"}, b"<html>just a moment</html>")],
    ids=["broken", "closed", "challenge"],
)
async def test_a_server_in_trouble_takes_nothing_down(
    store: SqlStore, clock: FixedClock, archive: WarcArchive, answer: Any
) -> None:
    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=article(TITLE))
        site.pages["/p"] = answer
        for _ in range(3):
            done = await watch.look(days=1)
            assert (done.unreachable, done.missing, done.gone) == (1, 0, 0)
        site.pages["/p"] = article(TITLE)
        assert (await watch.look(days=2)).unchanged == 1
        assert store.articles.gone(NOW) == []


async def test_an_article_is_looked_at_for_thirty_days(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=article(TITLE))
        days = [day for day in range(60) if (await watch.look(days=1)).looked]
        assert days[0] == 0 and days[-1] < 31
        waits = [after - before for before, after in pairwise(days)]
        assert waits == sorted(waits) and 5 < len(days) < 20


async def test_an_article_in_several_pages_is_looked_at_whole(
    store: SqlStore, clock: FixedClock, archive: WarcArchive
) -> None:
    first = article(TITLE).replace("</article>", '<p><a href="/p_2">下一页</a></p></article>')
    second = article("商汤科技裁员约800人").replace("第", "续")
    async with loopback() as site:
        site.pages["/p_2"] = second
        watch = await watching(site, store, clock, archive, p=first)
        done = await watch.look(days=1)
        assert (done.unchanged, done.revised, done.flags) == (1, 0, 0)
        site.pages["/p_2"] = second.replace("800", "900")
        done = await watch.look(days=2)
        assert (done.revised, done.flags) == (1, 1)
        [edited] = store.flags.find(reason="edited")
        assert edited.before is not None and edited.figure is not None
        assert (edited.before.low, edited.figure.low) == (800, 900)


async def test_a_page_that_cannot_be_read_waits_for_its_next_turn(
    store: SqlStore, clock: FixedClock, archive: WarcArchive, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with loopback() as site:
        watch = await watching(site, store, clock, archive, p=article(TITLE))
        site.pages["/p"] = article(TITLE, paragraphs=30)

        async def crashes(*_: object) -> None:
            raise ReadError("reading crashed its worker")

        monkeypatch.setattr("crawler.workers.Workers.run", crashes)
        done = await watch.look(days=1)
        assert (done.looked, done.unreachable) == (1, 1)
        assert await watch.look(minutes=5) == Rechecked()
