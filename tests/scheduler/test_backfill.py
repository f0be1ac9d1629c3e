"""The past out of WARC files and sitemaps, into the real store."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web

from crawler.items import Source
from crawler.watchlist import load_watchlist
from scheduler.backfill import Backfilled, backfill_warcs
from scheduler.sitemaps import Days, backfill_sitemap
from scheduler.warcs import Wanted
from storage.archive import WarcArchive, open_archive
from storage.store import SqlStore, open_store
from tests.scheduler.past import Record, html, record, sitemap, write_warc
from tests.scheduler.walking import FixedClock, config, loopback


@dataclass
class Past:
    """An installation, and the ways into its past."""

    folder: Path
    store: SqlStore
    archive: WarcArchive
    clock: FixedClock

    def warc(self, name: str, *records: Record) -> str:
        path = self.folder / name
        write_warc(path, records)
        return str(path)

    async def read(self, *files: str, **more: Any) -> Backfilled:
        wanted = more.pop("wanted", Wanted())
        return await backfill_warcs(
            files, store=self.store, archive=self.archive, config=config(), clock=self.clock,
            watchlist=load_watchlist(), wanted=wanted, **more,
        )  # fmt: skip

    async def sitemap(self, url: str, days: Days = Days(), **more: Any) -> Backfilled:  # noqa: B008
        return await backfill_sitemap(
            url, store=self.store, archive=self.archive, config=config(), clock=self.clock,
            watchlist=load_watchlist(), days=days, **more,
        )  # fmt: skip

    def titles(self) -> list[str | None]:
        return sorted(row.title or "" for row in self.store.articles.find())  # type: ignore[arg-type]


@pytest.fixture
def past(tmp_path: Path) -> Iterator[Past]:
    clock = FixedClock()
    store = open_store(f"sqlite:///{tmp_path}/watch.db", clock=clock)
    archive = open_archive(tmp_path / "archive", clock=clock)
    yield Past(tmp_path, store, archive, clock)
    store.close()
    archive.close()


LAYOFF = "商汤科技裁员约321人"


async def test_old_news_is_stored_and_learnt_and_not_flagged(past: Past) -> None:
    file = past.warc(
        "a.warc.gz",
        record("https://a.example/1", html(LAYOFF)),
        record("https://a.example/2", html("今天天气很好")),
        record("https://a.example/3", html("夏桀暴虐，商汤在鸣条之战中灭夏")),
    )
    done = await past.read(file)
    assert (done.records, done.found, done.ends, done.flags) == (3, 1, {"stored": 1}, 0)
    assert done.left_out == {"no name": 1, "irrelevant": 1}
    [row] = past.store.articles.find()
    assert (row.title, row.source, row.fetched.date()) == (LAYOFF, "backfill", date(2024, 3, 1))
    assert [known.state for known in past.store.ledger.find(company="sensetime") if known.low == 321] == ["unreviewed"]
    assert past.store.flags.find() == []
    assert row.archived is not None and past.archive.load(row.archived).body == html(LAYOFF)
    assert not [path for path in (past.archive.folder / "backfill").rglob("*") if path.is_file()]


async def test_news_of_these_days_is_flagged_like_any(past: Past) -> None:
    file = past.warc("a.warc.gz", record("https://a.example/1", html(LAYOFF, published="2026-05-01"), day="2026-05-01"))
    assert (await past.read(file)).flags == 1


async def test_files_are_judged_together_in_order_of_publication(past: Past) -> None:
    later = past.warc("a.warc.gz", record("https://a.example/1", html("旷视科技融资2亿美元", published="2024-03-01")))
    text = "<p>据报道，旷视科技完成2亿美元融资，由样板资本领投，本轮为D轮。</p>"
    sooner = past.warc(
        "b.warc.gz",
        record("https://b.example/2", html("旷视科技融资2亿美元（独家）", published="2024-02-27", text=text)),
    )
    await past.read(later, sooner)
    first, second = sorted(past.store.articles.find(), key=lambda row: int(row.id))
    assert (first.url, second.url) == ("https://b.example/2", "https://a.example/1")
    assert first.copy_of is None


async def test_a_stored_article_is_never_set_back_to_an_older_text(past: Past) -> None:
    new = past.warc("a.warc.gz", record("https://a.example/1", html("商汤科技裁员约500人"), day="2024-03-03"))
    old = past.warc("b.warc.gz", record("https://a.example/1", html("商汤科技裁员约300人"), day="2024-03-01"))
    await past.read(new)
    assert (await past.read(old)).ends == {"known": 1}
    [row] = past.store.articles.find()
    assert (row.title, row.revision) == ("商汤科技裁员约500人", 1)


async def test_what_is_known_of_a_host_is_told_of_its_articles(past: Past) -> None:
    past.store.sources.known([Source("ours", "feed", "https://www.a.example/feed", outlet="样报", tier="filing")])
    await past.read(past.warc("a.warc.gz", record("https://a.example/1", html(LAYOFF))))
    [row] = past.store.articles.find()
    assert (row.outlet, row.tier, row.source) == ("样报", "filing", "ours")


async def test_days_bound_what_is_stored(past: Past) -> None:
    pages = [record(f"https://a.example/{d}", html(f"{LAYOFF}，{d}日", published=f"2024-02-1{d}")) for d in range(6)]
    done = await past.read(past.warc("a.warc.gz", *pages), wanted=Wanted(since="2024-02-12"), until=date(2024, 2, 13))
    assert done.left_out == {"outside": 4}
    assert sum(done.ends.values()) == 2


async def test_a_file_read_to_its_end_is_skipped_until_something_changes(past: Past) -> None:
    file = past.warc("a.warc.gz", record("https://a.example/1", html(LAYOFF)))
    await past.read(file)
    again = await past.read(file)
    assert (again.skipped, again.records) == ([file], 0)
    assert (await past.read(file, anew=True)).ends == {"known": 1}
    assert (await past.read(file, wanted=Wanted(languages=frozenset({"zh"})))).records == 1
    past.warc("a.warc.gz", record("https://a.example/1", html(LAYOFF)), record("https://a.example/2", html("依图科技")))
    assert (await past.read(file)).records == 2


@pytest.mark.parametrize("phase", ["reading", "storing"])
async def test_a_backfill_that_is_broken_off_goes_on_where_it_stopped(
    past: Past, phase: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("scheduler.pieces.LOCAL_STRETCH", 600)
    monkeypatch.setattr("scheduler.backfill.NOTED_EVERY", 1)
    names = ("商汤科技", "旷视科技", "云从科技", "依图科技")
    pages = [
        record(f"https://a.example/{n}", html(f"{names[n % 4]}第{n}次开会，{'甲乙丙丁戊己庚辛'[n // 4] * 12}"))
        for n in range(24)
    ]
    file = past.warc("a.warc.gz", *pages)
    seen: list[Any] = []

    async def until_broken() -> None:
        task = asyncio.current_task()
        assert task is not None

        def progress(at: Any) -> None:
            if at.doing.startswith(phase) and at.done >= at.total / 2:
                task.cancel()

        await past.read(file, progress=progress)

    with pytest.raises(asyncio.CancelledError):
        await asyncio.create_task(until_broken())
    rest = await past.read(file, progress=seen.append)
    assert seen[0].done >= seen[0].total / 2
    assert rest.records < 24
    assert len(past.store.articles.find()) == 24
    assert (await past.read(file)).skipped == [file]


async def test_a_file_that_is_not_there_stops_no_other(past: Past) -> None:
    file = past.warc("a.warc.gz", record("https://a.example/1", html(LAYOFF)))
    done = await past.read(str(past.folder / "none.warc.gz"), file)
    assert done.ends == {"stored": 1}
    assert len(done.errors) == 1 and "none.warc.gz is no file" in done.errors[0]


async def test_a_file_is_read_from_a_server_by_ranges(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.pieces.REMOTE_STRETCH", 2_000)
    monkeypatch.setattr("scheduler.pieces.OVERLAP", 3_000)
    pages = [record(f"https://a.example/{n}", html(f"{LAYOFF}（{'甲乙丙丁戊己庚辛'[n] * 9}）")) for n in range(8)]
    body = await asyncio.to_thread(Path(past.warc("a.warc.gz", *pages)).read_bytes)
    asked: list[str] = []

    async def ranges(request: web.Request) -> web.Response:
        asked.append(request.headers["Range"])
        first, last = asked[-1].removeprefix("bytes=").split("-")
        whole = body if request.path.endswith(".warc.gz") else b"minutes of a meeting"
        part = whole[int(first) : int(last) + 1]
        told = f"bytes {first}-{int(first) + len(part) - 1}/{len(whole)}"
        return web.Response(status=206, body=part, headers={"Content-Range": told, "ETag": '"1"'})

    async with loopback() as site:
        site.pages["/a.warc.gz"] = ranges
        done = await past.read(site.url("/a.warc.gz"))
        assert (done.records, done.errors, done.torn) == (8, [], 0)
        assert len(asked) == 1 + -(-len(body) // 2_000)
        site.pages["/minutes.txt"] = ranges
        done = await past.read(site.url("/minutes.txt"))
        assert "/minutes.txt is no WARC file" in done.errors[0]
        site.pages["/whole.warc.gz"] = (200, {}, body)
        done = await past.read(site.url("/whole.warc.gz"))
        assert "not served by ranges" in done.errors[0]


def news(url: str, day: str, title: str) -> str:
    told = f"<news:publication_date>{day}</news:publication_date><news:title>{title}</news:title>"
    return f"<loc>{url}</loc><news:news>{told}</news:news>"


async def test_a_sitemap_is_followed_in_order_within_its_days(past: Past) -> None:
    async with loopback() as site:
        old, new = "<lastmod>2024-01-31</lastmod>", "<lastmod>2024-02-28</lastmod>"
        site.pages["/index.xml"] = sitemap(
            f"<loc>{site.url('/new.xml')}</loc>{new}",
            f"<loc>{site.url('/old.xml')}</loc>{old}",
            f"<loc>{site.url('/older.xml')}</loc><lastmod>2023-01-31</lastmod>",
            index=True,
        )
        site.pages["/new.xml"] = sitemap(f"<loc>{site.url('/c')}</loc>{new}", f"<loc>{site.url('/b')}</loc>")
        site.pages["/old.xml"] = sitemap(f"<loc>{site.url('/a')}</loc>{old}")
        site.pages["/a"] = html(f"{LAYOFF}（甲）", published="2024-01-30")
        site.pages["/b"] = html("没有这家公司", published="2024-02-20")
        site.pages["/c"] = html("依图科技裁员约40人", published="2024-02-27")
        days = Days("2024-01-01", date(2024, 2, 28))
        done = await past.sitemap(site.url("/index.xml"), days)
        assert (done.ends.total(), done.ends["irrelevant"], done.flags, done.errors) == (3, 1, 0, [])
        assert "/older.xml" not in site.asked
        order = [path for path, _ in site.headers if path in ("/a", "/b", "/c")]
        assert order == ["/a", "/c", "/b"]
        site.asked.clear()
        again = await past.sitemap(site.url("/index.xml"), days)
        assert again.ends == {"known": 3}
        assert not {"/a", "/b", "/c"} & set(site.asked)


async def test_a_title_told_by_the_sitemap_spares_the_fetch(past: Past) -> None:
    async with loopback() as site:
        site.pages["/news.xml"] = sitemap(
            news(site.url("/a"), "2024-02-01", "今天天气很好"), news(site.url("/b"), "2024-02-02", LAYOFF)
        )
        site.pages["/b"] = html(LAYOFF)
        done = await past.sitemap(site.url("/news.xml"))
        assert (done.ends, done.left_out["no name"]) == ({"stored": 1}, 1)
        assert "/a" not in site.asked


async def test_what_cannot_be_had_is_told_and_the_rest_is_read(past: Past) -> None:
    async with loopback() as site:
        site.pages["/index.xml"] = sitemap(
            f"<loc>{site.url('/gone.xml')}</loc>", f"<loc>{site.url('/part.xml')}</loc>", index=True
        )
        site.pages["/part.xml"] = sitemap(f"<loc>{site.url('/missing')}</loc>", f"<loc>{site.url('/b')}</loc>")
        site.pages["/b"] = html(LAYOFF)
        done = await past.sitemap(site.url("/index.xml"))
        assert done.ends == {"failed": 1, "stored": 1}
        assert len(done.errors) == 2


async def test_a_sitemap_that_is_cut_off_is_told_and_its_whole_entries_are_taken(past: Past) -> None:
    async with loopback() as site:
        site.pages["/s.xml"] = sitemap(f"<loc>{site.url('/a')}</loc>", f"<loc>{site.url('/b')}</loc>")[:-30]
        site.pages["/a"] = html(LAYOFF)
        done = await past.sitemap(site.url("/s.xml"))
    assert (done.records, done.found) == (1, 1)
    [error] = done.errors
    assert "/s.xml is cut off: it ends in the middle; its whole entries were taken" in error


async def test_a_broken_off_sitemap_goes_on_where_it_stopped(past: Past, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("scheduler.sitemaps.NOTED_EVERY", 1)
    async with loopback() as site:
        site.pages["/s.xml"] = sitemap(
            *(f"<loc>{site.url(f'/{n}')}</loc><lastmod>2024-02-1{n}</lastmod>" for n in range(6))
        )
        site.pages |= {f"/{n}": html(f"{LAYOFF}（{'甲乙丙丁戊己'[n] * 15}）") for n in range(6)}

        async def until_broken() -> None:
            task = asyncio.current_task()
            assert task is not None
            await past.sitemap(site.url("/s.xml"), progress=lambda at: task.cancel() if at.done == 3 else None)

        with pytest.raises(asyncio.CancelledError):
            await asyncio.create_task(until_broken())
        await past.sitemap(site.url("/s.xml"))
        assert all(site.asked[f"/{n}"] == 1 for n in range(6)), site.asked
        assert len(past.store.articles.find()) == 6


def test_what_is_asked_is_told_alike_by_every_process() -> None:
    """A break must not be forgotten because a set was printed in another order."""
    program = (
        "from scheduler.backfill import mark_of\nfrom scheduler.warcs import Wanted\nfrom crawler.watchlist import load_watchlist\n"
        "print(mark_of(load_watchlist(), Wanted(frozenset('abcdefgh'), frozenset(['zh', 'en', 'ja'])), None))"
    )
    told = {
        subprocess.run(
            [sys.executable, "-c", program], env=os.environ | {"PYTHONHASHSEED": seed},
            capture_output=True, text=True, check=True,
        ).stdout
        for seed in ("1", "2")
    }  # fmt: skip
    assert len(told) == 1
